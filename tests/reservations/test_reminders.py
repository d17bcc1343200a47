"""Reminders by mail and SMS: planned, planned again, found when they are missing, never twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.roles import Role
from notifications.models import Channel, Message, MessageState
from postoffices.city import current_city
from postoffices.rules import Reminder
from reservations import mails
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation
from reservations.reminders import sweep
from reservations.reminders.calls import to_call
from reservations.reminders.sweep import reminders_plan_missing
from tests.people import staff_member
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Book, Town, a_time, make_slot

MOBILE = replace(TARO, phone="00011112222")
Plan = Callable[[str], None]


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Plan:
    """A city that reminds at ten on the day before, by SMS as told."""
    settings.SMS_GATEWAY = {"url": "http://127.0.0.1:9/", "token": "t", "sender": "s"}

    def plan(sms: str) -> None:
        reminder = Reminder.model_validate({"days_before": 1, "at": time(10), "sms": sms})
        real = current_city()
        planned = replace(real, rules=real.rules.model_copy(update={"reminders": [reminder]}))
        for room in (mails, sweep):
            monkeypatch.setattr(room, "current_city", lambda: planned)

    return plan


def channels() -> list[str]:
    return sorted(Message.objects.filter(purpose="reminder").values_list("channel", flat=True))


@pytest.mark.requirement("fukuoka-13")
@pytest.mark.parametrize(
    ("sms", "expected"),
    [("never", ["mail"]), ("without_mail", ["mail", "sms"]), ("always", ["mail", "sms", "sms"])],
)
def test_the_city_says_who_gets_an_sms(town: Town, book: Book, city: Plan, sms: str, expected: list[str]) -> None:
    city(sms)
    slot = make_slot(town.office, seats=9)
    book(slot)
    book(slot, person=MOBILE)
    assert channels() == expected
    for message in Message.objects.filter(purpose="reminder"):
        assert (message.not_before, message.not_after, message.by_day) == (a_time(6, 10), slot.starts_at, True)


def test_an_sms_is_short_and_withdrawn_with_the_booking(town: Town, book: Book, city: Plan) -> None:
    city("without_mail")
    booking, _ = book(make_slot(town.office), person=MOBILE)
    message = Message.objects.get(channel=Channel.SMS)
    assert "見本郵便局" in message.body
    assert len(message.body) < 134  # two pieces of an SMS in Japanese
    assert booking not in to_call(staff_member(Role.BUREAU))
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    message.refresh_from_db()
    assert message.state == MessageState.WITHDRAWN


def test_reminders_that_are_missing_are_planned_once(town: Town, book: Book, city: Plan) -> None:
    city("without_mail")
    slot = make_slot(town.office, a_time(3), seats=9)
    book(slot)
    book(slot, person=MOBILE)
    assert reminders_plan_missing(by=SYSTEM) == 0
    Message.objects.all().delete()
    assert reminders_plan_missing(by=SYSTEM) == 2
    assert channels() == ["mail", "sms"]
    assert reminders_plan_missing(by=SYSTEM) == 0


def test_nothing_is_planned_for_the_cancelled_or_after_the_moment(town: Town, book: Book, city: Plan) -> None:
    city("never")
    slot = make_slot(town.office, a_time(3, 9), seats=9)
    gone, _ = book(slot)
    reservation_cancel(reservation=gone, reason=CancelReason.OTHER, by=CITIZEN)
    book(slot, person=replace(HANAKO, name="見本 次郎"))
    Message.objects.all().delete()
    with time_machine.travel(a_time(2, 10, 1)):
        Reservation.objects.update(changed_at=timezone.now())
        assert reminders_plan_missing(by=SYSTEM) == 0
    assert reminders_plan_missing(by=SYSTEM) == 1


def test_a_moment_that_passed_while_nothing_ran_is_made_up_for_once(town: Town, book: Book, city: Plan) -> None:
    city("never")
    book(make_slot(town.office, a_time(3, 9)))
    Message.objects.all().delete()
    with time_machine.travel(a_time(2, 18)):
        assert reminders_plan_missing(by=SYSTEM) == 1
        assert reminders_plan_missing(by=SYSTEM) == 0
    late = Message.objects.get(purpose="reminder")
    assert (late.not_before, late.not_after, late.by_day) == (a_time(2, 10), a_time(3, 9), True)


@pytest.mark.parametrize("when", [(3, 9, 1), (3, 8, 59)])
def test_nothing_is_made_up_for_after_the_visit_or_by_night(
    town: Town, book: Book, city: Plan, when: tuple[int, int, int]
) -> None:
    """By night it may be planned; it goes out by day only, and never after the visit's time."""
    city("never")
    book(make_slot(town.office, a_time(3, 9)))
    Message.objects.all().delete()
    with time_machine.travel(a_time(*when)):
        before_the_visit = when < (3, 9, 0)
        assert reminders_plan_missing(by=SYSTEM) == int(before_the_visit)
    with time_machine.travel(a_time(2, 22)):
        assert not Message.objects.due().exists()


def test_who_has_just_moved_is_not_reminded_of_what_the_mail_has_told(town: Town, book: Book, city: Plan) -> None:
    city("never")
    booking, _ = book(make_slot(town.office, a_time(3, 9)))
    Message.objects.all().delete()
    with time_machine.travel(a_time(2, 18)):
        Reservation.objects.filter(pk=booking.pk).update(changed_at=a_time(2, 17))
        assert reminders_plan_missing(by=SYSTEM) == 0
