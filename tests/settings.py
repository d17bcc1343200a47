"""The product's settings, with everything a test may write kept in a folder that goes away."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="madoguchi-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

# Set before the settings are read, and inherited by the servers and workers that tests start.
# A PostgreSQL of the tests' own: it need not survive a power cut (tests/fixtures/database.py).
os.environ["MADOGUCHI_VAR"] = str(Path(__file__).resolve().parent.parent / "var" / "tests")
os.environ["MADOGUCHI_QUEUE"] = str(SCRATCH / "queue")
os.environ["VAULT_DIR"] = str(SCRATCH / "vault")
for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "VAULT_S3_BUCKET"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

# One round instead of a million: the servers that tests start can still check these passwords.
PASSWORD_HASHERS = ["tests.passwords.QuickPasswordHasher"]
# Tests in this process read static files where they lie; the servers that tests start use the real manifest.
# Every test client starts WhiteNoise, which would go through all collected files each time.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
EMAIL_FILE_PATH = SCRATCH / "mail"
SEAL_DEMO_DIR = SCRATCH / "seal"
