"""Two steps, in this order, and nothing opens before both are done."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.views.sign_in import WRONG
from audit.models import AuditEvent
from tests.accounts.codes import code, wrong_code
from tests.people import PASSWORD, authenticator_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

START = "/staff/"
SIGN_IN = "/staff/sign-in/"
CODE = "/staff/sign-in/code/"
ENROL = "/staff/sign-in/enrol/"


def give_password(client: Client, user: User, password: str = PASSWORD, **more: str) -> "Answer":
    return client.post(SIGN_IN, {"username": user.username, "password": password, **more})


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_password_and_code_lead_to_the_start_page(client: Client, clerk: User) -> None:
    assert give_password(client, clerk)["Location"] == CODE
    assert client.post(CODE, {"code": code()})["Location"] == START
    assert client.get(START).status_code == 200
    assert actions() == ["signed_in"]


@pytest.mark.requirement("fukuoka-19")
def test_password_alone_opens_nothing(client: Client, clerk: User) -> None:
    give_password(client, clerk)
    assert client.get(START)["Location"] == f"{CODE}?next=/staff/"
    assert "staff-nav" not in client.get(CODE).content.decode()


def test_stranger_is_sent_to_the_sign_in_and_back_to_the_page(client: Client, clerk: User) -> None:
    sent = client.get("/staff/password/?a=1")
    assert sent["Location"] == f"{SIGN_IN}?next=/staff/password/%3Fa%3D1"
    after_password = give_password(client, clerk, next="/staff/password/?a=1")
    assert client.post(after_password["Location"], {"code": code()})["Location"] == "/staff/password/?a=1"


@pytest.mark.parametrize("target", ["https://elsewhere.example.jp/", "//elsewhere.example.jp/", "javascript:alert(1)"])
def test_next_leads_to_no_other_host(client: Client, clerk: User, target: str) -> None:
    give_password(client, clerk)
    assert client.post(CODE, {"code": code(), "next": target})["Location"] == START


def test_next_with_two_slashes_on_the_own_host_stays_there(client: Client, clerk: User) -> None:
    give_password(client, clerk)
    target = "http://testserver//elsewhere.example.jp/x"
    assert client.post(CODE, {"code": code(), "next": target})["Location"] == "/elsewhere.example.jp/x"


def test_wrong_password_keeps_the_name_and_is_recorded_with_it(client: Client, clerk: User) -> None:
    answer = give_password(client, clerk, "wrong")
    assert answer.status_code == 422
    assert 'value="mihon-clerk"' in answer.content.decode()
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_kind, event.actor_label) == ("sign_in_failed", "system", "mihon-clerk")
    assert event.actor_user_id is None


def test_name_that_nobody_has_is_not_recorded(client: Client, db: None) -> None:
    client.post(SIGN_IN, {"username": "my-password-in-the-wrong-field", "password": "x"})
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_label, event.subject_id) == ("sign_in_failed", "sign-in", "0")
    assert "wrong-field" not in str(event.detail)


def test_known_and_unknown_names_get_the_same_answer(client: Client, clerk: User) -> None:
    known = give_password(client, clerk, "wrong")
    unknown = client.post(SIGN_IN, {"username": "nobody", "password": "wrong"})
    assert known.status_code == unknown.status_code
    assert WRONG in known.content.decode()
    assert WRONG in unknown.content.decode()


def test_deactivated_person_is_not_let_in(client: Client, clerk: User) -> None:
    User.objects.update(is_active=False)
    assert give_password(client, clerk).status_code == 422


@pytest.mark.requirement("fukuoka-19")
def test_five_wrong_passwords_lock_the_name_and_the_page_says_how_long(client: Client, clerk: User) -> None:
    for _ in range(4):
        assert give_password(client, clerk, "wrong").status_code == 422
    locked = give_password(client, clerk, "wrong")
    assert locked.status_code == 429
    assert "15分たつと" in locked.content.decode()
    assert give_password(client, clerk).status_code == 429, "the right password must not help now"
    assert AuditEvent.objects.filter(detail__locked=True).count() == 2


def test_lock_ends_after_a_quarter_of_an_hour(client: Client, clerk: User) -> None:
    with time_machine.travel("2026-11-21 00:00Z", tick=False) as clock:
        for _ in range(5):
            give_password(client, clerk, "wrong")
        clock.shift(15 * 60 + 1)
        assert give_password(client, clerk)["Location"] == CODE


def test_lock_of_one_address_leaves_others_alone(client: Client, clerk: User) -> None:
    for _ in range(5):
        give_password(client, clerk, "wrong")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert give_password(elsewhere, clerk)["Location"] == CODE


@pytest.mark.parametrize("write", ["{}{}", " {}{} ", "{} {}", "{}-{}"])
def test_code_is_read_as_it_is_meant(client: Client, clerk: User, write: str) -> None:
    give_password(client, clerk)
    shown = code()
    typed = write.format(shown[:3], shown[3:])
    full_width = typed.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert client.post(CODE, {"code": full_width})["Location"] == START


def test_code_works_once(client: Client, clerk: User) -> None:
    with time_machine.travel("2026-11-21 00:00Z", tick=False):
        give_password(client, clerk)
        used = code()
        client.post(CODE, {"code": used})
        second = Client()
        give_password(second, clerk)
        answer = second.post(CODE, {"code": used})
    assert answer.status_code == 422
    assert "すでに使われています" in answer.content.decode()


def test_wrong_codes_are_slowed_down_and_recorded(client: Client, clerk: User) -> None:
    with time_machine.travel("2026-11-21 00:00Z", tick=False) as clock:
        give_password(client, clerk)
        assert "正しくない" in client.post(CODE, {"code": wrong_code()}).context["refusal"]
        assert "1秒後" in client.post(CODE, {"code": code()}).context["refusal"], "even the right code has to wait"
        clock.shift(2)
        assert client.post(CODE, {"code": code()})["Location"] == START
    assert actions() == ["sign_in_failed", "sign_in_failed", "signed_in"]


def test_session_gets_new_keys_at_both_steps(client: Client, clerk: User) -> None:
    client.get(SIGN_IN)
    give_password(client, clerk)
    after_password = client.session.session_key
    client.post(CODE, {"code": code()})
    assert client.session.session_key != after_password


def test_code_page_without_password_leads_back(client: Client, db: None) -> None:
    assert client.get(CODE)["Location"] == SIGN_IN
    assert client.get(ENROL)["Location"] == SIGN_IN


def test_sign_out_ends_the_session_and_is_recorded(client: Client, clerk: User) -> None:
    give_password(client, clerk)
    client.post(CODE, {"code": code()})
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.post(reverse("accounts:sign_out"))["Location"] == SIGN_IN
    assert client.get(START)["Location"] == f"{SIGN_IN}?next=/staff/"
    assert actions() == ["signed_in", "signed_out"]


def test_authenticator_of_somebody_else_does_not_help(client: Client, clerk: User, newcomer: User) -> None:
    other = authenticator_of(newcomer)
    other.key = "ff" * 20
    other.save()
    give_password(client, clerk)
    assert client.post(CODE, {"code": code("ff" * 20)}).status_code == 422


@pytest.mark.parametrize("restarts", [False, True], ids=["as set", "canary"])
def test_tries_during_the_lock_do_not_lengthen_it(
    client: Client, clerk: User, settings: Settings, restarts: bool
) -> None:
    settings.AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT |= restarts
    with time_machine.travel("2026-11-21 00:00Z", tick=False) as clock:
        for _ in range(settings.AXES_FAILURE_LIMIT):
            give_password(client, clerk, "wrong")
        clock.shift(timedelta(minutes=14))
        assert give_password(client, clerk, "wrong").status_code == 429
        clock.shift(timedelta(minutes=2))
        assert (give_password(client, clerk).status_code == 429) is restarts
