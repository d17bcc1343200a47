"""Staff for tests: made-up people of any role, and a quick way past the two sign-in steps."""

import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.roles import Role
from accounts.sessions import FACTOR_AT

PASSWORD = "mihon-password-for-tests"
KEY = "31323334353637383930" * 2
BACKEND = "django.contrib.auth.backends.ModelBackend"


def staff_member(role: Role, username: str = "", **fields: object) -> User:
    """A person of the role, called like it unless named; without an authenticator."""
    name = username or str(role)
    values = {"display_name": f"見本 {name}", "role": role, "password": make_password(PASSWORD), **fields}
    return User.objects.create(username=name, **values)


def authenticator_of(user: User) -> TOTPDevice:
    device: TOTPDevice = TOTPDevice.objects.get_or_create(user=user, defaults={"key": KEY, "name": "authenticator"})[0]
    return device


def sign_in(client: Client, user: User) -> Client:
    """The client as this person's, second factor given: the session that both steps would leave, in one row."""
    session = SessionStore()
    session.update(session_of(user, authenticator_of(user)))
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def session_of(user: User, device: TOTPDevice) -> dict[str, object]:
    """What a session holds after the sign-in."""
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        DEVICE_ID_SESSION_KEY: device.persistent_id,
        FACTOR_AT: int(time.time()),
    }


def client_of(role: Role, username: str = "") -> Client:
    """A new browser in which a new person of the role has signed in."""
    return sign_in(Client(), staff_member(role, username))
