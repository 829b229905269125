"""How people and programs come in: log-in, passwords, sessions, sign-on from elsewhere, tokens."""

from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from qms.settings.environment import env

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["ui.account.backend.PasswordBackend"]

LONGEST_PASSWORD = 128
PASSWORD_EXPIRES_DAYS = env.int("HOLDFAST_PASSWORD_EXPIRES_DAYS", 0)  # 0: never, as NIST SP 800-63B advises
ORGANISATION_WORDS: list[str] = env.list("HOLDFAST_ORGANISATION_WORDS", ["holdfast"])
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email", "badge"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "ui.account.passwords.Longest", "OPTIONS": {"longest": LONGEST_PASSWORD}},
    {"NAME": "ui.account.passwords.NotKnown"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ui.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "ui.account.passwords.ResetTokens"  # noqa: S105
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}  # attempts are rows of our own: LOGIN_POLICY
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("HOLDFAST_PROXIES", 0)  # how many proxies append to X-Forwarded-For

# Failed tries within `minutes` after which the next are refused unseen: of one name from one address, of one name
# from anywhere, of one address, and of one name from a browser that it came in with before. The last has a count of
# its own, so whoever floods an account does not lock out its owner.
LOGIN_POLICY = {
    "minutes": env.int("HOLDFAST_LOGIN_MINUTES", 15),
    "pair": env.int("HOLDFAST_LOGIN_TRIES", 5),
    "name": env.int("HOLDFAST_LOGIN_TRIES_OF_NAME", 20),
    "address": env.int("HOLDFAST_LOGIN_TRIES_OF_ADDRESS", 30),
    "device": env.int("HOLDFAST_LOGIN_TRIES_OF_BROWSER", 10),
    "remembered_days": 90,
}

SESSION_IDLE = timedelta(minutes=env.int("HOLDFAST_SESSION_IDLE_MINUTES", 30))
SESSION_LIFETIME = timedelta(hours=env.int("HOLDFAST_SESSION_HOURS", 12))  # a shift; whatever one does meanwhile
SESSION_COOKIE_AGE = int(SESSION_LIFETIME.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSIONS_A_PERSON = 20

MFA_ADAPTER = "ui.account.second_factors.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by administrators: nobody enters a stranger's address
MFA_TOTP_ISSUER = "Holdfast"
MFA_FORMS = {
    "authenticate": "ui.account.second_factors.CodeForm",
    "reauthenticate": "ui.account.second_factors.CodeAgainForm",
}

# What several processes must agree on: a one-time code that was used, how many resets were asked for.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "qms_cache"}}

KNOX_TOKEN_MODEL = "people.ApiToken"  # noqa: S105
REST_KNOX = {
    "TOKEN_MODEL": KNOX_TOKEN_MODEL,
    "TOKEN_TTL": timedelta(days=365),
    "TOKEN_PREFIX": "hf_",
}

ACCESS_APPS = ["allauth", "allauth.account", "allauth.mfa", "allauth.usersessions", "allauth.socialaccount"]

# One provider of OpenID Connect: people who have an account here come in with the account they have there.
OIDC_SERVER = env.str("HOLDFAST_OIDC_SERVER", "")
OIDC_CLAIM = env.str("HOLDFAST_OIDC_CLAIM", "email")  # "email", verified there, or a claim that holds our user name
OIDC_NAME = env.str("HOLDFAST_OIDC_NAME", "Single sign-on")
SAML_METADATA = env.str("HOLDFAST_SAML_METADATA_URL", "")
SAML_NAME = env.str("HOLDFAST_SAML_NAME", "Single sign-on")
SIGN_ON_ORIGINS: list[str] = env.list("HOLDFAST_SIGN_ON_ORIGINS", [])
SOCIALACCOUNT_ADAPTER = "ui.account.sign_on.SignOn"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}

if OIDC_SERVER:
    ACCESS_APPS += ["allauth.socialaccount.providers.openid_connect"]
    SIGN_ON_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER)))
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": env.str("HOLDFAST_OIDC_CLIENT_ID"),
                "secret": env.str("HOLDFAST_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER},
            }
        ],
    }
if SAML_METADATA and find_spec("onelogin"):  # the extra "saml"
    ACCESS_APPS += ["allauth.socialaccount.providers.saml"]
    SIGN_ON_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(SAML_METADATA)))
    SOCIALACCOUNT_PROVIDERS["saml"] = {
        "APPS": [
            {
                "provider_id": "saml",
                "name": SAML_NAME,
                "client_id": "saml",
                "settings": {
                    "idp": {
                        "entity_id": env.str("HOLDFAST_SAML_ENTITY_ID"),
                        "metadata_url": SAML_METADATA,
                    },
                    "attribute_mapping": {
                        "uid": env.str("HOLDFAST_SAML_UID", "urn:oasis:names:tc:SAML:attribute:subject-id"),
                        "email": env.str("HOLDFAST_SAML_EMAIL", "urn:oid:0.9.2342.19200300.100.1.3"),
                        "username": env.str("HOLDFAST_SAML_USERNAME", "urn:oid:0.9.2342.19200300.100.1.1"),
                    },
                    "advanced": {"want_assertion_signed": True, "reject_idp_initiated_sso": True},
                },
            }
        ]
    }
SIGN_ON = bool(SOCIALACCOUNT_PROVIDERS)
