"""All settings. `DATABASE_URL` decides: with it this is an installation of a city, without it a demo.

A demo keeps everything under `var/`: its PostgreSQL, its queue, its keys, its pictures. An installation
refuses to start unless everything it needs is set (see docs/operations.md for the list).
"""

import sys
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from config import embedded
from config.environment import (
    cti_secret,
    env,
    kept_secret,
    mdm,
    networks,
    required,
    root_key,
    seal,
    sms_gateway,
    vault_storage,
)
from writing import languages

# Lets Django's classes take a type argument where they run too, as in ModelForm[Office].
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("MADOGUCHI_VAR", default=str(BASE_DIR / "var")))

# The demo's comforts (listed accounts, readable mail) hang on this alone; see accounts/demo.py.
DEMO = not env.str("DATABASE_URL", default="")
if env.str("MADOGUCHI_DEMO", default="") == "never":
    # The image sets this: a forgotten line must not turn an installation into a demo that lists its accounts.
    required("DATABASE_URL", "Set the database, e.g. postgresql://user:password@host:5432/madoguchi")
DEBUG = False

DATABASES: dict[str, dict[str, Any]]
if DEMO:
    SECRET_KEY = kept_secret(VAR_DIR / "keys" / "secret_key", "signing key")
    VAULT_ROOT_KEY = root_key(kept_secret(VAR_DIR / "keys" / "vault_root_key", "vault key"))
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
    PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000")
    STAFF_NETWORKS = networks(env.list("STAFF_NETWORKS", default=["0.0.0.0/0", "::/0"]), "STAFF_NETWORKS")
    DATABASES = {
        "default": embedded.database_settings(VAR_DIR / "postgres", env.str("MADOGUCHI_DATABASE", default="madoguchi"))
    }
else:
    SECRET_KEY = required("SECRET_KEY", "Set a long random text, the same in every process.")
    VAULT_ROOT_KEY = root_key(
        required("VAULT_ROOT_KEY", "Set 32 random bytes in base64; keep them apart from backups.")
    )
    ALLOWED_HOSTS = [
        host.strip() for host in required("ALLOWED_HOSTS", "Set the host names, e.g. yoyaku.example.lg.jp").split(",")
    ]
    PUBLIC_URL = required("PUBLIC_URL", "Set the address citizens use, e.g. https://yoyaku.example.lg.jp").rstrip("/")
    STAFF_NETWORKS = networks(
        required("STAFF_NETWORKS", "Set the networks staff come from, e.g. 10.1.0.0/16,10.2.0.0/16").split(","),
        "STAFF_NETWORKS",
    )
    DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "ENGINE": "config.postgresql",
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    # Statements sent a fifth time are prepared: PostgreSQL then plans them no more, which is a third of a booking
    # (docs/performance.md). Behind PgBouncer this needs version 1.22 with max_prepared_statements.
    "OPTIONS": DATABASES["default"].get("OPTIONS", {}) | {"server_side_binding": True, "prepare_threshold": 5},
    "TEST": {"NAME": env.str("MADOGUCHI_TEST_DATABASE", default="test_madoguchi")},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "keeping",
    "reports",
    "training",
    "helpdesk",
    "devices",
    "staffing",
    "review",
    "counters",
    "applications",
    "reservations",
    "documents",
    "notifications",
    "postoffices",
    "vault",
    "live",
    "accounts",
    "audit",
    "writing",
    "unfold.apps.BasicAppConfig",
    "accounts.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.policy.PolicyMiddleware",
    "accounts.middleware.StaffNetworkMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "writing.languages.CitizenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.failures.FormAddressMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "csp.context_processors.nonce",
                "writing.languages.languages",
                "postoffices.context_processors.city",
                "accounts.context_processors.staff_navigation",
            ],
        },
    },
]

FORM_RENDERER = "writing.rendering.Renderer"

# -- people ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "accounts:start"
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
STAFF_SESSION_HOURS = env.int("STAFF_SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
OTP_TOTP_ISSUER = "Madoguchi"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
# Or somebody who tries now and then, perhaps with a wrong password kept by a browser, would never get in again.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
if not DEMO:
    # A wrong guess would take the proxy's address for everybody's: the allow-list and the lockout need to know.
    required("PROXY_COUNT", "Set how many reverse proxies stand in front; docker-compose.yml has 1.")
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=0)
AXES_CLIENT_IP_CALLABLE = "accounts.networks.client_address"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the audit log has every sign-in, without addresses of people

# -- transport -------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    # Other hosts of the city's domain are not ours to bind to TLS.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
UNFOLD = {
    "SITE_TITLE": "窓口 台帳",
    "SITE_HEADER": "窓口 台帳",
    "SITE_URL": "/staff/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "BORDER_RADIUS": "4px",
    # The primary blue of the design tokens, from light to dark.
    "COLORS": {
        "primary": {
            "50": "#e8f1fe",
            "100": "#d9e6ff",
            "200": "#c5d7fb",
            "300": "#9db7f9",
            "400": "#7096f8",
            "500": "#4979f5",
            "600": "#0017c1",
            "700": "#00118f",
            "800": "#000071",
            "900": "#000060",
            "950": "#000050",
        }
    },
}

