"""All settings, one file. The environment chooses; `ENVIRONMENT` below is the whole list.

MINSHENG_ENV=embedded   one process, SQLite in var/, no broker (default)
MINSHENG_ENV=server     PostgreSQL, HTTPS, secrets from the environment
MINSHENG_ENV=test       set by tests/settings.py
"""

import os
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

import dj_database_url
import environ
from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

# --- the environment ---------------------------------------------------------------------------

ENVIRONMENT: dict[str, tuple[type, object]] = {
    "MINSHENG_ENV": (str, "embedded"),  # embedded | server | test
    "MINSHENG_DEBUG": (bool, False),  # embedded only: tracebacks in the browser
    "MINSHENG_DEMO": (bool, False),  # demo accounts, signs on every page
    "MINSHENG_VAR": (str, str(BASE_DIR / "var")),  # database, files, keys of the embedded mode
    "MINSHENG_CHAIN_HASH": (str, "sha256"),  # sha256 | sm3
    "MINSHENG_TRUSTED_PROXIES": (int, 0),  # how many of ours stand in front and set X-Forwarded-*
    "MINSHENG_DENGBAO": (bool, False),  # 等保: mixed characters, passwords age after 90 days
    "MINSHENG_FIT": (str, "words"),  # words | semantic (needs the extra of that name)
    "MINSHENG_MAIL": (str, ""),  # none | console | smtp; console in a demonstration, else none
    "MINSHENG_MAIL_FROM": (str, ""),  # the sender of e-mail, for smtp
    "MINSHENG_SITE_URL": (str, ""),  # https://ms.example.gov.cn, for links in e-mail
    "MINSHENG_SMS": (str, ""),  # none | console | package.module:Class; as MINSHENG_MAIL
    "MINSHENG_TURN_LIMITS": (dict, {}),  # working days of single acts: establish=5,vote=1
    "MINSHENG_LOG_LEVEL": (str, "INFO"),
    "MINSHENG_LOCK_TIMEOUT_MS": (int, 3_000),
    "MINSHENG_STATEMENT_TIMEOUT_MS": (int, 30_000),
    "SECRET_KEY": (str, ""),
    "DATABASE_URL": (str, ""),
    "REDIS_URL": (str, ""),
    "EMAIL_HOST": (str, ""),
    "EMAIL_PORT": (int, 465),
    "EMAIL_USER": (str, ""),
    "EMAIL_PASSWORD": (str, ""),
    "EMAIL_SECURITY": (str, "ssl"),  # ssl | starttls | none (only to a relay on this machine)
    "ALLOWED_HOSTS": (list, []),
    "CSRF_TRUSTED_ORIGINS": (list, []),
}

_unknown = sorted(k for k in os.environ if k.startswith("MINSHENG_") and k not in ENVIRONMENT)
if _unknown:
    raise ImproperlyConfigured(
        f"Unknown environment variable(s): {', '.join(_unknown)}. "
        f"Known: {', '.join(k for k in ENVIRONMENT if k.startswith('MINSHENG_'))}."
    )

env = environ.Env(**ENVIRONMENT)

ENV = env("MINSHENG_ENV")
if ENV not in {"embedded", "server", "test"}:
    raise ImproperlyConfigured(f"MINSHENG_ENV={ENV!r}: say embedded, server or test.")
SERVER = ENV == "server"
TESTING = ENV == "test"
DEBUG = env("MINSHENG_DEBUG")
DEMO = env("MINSHENG_DEMO")
if SERVER and DEBUG:
    raise ImproperlyConfigured("MINSHENG_DEBUG=1 is refused in server mode: it shows secrets.")

VAR_DIR = Path(env("MINSHENG_VAR"))
CHAIN_HASH = env("MINSHENG_CHAIN_HASH")
if CHAIN_HASH not in {"sha256", "sm3"}:
    raise ImproperlyConfigured(f"MINSHENG_CHAIN_HASH={CHAIN_HASH!r}: say sha256 or sm3.")
FIT_BACKEND = env("MINSHENG_FIT")
if FIT_BACKEND not in {"words", "semantic"}:
    raise ImproperlyConfigured(f"MINSHENG_FIT={FIT_BACKEND!r}: say words or semantic.")


