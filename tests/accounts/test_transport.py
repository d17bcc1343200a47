"""Cookies and headers that keep a session to its owner."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from tests.people import PASSWORD, sign_in

ROOT = Path(__file__).resolve().parents[2]
INSTALLATION = {
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
NAMES = [
    "DEMO",
    "DEBUG",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "X_FRAME_OPTIONS",
]


def test_installation_keeps_cookies_to_encrypted_connections() -> None:
    values = f"[getattr(settings, name) for name in {NAMES}]"
    script = f"import json; from django.conf import settings; print(json.dumps({values}))"
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **INSTALLATION}
    command = [sys.executable, "-c", script]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert dict(zip(NAMES, json.loads(printed), strict=True)) == {
        "DEMO": False,
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "X_FRAME_OPTIONS": "DENY",
    }


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client, clerk: User) -> None:
    client.post("/staff/sign-in/", {"username": clerk.username, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 60 * 60


def test_forms_without_token_are_refused_with_a_page_that_says_what_to_do(clerk: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/staff/sign-in/", {"username": clerk.username, "password": PASSWORD})
    assert answer.status_code == 403
    assert "読み込み直して" in answer.content.decode()


@pytest.mark.parametrize("address", ["/staff/sign-in/", "/staff/"])
def test_staff_pages_allow_no_inline_code(client: Client, clerk: User, address: str) -> None:
    sign_in(client, clerk)
    client.logout() if "sign-in" in address else None
    policy = client.get(address)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
