"""Two workers, one tablet: each in a session of the own, never in the other's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions import password_reset, person_deactivate, second_factor_reset
from accounts.errors import ChangeCodeSpent, ChangeCodeWrong
from accounts.models import ChangeCode, User
from accounts.roles import Role
from accounts.shifts import COOKIE, MOST_FAILURES, change_code_check
from audit.actors import Actor
from audit.models import AuditEvent
from tests.people import sign_in, staff_member
from tests.reservations.test_races import PATIENCE_SECONDS, in_own_connection

CODE, OTHER_CODE = "482913", "739150"
ADMINISTRATOR = Actor.system("test")


def set_code(tablet: Client, code: str = CODE) -> None:
    answer = tablet.post("/staff/change-code/", {"code": code, "again": code})
    assert answer.status_code == 302, answer.content.decode()


def hand_over(tablet: Client) -> None:
    assert tablet.post("/staff/hand-over/")["Location"] == "/staff/take-up/"


def take_up(tablet: Client, user: User, code: str = CODE) -> int:
    held = ChangeCode.objects.filter(user=user).first()
    answer = tablet.post("/staff/take-up/", {"person": str(held.pk) if held else "0", "code": code})
    return int(answer.status_code)


def who(tablet: Client) -> str:
    """The name that the page's head shows; empty when nobody is signed in."""
    answer = tablet.get("/staff/")
    return "" if answer.status_code == 302 else str(answer.context["user"].username)


@pytest.fixture
def sakura(db: None) -> User:
    return staff_member(Role.CLERK, "sakura")


@pytest.fixture
def tsubaki(db: None) -> User:
    return staff_member(Role.CLERK, "tsubaki")


@pytest.fixture
def tablet(sakura: User, tsubaki: User) -> Client:
    """Both have signed in on it this morning and set a code; nobody is signed in now."""
    tablet = Client()
    for user, code in ((sakura, CODE), (tsubaki, OTHER_CODE)):
        sign_in(tablet, user)
        set_code(tablet, code)
        hand_over(tablet)
    return tablet


def test_each_takes_the_tablet_up_as_oneself(tablet: Client, sakura: User, tsubaki: User) -> None:
    assert who(tablet) == ""
    names = tablet.get("/staff/take-up/").content.decode()
    assert sakura.display_name in names
    assert tsubaki.display_name in names
    assert take_up(tablet, sakura) == 302
    assert who(tablet) == "sakura"
    assert take_up(tablet, tsubaki, OTHER_CODE) == 302
    assert who(tablet) == "tsubaki"
    ways = AuditEvent.objects.filter(action="signed_in", detail__way="change_code").order_by("pk")
    assert [*ways.values_list("actor_user_id", flat=True)] == [sakura.pk, tsubaki.pk]
    assert AuditEvent.objects.filter(action="signed_out", detail__reason="handed_over").count() == 3


def test_the_session_before_is_gone_not_lent(tablet: Client, sakura: User, tsubaki: User) -> None:
    take_up(tablet, sakura)
    before = tablet.session.session_key
    tablet_session = tablet.session
    tablet_session["typed"] = "sakura's"
    tablet_session.save()
    take_up(tablet, tsubaki, OTHER_CODE)
    assert tablet.session.session_key != before
    assert "typed" not in tablet.session
    assert before is not None
    assert not tablet.session.exists(before)


def test_another_persons_code_opens_nothing(tablet: Client, tsubaki: User) -> None:
    assert take_up(tablet, tsubaki, CODE) == 422
    assert who(tablet) == ""


def test_on_another_tablet_the_code_is_nothing(tablet: Client, sakura: User) -> None:
    elsewhere = Client()
    assert "交替コードはありません" in elsewhere.get("/staff/take-up/").content.decode()
    assert take_up(elsewhere, sakura) == 422
    elsewhere.cookies[COOKIE] = "guess"
    assert take_up(elsewhere, sakura) == 422
    assert who(elsewhere) == ""


def test_five_wrong_codes_end_it_even_for_the_right_one(tablet: Client, sakura: User, tsubaki: User) -> None:
    for _ in range(MOST_FAILURES):
        assert take_up(tablet, sakura, "000001") == 422
    assert take_up(tablet, sakura) == 422
    assert sakura.display_name not in tablet.get("/staff/take-up/").content.decode()
    assert AuditEvent.objects.filter(action="sign_in_failed", detail__step="change_code").count() == MOST_FAILURES
    assert take_up(tablet, tsubaki, OTHER_CODE) == 302


def test_the_code_ends_with_the_day(tablet: Client, sakura: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert take_up(tablet, sakura) == 422
        assert who(tablet) == ""


def test_what_ends_a_sign_in_ends_the_code(tablet: Client, sakura: User, tsubaki: User) -> None:
    password_reset(person=sakura, by=ADMINISTRATOR)
    assert take_up(tablet, sakura) == 422
    second_factor_reset(person=tsubaki, by=ADMINISTRATOR)
    assert not ChangeCode.objects.filter(user=tsubaki).exists()


def test_who_may_no_longer_work_does_not_take_up(tablet: Client, sakura: User) -> None:
    person_deactivate(person=sakura, by=ADMINISTRATOR)
    assert take_up(tablet, sakura) == 422


def test_a_code_does_not_lead_to_a_new_code(tablet: Client, sakura: User) -> None:
    """Or one sign-in with the second factor would last for ever."""
    take_up(tablet, sakura)
    answer = tablet.post("/staff/change-code/", {"code": OTHER_CODE, "again": OTHER_CODE})
    assert answer.status_code == 422
    assert "パスワードと確認コードでログインしたときだけ" in answer.content.decode()


@pytest.mark.parametrize("code", ["111111", "123456", "987654", "890123", "12345", "abcdef", ""])
def test_codes_that_are_easily_guessed_are_refused(sakura: User, code: str) -> None:
    tablet = sign_in(Client(), sakura)
    assert tablet.post("/staff/change-code/", {"code": code, "again": code}).status_code == 422
    assert not ChangeCode.objects.exists()


def test_the_code_is_stored_hashed_and_nowhere_in_the_log(tablet: Client, sakura: User) -> None:
    held = ChangeCode.objects.get(user=sakura)
    assert CODE not in held.code
    assert str(tablet.cookies[COOKIE].value) not in held.tablet_hash
    assert tablet.cookies[COOKIE]["httponly"]
    for event in AuditEvent.objects.all():
        assert CODE not in str(event.detail)


def test_roles_without_a_shared_tablet_set_none(db: None) -> None:
    reviewer = sign_in(Client(), staff_member(Role.REVIEWER))
    assert reviewer.get("/staff/change-code/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_still_five() -> None:
    user = staff_member(Role.CLERK, "sakura")
    tablet = sign_in(Client(), user)
    set_code(tablet)
    held = ChangeCode.objects.get()

    def guess() -> type[Exception] | None:
        try:
            change_code_check(pk=held.pk, tablet=held.tablet_hash, code="000001")
        except (ChangeCodeWrong, ChangeCodeSpent) as refused:
            return type(refused)
        return None

    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(in_own_connection, guess) for _ in range(8)]
        results = [one.result(PATIENCE_SECONDS) for one in found]
    assert results.count(ChangeCodeWrong) == MOST_FAILURES - 1
    assert results.count(ChangeCodeSpent) == 8 - (MOST_FAILURES - 1)
    assert AuditEvent.objects.filter(action="sign_in_failed").count() == MOST_FAILURES
    assert TOTPDevice.objects.count() == 1