# -- files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    ("vendor/htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
    ("vendor/jsqr", BASE_DIR / "node_modules" / "jsqr" / "dist"),
    ("vendor/signature_pad", BASE_DIR / "node_modules" / "signature_pad" / "dist"),
    ("vendor/design-tokens", BASE_DIR / "node_modules" / "@digital-go-jp" / "design-tokens" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "vault": vault_storage(
        env.str("VAULT_DIR", default=str(VAR_DIR / "vault")), env.str("VAULT_S3_BUCKET", default="")
    ),
    "staticfiles": {"BACKEND": "config.staticfiles.Storage"},
}
# Papers are sealed with the city's certificate. None in a demo means one made on this machine, plainly marked; an
# installation without one starts only while its profile does not ask for signing on the screen (signing/ready.py).
SEAL = seal(
    env.str("SEAL_CERTIFICATE", default=""),
    env.str("SEAL_KEY", default=""),
    env.str("SEAL_TSA_URL", default=""),
    env.str("SEAL_TSA_ROOTS", default=""),
)
SEAL_DEMO_DIR = VAR_DIR / "keys" / "seal"
# ClamAV's daemon, host:port. Without it uploads are marked as unscanned, and never shown as they came.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# What is uploaded stays in memory, never in a temporary file. Of a request larger than this Django leaves the file out
# without a word, so it holds the largest that a form takes: documents and scans of oaths, 20 MB. nginx knows it too.
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# -- work behind the pages -------------------------------------------------------------------------
redis_url = (
    env.str("REDIS_URL", default="") if DEMO else required("REDIS_URL", "Set the queue, e.g. redis://valkey:6379/0")
)
if redis_url:
    CELERY_BROKER_URL = redis_url
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
else:
    _queue = Path(env.str("MADOGUCHI_QUEUE", default=str(VAR_DIR / "queue")))
    _queue.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"  # the name means nothing, but kombu warns without one
    CELERY_BROKER_TRANSPORT = "config.filequeue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_queue.with_name(_queue.name + "-control")),
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            # The default, 300, would let somebody push out the counters of failed attempts by making more of them.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Sweepers find what a lost wake-up left behind; each is idempotent and takes its rows with SKIP LOCKED.
CELERY_BEAT_SCHEDULE = {
    "deliver-messages": {"task": "notifications.tasks.deliver_due", "schedule": 15.0},
    "release-holds": {"task": "reservations.tasks.release_expired_holds", "schedule": 15.0},
    "forget-buckets": {"task": "reservations.tasks.forget_buckets", "schedule": 3600.0},
    "offer-seats": {"task": "reservations.tasks.offer_seats", "schedule": 15.0},
    "plan-reminders": {"task": "reservations.tasks.plan_reminders", "schedule": 600.0},
    "make-slots": {"task": "reservations.tasks.materialise_slots", "schedule": 3600.0},
    "requeue-leases": {"task": "review.tasks.release_expired_leases", "schedule": 15.0},
    "mark-no-shows": {"task": "counters.tasks.mark_missed", "schedule": 60.0},
    "seal-forms": {"task": "applications.tasks.seal_due", "schedule": 15.0},
    "make-form-batches": {"task": "applications.tasks.make_form_batches_due", "schedule": 30.0},
    "read-scans": {"task": "applications.tasks.read_scans_due", "schedule": 30.0},
    "sweep-scan-uploads": {"task": "applications.tasks.sweep_scan_uploads", "schedule": 3600.0},
    "check-archive": {"task": "applications.tasks.check_archive", "schedule": 30.0},
    "forget-erased": {"task": "applications.tasks.forget_erased", "schedule": 3600.0},
    "sweep-capture": {"task": "review.tasks.sweep_capture", "schedule": 600.0},
    "make-reports": {"task": "reports.tasks.make_due", "schedule": 15.0},
    "send-commands": {"task": "devices.tasks.send_due", "schedule": 15.0},
    "forget-places": {"task": "devices.tasks.forget_places", "schedule": 3600.0},
    "end-rings": {"task": "helpdesk.tasks.end_rings", "schedule": 300.0},
    "seal-audit": {"task": "audit.tasks.seal", "schedule": 60.0},
    "sweep-vault": {"task": "vault.tasks.sweep_orphans", "schedule": 3600.0},
    "measure-storage": {"task": "keeping.tasks.measure_storage", "schedule": 300.0},
    "sweep-rows": {"task": "keeping.tasks.sweep_rows", "schedule": 6 * 3600.0},
    "erase-due": {"task": "vault.tasks.erase_due", "schedule": 3600.0},
}

# -- mail ------------------------------------------------------------------------------------------
# A demo without EMAIL_URL keeps messages where the demo's mail page shows them.
if email_url := env.str("EMAIL_URL", default=""):
    vars().update(env.email_url_config(email_url))
elif DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    required("EMAIL_URL", "Set the mail server, e.g. smtp+tls://user:password@mail.example.lg.jp:587")
EMAIL_TIMEOUT = 20
# Telephone systems sign their events with it; without it the address answers 404.
CTI_SECRET = cti_secret(env.str("CTI_SECRET", default=""))
# NanoMDM, which manages the tablets. Without it the buttons are not there; in a demo something stands in for it.
MDM = mdm(env.str("MDM_URL", default=""), env.str("MDM_KEY", default=""), env.str("MDM_WEBHOOK_SECRET", default=""))
SMS_GATEWAY = sms_gateway(
    env.str("SMS_GATEWAY_URL", default=""), env.str("SMS_GATEWAY_TOKEN", default=""), env.str("SMS_SENDER", default="")
)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="madoguchi@example.lg.jp")
# From where `receive_mail` takes mails to the desks: the installation's mail server.
MAIL_NETWORKS = networks(env.list("MAIL_NETWORKS", default=["127.0.0.0/8", "::1/128"]), "MAIL_NETWORKS")

# -- language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES: list[tuple[str, str]] = [(language.code, language.label) for language in languages.LANGUAGES]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# -- logs: structure only; no personal data, no request bodies -------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_links": {"()": "config.logs.WithoutLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_links"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Anybody can send any Host header: that is answered with 400, and is no error of ours.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "axes": {"level": "ERROR"},
        # The mail door's own log repeats addresses.
        "mail.log": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}

TESTING = "pytest" in sys.modules
