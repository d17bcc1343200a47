"""The demo's people are comfortable in the demo, and worth nothing anywhere else."""

import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.demo import DEMO_PEOPLE, PEOPLE_BY_USERNAME, account_of, accounts, next_code
from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from tests.people import authenticator_of

CLERK = PEOPLE_BY_USERNAME["clerk-1"]
SIGN_IN = "/staff/sign-in/"
CODE = "/staff/sign-in/code/"


@pytest.fixture
def demo_people(db: None) -> None:
    call_command("demo_people", stdout=io.StringIO())


def test_every_role_has_a_person_who_is_visibly_made_up() -> None:
    assert {person.role for person in DEMO_PEOPLE} == set(Role)
    assert all(person.display_name.startswith(("見本", "架空")) for person in DEMO_PEOPLE)


@pytest.mark.usefixtures("demo_people")
def test_second_run_changes_nothing() -> None:
    people, events = list(User.objects.order_by("pk").values()), AuditEvent.objects.count()
    call_command("demo_people", stdout=io.StringIO())
    assert list(User.objects.order_by("pk").values()) == people
    assert AuditEvent.objects.count() == events


@pytest.mark.usefixtures("demo_people")
def test_listed_button_and_code_lead_in(client: Client) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert CLERK.password in page
    client.post(SIGN_IN, {"username": CLERK.username, "password": CLERK.password})
    shown = client.get(CODE).context["offer"].demo_account.code
    assert client.post(CODE, {"code": shown})["Location"] == "/staff/"


@pytest.mark.usefixtures("demo_people")
def test_shown_code_is_taken_however_often_one_signs_in() -> None:
    user = User.objects.get(username=CLERK.username)
    with time_machine.travel("2026-11-21 00:00Z", tick=False) as clock:
        for pause in (0, 0, 0, 1, 29, 31, 600, 0, 0):
            clock.shift(pause)
            device = authenticator_of(user)
            code, seconds = next_code(device)
            assert seconds > 0
            assert device.verify_token(code), pause


@pytest.mark.usefixtures("demo_people")
def test_installation_shows_nobody_even_if_the_rows_are_there(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    page = client.get(SIGN_IN).content.decode()
    assert "お試し用" not in page
    assert CLERK.username not in page
    assert accounts() == []
    assert account_of(User.objects.get(username=CLERK.username)) is None


@pytest.mark.usefixtures("demo_people")
def test_installation_lets_nobody_in_with_a_published_password(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    answer = client.post(SIGN_IN, {"username": CLERK.username, "password": CLERK.password})
    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("demo_people")
def test_real_person_of_the_same_name_is_let_in(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    user = User.objects.get(username=CLERK.username)
    user.set_password("eigene-lange-worte")
    user.save()
    assert client.post(SIGN_IN, {"username": CLERK.username, "password": "eigene-lange-worte"})["Location"] == CODE


@pytest.mark.django_db
def test_installation_makes_nobody(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DATABASE_URL is set"):
        call_command("demo_people")
    assert not User.objects.exists()
