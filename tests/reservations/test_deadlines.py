"""Until when: the minute itself, midnight, the month's end and the leap day. Neutral rules: the day before, 17:00."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from postoffices.city import current_city
from reservations.actions import reservation_cancel, reservation_move, seat_hold
from reservations.deadlines import first_bookable_day, refuse_when_late
from reservations.errors import DeadlinePassed, SlotClosed
from reservations.mails import outside_night
from reservations.models import CancelReason
from tests.reservations.town import CITIZEN, SYSTEM, Book, Town, a_time, make_slot

STAFF = Actor.staff(User(pk=1, username="operator", role="operator"))


def at(text: str) -> datetime:
    """A local moment."""
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.requirement("fukuoka-08")
@pytest.mark.parametrize(
    ("starts", "now", "late"),
    [
        ("2026-11-25 09:00", "2026-11-24 17:00:00", False),
        ("2026-11-25 09:00", "2026-11-24 17:00:01", True),
        ("2026-11-25 00:00", "2026-11-24 16:59:59", False),
        ("2026-11-25 23:59", "2026-11-24 17:00:01", True),
        ("2026-12-01 09:00", "2026-11-30 17:00:00", False),
        ("2026-12-01 09:00", "2026-11-30 17:00:01", True),
        ("2028-03-01 09:00", "2028-02-29 17:00:00", False),
        ("2028-03-01 09:00", "2028-02-29 17:00:01", True),
        ("2027-01-01 09:00", "2026-12-31 17:00:01", True),
    ],
)
def test_the_deadline_to_the_second(db: None, starts: str, now: str, late: bool) -> None:
    if late:
        with pytest.raises(DeadlinePassed):
            refuse_when_late("book", at(starts), by=CITIZEN, now=at(now))
    else:
        refuse_when_late("book", at(starts), by=CITIZEN, now=at(now))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-24 16:59", "2026-11-25"),
        ("2026-11-24 17:01", "2026-11-26"),
        ("2026-11-24 23:59", "2026-11-26"),
        ("2026-11-25 00:00", "2026-11-26"),
        ("2028-02-28 17:01", "2028-03-01"),
    ],
)
def test_the_first_bookable_day(db: None, now: str, day: str) -> None:
    assert first_bookable_day(at(now)).isoformat() == day


@pytest.mark.requirement("fukuoka-08")
def test_a_citizen_is_too_late_and_takes_no_seat(town: Town) -> None:
    slot = make_slot(town.office, at("2026-11-25 09:00"))
    with time_machine.travel(at("2026-11-24 17:00:01"), tick=False), pytest.raises(DeadlinePassed):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    slot.refresh_from_db()
    assert slot.public_taken == 0


def test_staff_book_until_the_time_begins(town: Town) -> None:
    slot = make_slot(town.office, at("2026-11-25 09:00"), seats=2)
    with time_machine.travel(at("2026-11-25 08:59:59"), tick=False):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=STAFF)
    with time_machine.travel(at("2026-11-25 09:00"), tick=False), pytest.raises(DeadlinePassed):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=STAFF)
    with time_machine.travel(at("2026-11-26 09:00"), tick=False):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=SYSTEM)


def test_beyond_the_horizon_citizens_do_not_book(town: Town) -> None:
    last = current_city().rules.horizon_days
    seat_hold(slot_id=make_slot(town.office, a_time(days=last)).pk, procedure=town.renewal, by=CITIZEN)
    with pytest.raises(SlotClosed):
        seat_hold(slot_id=make_slot(town.office, a_time(days=last + 1)).pk, procedure=town.renewal, by=CITIZEN)


def test_the_old_time_decides_whether_a_change_is_late(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office, a_time(days=7)))
    _, token = seat_hold(slot_id=make_slot(town.office, a_time(days=9)).pk, procedure=town.renewal, by=CITIZEN)
    with time_machine.travel(a_time(days=6, hour=17) + timedelta(seconds=1), tick=False):
        with pytest.raises(DeadlinePassed):
            reservation_move(reservation=reservation, token=token, by=CITIZEN)
        assert reservation_move(reservation=reservation, token=token, by=STAFF).changes == 1


def test_cancelling_is_possible_until_eight_on_the_day(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office, a_time(days=7)))
    with time_machine.travel(a_time(days=7, hour=8) + timedelta(seconds=1), tick=False), pytest.raises(DeadlinePassed):
        reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=CITIZEN)
    with time_machine.travel(a_time(days=7, hour=8), tick=False):
        reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=CITIZEN)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("2026-11-24 07:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
        ("2026-11-24 20:59", "2026-11-24 20:59"),
        ("2026-11-24 21:00", "2026-11-24 20:30"),
        ("2026-11-24 23:59", "2026-11-24 20:30"),
        ("2026-11-24 00:00", "2026-11-24 08:00"),
    ],
)
def test_reminders_never_go_out_at_night(moment: str, sent: str) -> None:
    assert outside_night(at(moment)) == at(sent)