def _kept_secret(path: Path) -> str:
    """The embedded mode makes its own key once; site and tick processes share it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    if TESTING:
        SECRET_KEY = "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
    elif ENV == "embedded":
        SECRET_KEY = _kept_secret(VAR_DIR / "secret.key")
    else:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing. Make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'` and put it into the "
            "environment of every process; keep it, or all sessions end."
        )

ALLOWED_HOSTS = env("ALLOWED_HOSTS") or (
    [] if SERVER else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
if SERVER and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is missing. Example: ALLOWED_HOSTS=ms.example.gov.cn")
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS")

# --- applications, in the order of the layers ----------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "core",
    "accounts",
    "communities",
    "projects",
    "deliberation",
    "portal",
    "demo",
]

# knox's own table would stay empty beside accounts.ApiToken, and PostgreSQL could not empty the
# users after a transactional test because of it
MIGRATION_MODULES = {"knox": None}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionGuard",
    "accounts.middleware.SecondFactorGate",
    "core.middleware.AuthenticatedNoStore",
    "core.middleware.RefusedMiddleware",
    "core.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "minsheng.urls"
WSGI_APPLICATION = "minsheng.wsgi.application"
# core may not import upwards: it finds the table of rules by this name
ACCESS_RULES = "minsheng.access.RULES"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database ------------------------------------------------------------------------------------

DATABASE_URL = env("DATABASE_URL")
if SERVER and not DATABASE_URL.startswith(("postgres://", "postgresql://")):
    raise ImproperlyConfigured(
        "Server mode needs PostgreSQL: DATABASE_URL=postgres://user:password@host:5432/minsheng"
    )

_url = DATABASE_URL or f"sqlite:///{VAR_DIR / 'minsheng.sqlite3'}"
# dj-database-url, because django-environ does not decode %2F in a socket path
DATABASES = {"default": dict(dj_database_url.parse(_url))}
_db = DATABASES["default"]
_options = dict(_db.get("OPTIONS") or {})
if _db["ENGINE"].endswith("sqlite3"):
    Path(_db["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _db["OPTIONS"] = _options | {
        # IMMEDIATE: a write transaction queues at its beginning instead of failing at its end
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            f"PRAGMA synchronous={'OFF' if TESTING else 'NORMAL'};"
            "PRAGMA foreign_keys=ON;"
            # so that REPLACE fires the append-only triggers too
            "PRAGMA recursive_triggers=ON;"
        ),
    }
    if TESTING:
        # a file, because threads of a race test cannot share an in-memory database
        _db["TEST"] = {
            "NAME": str(Path(tempfile.gettempdir()) / f"minsheng-test-{os.getpid()}.sqlite3")
        }
else:
    # 64 competitors on a shared machine wait longer for the row than users ever should
    _lock_ms = 20_000 if TESTING else env("MINSHENG_LOCK_TIMEOUT_MS")
    _db["CONN_MAX_AGE"] = 0 if TESTING else 300
    _db["CONN_HEALTH_CHECKS"] = True
    _db["OPTIONS"] = _options | {
        "options": (
            f"-c lock_timeout={_lock_ms} "
            f"-c statement_timeout={env('MINSHENG_STATEMENT_TIMEOUT_MS')} "
            "-c idle_in_transaction_session_timeout=60000 "
            # Our joins follow foreign keys from the row asked for. Weighing every other order of
            # eleven tables takes PostgreSQL ten times as long as reading the row.
            "-c join_collapse_limit=4"
        )
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- cache, jobs ---------------------------------------------------------------------------------

REDIS_URL = "" if TESTING else env("REDIS_URL")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
elif SERVER:
    # several processes must count throttles together; `manage.py createcachetable` makes it
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "house_cache",
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# without a broker the outbox is worked after commit, in this process
OUTBOX_INLINE = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    # a lost or doubled tick is harmless: deadlines and jobs are rows
    "tick": {"task": "minsheng.tick", "schedule": schedule(timedelta(seconds=30))},
}

# --- e-mail, short messages, time limits -----------------------------------------------------------

MAIL = env("MINSHENG_MAIL") or ("console" if DEMO else "none")
_mail_backends = {"none": "dummy", "console": "console", "smtp": "smtp"}
if MAIL not in _mail_backends:
    raise ImproperlyConfigured(f"MINSHENG_MAIL={MAIL!r}: say none, console or smtp.")
EMAIL_BACKEND = f"django.core.mail.backends.{_mail_backends[MAIL]}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = env("EMAIL_HOST") or "localhost", env("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("EMAIL_USER"), env("EMAIL_PASSWORD")
_mail_security = env("EMAIL_SECURITY")
if _mail_security not in {"ssl", "starttls", "none"}:
    raise ImproperlyConfigured(f"EMAIL_SECURITY={_mail_security!r}: say ssl, starttls or none.")
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail_security == "ssl", _mail_security == "starttls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("MINSHENG_MAIL_FROM") or "minsheng@localhost"
SITE_URL = (env("MINSHENG_SITE_URL") or "http://127.0.0.1:8000").rstrip("/")
if MAIL == "smtp":
    _missing = [n for n in ("EMAIL_HOST", "MINSHENG_MAIL_FROM", "MINSHENG_SITE_URL") if not env(n)]
    if _missing:
        raise ImproperlyConfigured(f"MINSHENG_MAIL=smtp also needs {', '.join(_missing)}.")
    if _mail_security == "none" and EMAIL_HOST not in {"localhost", "127.0.0.1", "::1"}:
        raise ImproperlyConfigured("EMAIL_SECURITY=none is for a relay on this machine only.")
    if SERVER and not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("MINSHENG_SITE_URL begins with https:// in server mode.")
# which adapter carries short messages (portal/sms.py): "", or module:Class
_sms = env("MINSHENG_SMS") or ("console" if DEMO else "none")
SMS_BACKEND = {"none": "", "console": "portal.sms:Console"}.get(_sms, _sms)
if SMS_BACKEND and ":" not in SMS_BACKEND:
    raise ImproperlyConfigured(f"MINSHENG_SMS={_sms!r}: say none, console or module:Class.")
# names are checked against the table of acts by portal/checks.py
try:
    TURN_LIMITS = {act: int(days) for act, days in env("MINSHENG_TURN_LIMITS").items()}
except ValueError:
    raise ImproperlyConfigured(
        "MINSHENG_TURN_LIMITS takes whole working days: establish=5,vote=1."
    ) from None

# --- who signs in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "portal:desk"
LOGOUT_REDIRECT_URL = "portal:home"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AccountBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.NotTooLong"},
]
if env("MINSHENG_DENGBAO"):
    AUTH_PASSWORD_VALIDATORS += [{"NAME": "accounts.passwords.ThreeKinds"}]
PASSWORD_MAX_AGE_DAYS = 90 if env("MINSHENG_DENGBAO") else None
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# how many tries, and how long the wait grows: accounts/lockout.py
TRUSTED_PROXY_COUNT = env("MINSHENG_TRUSTED_PROXIES")
AXES_HANDLER = "accounts.lockout.GrowingDelay"
AXES_USERNAME_CALLABLE = "accounts.lockout.client_username"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.client_ip"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.lockout_response"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(hours=24)  # memory of failures; the wait is in accounts/lockout.py
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit chain
AXES_ENABLE_ADMIN = False  # failed tries are lifted by a service, on the page of the account
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
AXES_VERBOSE = False

OTP_TOTP_ISSUER = "民生微实事"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60  # the longest life; see accounts/rules.py for the shorter ones
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SERVER
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.pages.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SERVER

# --- browser safety ------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: because Bootstrap draws its ticks and arrows as data URLs in its style sheet
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SERVER
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SERVER else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVER
SECURE_HSTS_PRELOAD = SERVER
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- language and time ---------------------------------------------------------------------------

# no LocaleMiddleware: the browser's language must not turn staff pages half English
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
if TESTING:
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
if DEBUG or TESTING:
    _static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif SERVER:
    _static_storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
else:
    # compressing takes half a minute, and nothing is gained on one's own machine
    _static_storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
STORAGES = {
    # evidence: reached only through views that check who asks, never by a public URL
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "media")},
    },
    "staticfiles": {"BACKEND": _static_storage},
}
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.DenyAll"],
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_THROTTLE_CLASSES": []
    if TESTING
    else [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=30),
    "TOKEN_LIMIT_PER_USER": 10,
    "AUTO_REFRESH": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "民生微实事 API",
    "DESCRIPTION": (
        "民生微实事：从居民需求到街道审定立项。"
        '金额是以元为单位的字符串，保留两位小数，例如 "500000.00"。'
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    # fields of one name with different choices get names that say which
    "ENUM_NAME_OVERRIDES": {
        "NeedChannelEnum": "communities.models.Channel",
        "NeedImportStateEnum": "communities.machine.ImportState",
        "OrganisationFaultKindEnum": "communities.models.FaultKind",
        "RoundMethodEnum": "communities.models.RoundMethod",
        "RoundStateEnum": "communities.machine.RoundState",
        "VoteMethodEnum": "deliberation.choices.VoteMethod",
        "ObjectionChannelEnum": "deliberation.choices.ObjectionChannel",
        "MatterStateEnum": "deliberation.choices.State",
        "MeetingStateEnum": "deliberation.choices.MeetingState",
        "NoticeStateEnum": "deliberation.choices.NoticeState",
        "ObjectionStateEnum": "deliberation.choices.ObjectionState",
        "OpinionEnum": "deliberation.choices.Opinion",
        "FoundKindEnum": "portal.search.KIND_CHOICES",
    },
    # from the sidecar: nothing is fetched from another host
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- logs: one JSON object per line, no personal data (see minsheng/logs.py) ---------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "minsheng.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("MINSHENG_LOG_LEVEL")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # refusals are answers, not incidents; they are in the audit chain where they matter
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "axes": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
