"""Production: refuses to start on defaults that are safe only on a developer's machine."""

from django.core.exceptions import ImproperlyConfigured

from qms.settings.base import *  # noqa: F403
from qms.settings.base import ALLOWED_HOSTS, DEBUG, DEMO, INSECURE_KEY, SECRET_KEY, STORAGES
from qms.settings.environment import VAR, env

SHORTEST_KEY = 50
NEEDED = ("DATABASE_URL", "REDIS_URL", "HOLDFAST_ALLOWED_HOSTS", "HOLDFAST_BASE_URL")

INSECURE = {
    "HOLDFAST_SECRET_KEY must be set to a random text of 50 characters or more.": (
        SECRET_KEY == INSECURE_KEY or len(SECRET_KEY) < SHORTEST_KEY
    ),
    "HOLDFAST_DEBUG must be off: it shows the inside of the system to visitors.": DEBUG,
    "HOLDFAST_ALLOWED_HOSTS must name this site's host names, not '*'.": "*" in ALLOWED_HOSTS,
    "HOLDFAST_DEMO must be false: demo accounts have passwords that everybody knows.": DEMO,
    **{
        f"{name} must be an https address: what comes from there lets people in.": not (
            env.str(name, "").startswith("https://") or not env.str(name, "")
        )
        for name in ("HOLDFAST_OIDC_SERVER", "HOLDFAST_SAML_METADATA_URL")
    },
    **{f"{name} must be set.": not env.str(name, "") for name in NEEDED},
}
if refused := [sentence for sentence, insecure in INSECURE.items() if insecure]:
    raise ImproperlyConfigured("Holdfast does not start in production:\n- " + "\n- ".join(refused))

STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STATIC_ROOT = env.path("HOLDFAST_STATIC", VAR / "static")
WHITENOISE_USE_FINDERS = False

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("HOLDFAST_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HOLDFAST_HSTS_SECONDS", 60 * 60 * 24 * 365)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
