"""Staff for tests: made-up people of any role, and a quick way past the two sign-in steps."""

from django.contrib.auth.hashers import make_password
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.roles import Role

PASSWORD = "mihon-password-for-tests"
KEY = "31323334353637383930" * 2


def staff_member(role: Role, username: str = "", **fields: object) -> User:
    """A person of the role, called like it unless named; without an authenticator."""
    name = username or str(role)
    values = {"display_name": f"見本 {name}", "role": role, "password": make_password(PASSWORD), **fields}
    return User.objects.create(username=name, **values)


def authenticator_of(user: User) -> TOTPDevice:
    device: TOTPDevice = TOTPDevice.objects.get_or_create(user=user, defaults={"key": KEY, "name": "authenticator"})[0]
    return device


def sign_in(client: Client, user: User) -> Client:
    """The client as this person's, second factor given."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["otp_device_id"] = authenticator_of(user).persistent_id
    session.save()
    return client


def client_of(role: Role, username: str = "") -> Client:
    """A new browser in which a new person of the role has signed in."""
    return sign_in(Client(), staff_member(role, username))
