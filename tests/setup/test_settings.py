"""An installation refuses to start with something missing or wrong, and names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DATABASE_URL": "postgresql://user:password@db.example.jp/madoguchi",
    "REDIS_URL": "redis://valkey.example.jp:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.jp:587",
    "SECRET_KEY": "a-long-random-text-that-is-only-used-in-this-test-0123456789",
    "VAULT_ROOT_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "ALLOWED_HOSTS": "yoyaku.example.jp",
    "PUBLIC_URL": "https://yoyaku.example.jp",
    "STAFF_NETWORKS": "10.1.0.0/16",
    "PROXY_COUNT": "1",
}


def start(variables: dict[str, str], print_expression: str = "'started'") -> subprocess.CompletedProcess[str]:
    """Load Django's settings in a new process that sees `variables` only, and print an expression of them."""
    script = f"import django; django.setup()\nfrom django.conf import settings; print({print_expression})"
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **variables}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_installation_with_everything_set_starts_and_is_no_demo() -> None:
    started = start(COMPLETE, "settings.DEMO, settings.DEBUG, settings.SESSION_COOKIE_SECURE")
    assert started.stdout.strip() == "False False True", started.stderr


@pytest.mark.parametrize("name", sorted(set(COMPLETE) - {"DATABASE_URL"}))
def test_missing_variable_is_named(name: str) -> None:
    refused = start({key: value for key, value in COMPLETE.items() if key != name})
    assert refused.returncode != 0
    assert f"ImproperlyConfigured: {name} is not set." in refused.stderr


def test_image_never_starts_as_a_demo() -> None:
    assert "MADOGUCHI_DEMO=never" in (ROOT / "Dockerfile").read_text()
    refused = start({"MADOGUCHI_DEMO": "never"})
    assert refused.returncode != 0
    assert "ImproperlyConfigured: DATABASE_URL is not set." in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("VAULT_ROOT_KEY", "dG9vIHNob3J0"), ("VAULT_ROOT_KEY", "no base64!"), ("STAFF_NETWORKS", "10.1.0.0/99")],
)
def test_wrong_value_is_named(name: str, value: str) -> None:
    refused = start(COMPLETE | {name: value})
    assert refused.returncode != 0
    assert f"ImproperlyConfigured: {name}" in refused.stderr


def test_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a-secret-in-a-file-that-is-only-used-in-this-test-0123456789\n")
    rest = {key: value for key, value in COMPLETE.items() if key != "SECRET_KEY"}
    started = start(rest | {"SECRET_KEY_FILE": str(tmp_path / "key")}, "settings.SECRET_KEY")
    assert started.stdout == (tmp_path / "key").read_text(), started.stderr


def test_root_key_is_not_shown_by_what_django_prints_about_settings() -> None:
    shown = start(COMPLETE, "repr(settings)")
    assert COMPLETE["VAULT_ROOT_KEY"] not in shown.stdout + shown.stderr


def test_installation_cannot_be_filled_with_made_up_people() -> None:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **COMPLETE}
    command = [sys.executable, "manage.py", "prepare", "kitakyushu"]
    refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "made-up people belong on the demo's own database only" in refused.stderr


MDM = {"MDM_URL": "https://mdm.example.jp", "MDM_KEY": "key", "MDM_WEBHOOK_SECRET": "x" * 32}


def test_management_of_tablets_is_set_up_whole_or_not_at_all() -> None:
    assert start(COMPLETE, "settings.MDM").stdout.strip() == "None"
    assert start(COMPLETE | MDM, "settings.MDM['url']").stdout.strip() == MDM["MDM_URL"]
    missing = start(COMPLETE | {name: value for name, value in MDM.items() if name != "MDM_KEY"})
    assert "ImproperlyConfigured: MDM_KEY is not set." in missing.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("MDM_URL", "http://mdm.example.jp"), ("MDM_URL", "mdm"), ("MDM_WEBHOOK_SECRET", "short")],
)
def test_a_wrong_setting_of_the_management_is_named(name: str, value: str) -> None:
    refused = start(COMPLETE | MDM | {name: value})
    assert f"ImproperlyConfigured: {name} must" in refused.stderr
