"""Two browsers at the same moment, on two real connections."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions import second_factor_add, second_factor_check
from accounts.errors import CodeWrong, SecondFactorExists
from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from tests.accounts.codes import code
from tests.people import KEY, authenticator_of, staff_member

MEET_SECONDS = 0.5

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both browsers stand at the check before either of them passes it, unless a lock keeps the second one away."""
    barrier = threading.Barrier(2)
    check = TOTPDevice.verify_token

    def meet_then_check(device: TOTPDevice, token: str) -> bool:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(MEET_SECONDS)
        return bool(check(device, token))

    monkeypatch.setattr(TOTPDevice, "verify_token", meet_then_check)


def at_once(action: Callable[[], object], refusal: type[Exception]) -> int:
    """Run `action` in two threads; how many of them were not refused."""
    passed: list[bool] = []

    def run() -> None:
        try:
            action()
            passed.append(True)
        except refusal:
            passed.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 2
    return sum(passed)


@pytest.fixture
def person() -> User:
    user = staff_member(Role.CLERK)
    authenticator_of(user)
    return user


@pytest.mark.usefixtures("meeting")
def test_one_code_lets_in_once(person: User) -> None:
    shown = code()
    assert at_once(lambda: second_factor_check(user=person, code=shown), CodeWrong) == 1


@pytest.mark.usefixtures("meeting")
def test_without_the_lock_one_code_would_let_in_twice(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *args, **options: rows)
    shown = code()
    assert at_once(lambda: second_factor_check(user=person, code=shown), CodeWrong) == 2


def test_two_set_ups_at_once_leave_one_authenticator() -> None:
    user = staff_member(Role.CLERK)
    added = at_once(lambda: second_factor_add(user=user, key=KEY, by=Actor.staff(user)), SecondFactorExists)
    assert added == 1
    assert TOTPDevice.objects.filter(user=user).count() == 1
