"""What cannot be taken back asks for the second factor again, and loses nothing that was typed."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from tests.accounts.codes import code, wrong_code
from tests.people import sign_in, staff_member
from tests.permissions.routes import all_routes

# Every view that asks again: whoever adds one to `requires_fresh_factor` adds it here.
ASKING = {
    "accounts:own",
    "accounts:own_key_remove",
    "accounts:person_new",
    "accounts:person",
    "accounts:person_activate",
    "accounts:person_deactivate",
    "accounts:person_key_remove",
    "accounts:person_reset_password",
    "accounts:person_reset_second_factor",
    "archive:release",
}
NEW_ROLE = {"display_name": "見本 さくら", "email": "", "role": Role.MANAGER}


@pytest.fixture
def client(administrator: User) -> Client:
    """An administrator who signed in longer ago than the second factor is fresh."""
    client = sign_in(Client(), administrator)
    session = client.session
    session[sessions.FACTOR_AT] -= sessions.FRESH_SECONDS + 1
    session.save()
    return client


@pytest.fixture
def page(clerk: User) -> str:
    return f"/staff/people/{clerk.pk}/"


def test_the_views_that_ask_again() -> None:
    asking = {route.name for route in all_routes() if hasattr(route.view, "asks_again_for")}
    assert asking >= ASKING


def test_a_role_is_given_after_the_factor_was_given_again(client: Client, page: str, clerk: User) -> None:
    asked = client.post(page, NEW_ROLE)
    assert asked.status_code == 401
    shown = asked.content.decode()
    assert "「職員の登録の変更」の前に" in shown
    assert '<input type="hidden" name="role" value="manager">' in shown
    clerk.refresh_from_db()
    assert clerk.role == Role.CLERK

    assert client.post(page, NEW_ROLE | {"factor-code": code()})["Location"] == page
    clerk.refresh_from_db()
    assert clerk.role == Role.MANAGER
    events = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(events) == ["second_factor_confirmed", "person_changed"]


def test_a_wrong_code_changes_nothing_and_keeps_what_was_typed(client: Client, page: str, clerk: User) -> None:
    answer = client.post(page, NEW_ROLE | {"factor-code": wrong_code()})
    assert answer.status_code == 422
    assert 'name="role" value="manager"' in answer.content.decode()
    clerk.refresh_from_db()
    assert clerk.role == Role.CLERK
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["sign_in_failed"]


def test_nothing_is_asked_twice_within_minutes(client: Client, page: str) -> None:
    client.post(page, NEW_ROLE | {"factor-code": code()})
    with time_machine.travel(timezone.now() + timedelta(seconds=sessions.FRESH_SECONDS - 5)):
        assert client.post(page, NEW_ROLE).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=sessions.FRESH_SECONDS + 5)):
        assert client.post(page, NEW_ROLE).status_code == 401


def test_looking_asks_nothing(client: Client, page: str) -> None:
    assert client.get(page).status_code == 200


def test_a_change_code_on_a_shared_tablet_is_no_second_factor(client: Client, page: str) -> None:
    session = client.session
    del session[sessions.FACTOR_AT]
    session.save()
    assert client.post(page, NEW_ROLE).status_code == 401


def test_who_lacks_the_permission_is_not_even_asked(page: str) -> None:
    manager = sign_in(Client(), staff_member(Role.MANAGER, "mihon-manager"))
    session = manager.session
    session[sessions.FACTOR_AT] = 0
    session.save()
    assert manager.post(page, NEW_ROLE).status_code == 403
