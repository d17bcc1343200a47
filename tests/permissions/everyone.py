"""A person of each role, signed in: made with three statements, for tests that ask every role at every route."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.roles import Role
from tests.people import KEY, session_of

PASSWORD = make_password(None)
# The middleware is put together once, not for each of thousands of requests.
HANDLER = ClientHandler(enforce_csrf_checks=False)


def a_client() -> Client:
    client = Client()
    client.handler = HANDLER
    return client


def clients_by_role() -> dict[Role, Client]:
    people = [
        User(username=f"everyone-{role}", display_name=f"見本 {role}", role=role, password=PASSWORD) for role in Role
    ]
    User.objects.bulk_create(people)
    devices = [TOTPDevice(user=user, key=KEY, name="authenticator") for user in people]
    TOTPDevice.objects.bulk_create(devices)
    sessions = [_session(user, device) for user, device in zip(people, devices, strict=True)]
    Session.objects.bulk_create(sessions)
    clients = {role: a_client() for role in Role}
    for client, session in zip(clients.values(), sessions, strict=True):
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return clients


def _session(user: User, device: TOTPDevice) -> Session:
    expires = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    data = SessionStore().encode(session_of(user, device))
    return Session(session_key=get_random_string(32).lower(), session_data=data, expire_date=expires)
