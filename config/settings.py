"""
Settings, all from the environment; docs/operating/settings.md lists each with its meaning.

One file for every place the house stands in: a laptop, a district's machine, the tests.
"""

import os
from pathlib import Path

import dj_database_url

from linli.fabric.database import postgresql_options, sqlite_options

BASE_DIR = Path(__file__).parents[1]
HOME = Path(os.environ.get("LINLI_HOME", BASE_DIR / "var")).resolve()


def _yes(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes"}


DEBUG = _yes("LINLI_DEBUG", default=False)
STRICT_TEMPLATES = _yes("LINLI_STRICT_TEMPLATES", default=DEBUG)
ALLOWED_HOSTS = os.environ.get("LINLI_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LINLI_ORIGINS", "").split(",") if o]

# The district this installation serves, and the number that keeps its ids apart from others'.
DISTRICT = int(os.environ.get("LINLI_DISTRICT", "1"))
INSTALLATION = int(os.environ.get("LINLI_INSTALLATION", "1"))

KEYS = Path(os.environ.get("LINLI_KEYS", HOME / "keys"))
FILES = Path(os.environ.get("LINLI_FILES", HOME / "files"))
OUTBOX = Path(os.environ.get("LINLI_OUTBOX", HOME / "outbox"))
FONT = os.environ.get("LINLI_FONT", "")

# Out of the box letters become files under OUTBOX; an adapter is a dotted name (docs/apps/notices.md).
SMS_ADAPTER = os.environ.get("LINLI_SMS_ADAPTER", "")
EMAIL_BACKEND = os.environ.get(
    "LINLI_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = OUTBOX / "email"
EMAIL_HOST = os.environ.get("LINLI_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("LINLI_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LINLI_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LINLI_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = _yes("LINLI_EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("LINLI_EMAIL_FROM", "linli@localhost")


def _secret_key() -> str:
    path = KEYS / "session.key"
    if "LINLI_SECRET_KEY" in os.environ:
        return os.environ["LINLI_SECRET_KEY"]
    return path.read_text().strip() if path.exists() else "not-yet-made-run-linli-make-keys"


SECRET_KEY = _secret_key()

# Two roles on PostgreSQL: the owner migrates, the other serves with rights on rows only.
_SERVING = os.environ.get("LINLI_DATABASE_URL") or f"sqlite:///{HOME / 'linli.sqlite3'}"
_OWNING = os.environ.get("LINLI_OWNER_DATABASE_URL", "")
RUNTIME_ROLE = str(dj_database_url.parse(_SERVING)["USER"]) if _OWNING else ""
_POOLER = _yes("LINLI_POOLER", default=False)
DATABASES = {
    "default": dj_database_url.parse(
        _OWNING if _OWNING and _yes("LINLI_AS_OWNER", default=False) else _SERVING,
        conn_max_age=None,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = sqlite_options()
else:  # what the address itself asks for wins
    DATABASES["default"]["OPTIONS"] = {
        **postgresql_options(pooler=_POOLER),
        **DATABASES["default"].get("OPTIONS", {}),
    }
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = _POOLER
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STOREYS = [
    "linli.fabric",
    "linli.identity",
    "linli.journal",
    "linli.rulebook",
    "linli.places",
    "linli.people",
    "linli.parties",
    "linli.files",
    "linli.notices",
    "linli.catalogue",
    "linli.ledger",
    "linli.cases",
    "linli.visits",
    "linli.reports",
    "linli.gate",
    "linli.portal",
    "linli.desk",
    "linli.cockpit",
    "linli.verify",
    "linli.interop",
]
# Ours come first: where a library has words of its own for a message, the house's Chinese holds.
INSTALLED_APPS = [
    *STOREYS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["config.sign_in.ByPassword"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.fabric.edge.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "config.edge.WhoActs",
    "linli.fabric.edge.RefusalsToHttp",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "linli.fabric.jinja.environment",
            "context_processors": ["config.edge.page_context"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if _yes("LINLI_HASHED_STATIC", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _yes("LINLI_HASHED_STATIC", default=False)
WHITENOISE_MAX_AGE = 3600

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Sessions are rows so that a person can list and end them.
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "linli.fabric.pages.csrf_failure"
HTTPS = _yes("LINLI_HTTPS", default=False)
# Whose X-Forwarded-For is believed: a number of proxies, or their networks; by default nobody's.
TRUSTED_PROXIES = os.environ.get("LINLI_TRUSTED_PROXIES", "").strip()
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "fabric_cache",
    }
}

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "config.sign_in.Door"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "config.sign_in.SecondDoor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "邻里 Linli"
USERSESSIONS_TRACK_ACTIVITY = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Tables of libraries that keep sealed values inside JSON: what `linli rotate-key` seals anew too.
SEALED_IN_JSON = ["mfa.Authenticator.data"]
REACTIONS = "config.wiring.REACTIONS"
AUTHORITY = "config.authority.ROLES"
# What the worker does every ten seconds: dotted names of callables that take the moment.
CHORES = [
    "config.chores.end_pauses",
    "config.chores.turn_clocks",
    "config.chores.end_unanswered",
    "config.chores.send_notices",
    "config.chores.begin_leaves",
    "config.chores.forget_answers",
    "config.chores.sweep_files",
    "config.chores.expire_holds",
    "config.chores.open_editions",
    "config.chores.ask_weekly",
    "config.chores.put_admitted",
    "config.chores.lapse_requests",
    "config.chores.escalate_requests",
    "config.chores.pay_overdue",
]
# Keys of bookings whose storey keeps sums of its own: the ledger sends corrections there.
BOOKED_ABOVE = ("gate.",)
# Who says what a booking is for, by how its key begins.
PAID_FOR = "config.paid.PAID_FOR"
# What must have passed on before a unit is closed.
CLOSING = "config.closing.CLOSING"
# What `linli prepare` runs, in this order, on every start; each skips what is done.
PREPARE: list[list[str]] = [
    ["load_rules"],
    ["load_units"],
    ["load_pack", *(str(BASE_DIR / "packs" / name) for name in ("shangcheng", "jianghan"))],
    ["load_definitions"],
]
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LINLI_LOG", "WARNING")},
}
