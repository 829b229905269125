"""Settings that every installation shares."""

from django.utils.translation import gettext_lazy as _

from qms.settings.access import *  # noqa: F403
from qms.settings.access import ACCESS_APPS, SIGN_ON_ORIGINS
from qms.settings.databases import databases
from qms.settings.environment import ROOT, VAR, env
from qms.settings.headers import *  # noqa: F403
from qms.settings.headers import CONTENT_SECURITY_POLICY
from qms.settings.queue import *  # noqa: F403

INSECURE_KEY = "insecure-key-of-a-development-machine"

SECRET_KEY = env.str("HOLDFAST_SECRET_KEY", INSECURE_KEY)
DEBUG = env.bool("HOLDFAST_DEBUG", False)
DEMO = env.bool("HOLDFAST_DEMO", True)  # whether a demo plant may be made in this installation
ALLOWED_HOSTS = env.list("HOLDFAST_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("HOLDFAST_TRUSTED_ORIGINS", [])
BASE_URL = env.str("HOLDFAST_BASE_URL", "http://127.0.0.1:8000")  # how links in mails and PDFs begin

HOUSE = [  # from the roof down: an app uses only what stands below it
    "reviews", "kaizen", "audits", "capa", "training", "metrics", "documents",
    "ui", "records", "people", "jobs", "evidence",
]  # fmt: skip

INSTALLED_APPS = [
    "qms",
    *HOUSE,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "simple_history",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_prose_editor",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    *ACCESS_APPS,
    "csp",
    "tree_queries",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",  # the first four are on every answer, static files and faults too
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ui.account.middleware.SessionMiddleware",
    "evidence.middleware.AuditContextMiddleware",
    "ui.middleware.TextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"

DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_loaders = (
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
)
_cached = ("django.template.loaders.cached.Loader", _loaders)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [_cached])],
            "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context_processors.layout",
            ],
        },
    }
]
COTTON_DIR = "cotton"
FORM_RENDERER = "ui.renderers.HoldfastRenderer"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]
BASE_DIR = ROOT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # some 300 steps in one form, each with its fields
DATA_UPLOAD_MAX_NUMBER_FILES = 400  # the folder of an old register
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("HOLDFAST_MEDIA", VAR / "media")
STORAGES = {
    "default": {"BACKEND": "qms.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

LEDGER_ANCHORS = env.path("HOLDFAST_ANCHORS", VAR / "anchors" / "anchors.jsonl")
LEDGER_ANCHOR_KEY = env.path("HOLDFAST_ANCHOR_KEY", VAR / "anchors" / "anchor.pem")
LEDGER_SEAL_SECONDS = env.float("HOLDFAST_SEAL_SECONDS", 2.0)  # at most so long a row stays unsealed; 5 at most
LEDGER_ANCHOR_SECONDS = env.float("HOLDFAST_ANCHOR_SECONDS", 3600.0)

# HTML longer than PDF_AT_ONCE is made a PDF by a process of its own, which ends at these limits.
PDF_AT_ONCE = env.int("HOLDFAST_PDF_AT_ONCE", 300_000)
PDF_SECONDS = env.int("HOLDFAST_PDF_SECONDS", 240)
PDF_MEGABYTES = env.int("HOLDFAST_PDF_MEGABYTES", 1536)

EMAIL_CONFIG = env.dj_email_url("HOLDFAST_EMAIL_URL", "console:")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("HOLDFAST_EMAIL_FROM", "holdfast@localhost")

# Browsers follow a form to a sign-on elsewhere only when its address is named.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += SIGN_ON_ORIGINS

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "ui.api.tokens.ScopedTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "ui.api.tokens.WithinScopes"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ui.api.strict.StrictJSONParser"],
    "EXCEPTION_HANDLER": "ui.api.problems.handler",
    "DEFAULT_SCHEMA_CLASS": "ui.api.schema.PlainSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Holdfast",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "ui.api.schema.document_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ChangeSourceEnum": "documents.states.changing.ChangeSource",
        "NonconformitySourceEnum": "capa.states.Source",
        "FormulaKindEnum": "metrics.states.FormulaKind",
        "TakeEnum": "metrics.states.Take",
        "LevelEnum": "training.states.Level",
        "LevelLetterEnum": "training.forms.fields.LETTERS",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["ui.api.tokens.WithinScopes"],  # what the API is like is no secret; what is in it is
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "qms.logs.OneLine", "fmt": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},  # dozens of lines for each PDF
    "root": {"handlers": ["stderr"], "level": env.str("HOLDFAST_LOG_LEVEL", "INFO")},
}

# Signing: wrong passwords within the window lock signing, not the login.
SIGNING_FAILURES = env.int("HOLDFAST_SIGNING_FAILURES", 5)
SIGNING_WINDOW_MINUTES = env.int("HOLDFAST_SIGNING_WINDOW_MINUTES", 15)
SIGNING_LOCK_MINUTES = env.int("HOLDFAST_SIGNING_LOCK_MINUTES", 15)

TRAINING_LEADER_DAYS = env.int("HOLDFAST_TRAINING_LEADER_DAYS", 3)  # overdue so long: who leads hears of it
TRAINING_QUALITY_DAYS = env.int("HOLDFAST_TRAINING_QUALITY_DAYS", 10)  # and so long: the quality managers too
# Shared tablets: a session locks itself after resting so long, and ends after so long whatever one does.
KIOSK_IDLE_SECONDS = env.int("HOLDFAST_KIOSK_IDLE_SECONDS", 60)
KIOSK_SESSION_SECONDS = env.int("HOLDFAST_KIOSK_SESSION_SECONDS", 600)
PIN_FAILURES = env.int("HOLDFAST_PIN_FAILURES", 5)
PIN_LOCK_MINUTES = env.int("HOLDFAST_PIN_LOCK_MINUTES", 15)

# Quizzes: what counts as passed where a document says nothing else, how many tries, and the wait after the last.
LEVEL_WORDS: dict[str, str] = env.dict("HOLDFAST_LEVEL_WORDS", default={})  # what I, L, U and O mean here
QUIZ_PASS_MARK = env.int("HOLDFAST_QUIZ_PASS_MARK", 80)
QUIZ_TRIES = env.int("HOLDFAST_QUIZ_TRIES", 3)
QUIZ_WAIT_MINUTES = env.int("HOLDFAST_QUIZ_WAIT_MINUTES", 30)
