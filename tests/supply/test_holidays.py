"""Holidays are proposals of jpholiday until the city decides; a profile loaded later does not undo it."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from postoffices.calendars import taken_holidays, timetable
from postoffices.models import Holiday, HolidayDecision
from postoffices.supply.proposals import Standing, fiscal_year, proposals, year_bounds
from reservations.models import Reservation, ReservationState, Slot
from reservations.supply.errors import HolidayUnknown
from reservations.supply.holidays import holidays_decide
from tests.reservations.town import Book, Town
from tests.supply.bureau import BUREAU, open_days

CULTURE_DAY = date(2026, 11, 3)
BETWEEN = date(2026, 9, 22)


def test_a_fiscal_year_goes_from_april_to_march() -> None:
    assert [fiscal_year(day) for day in (date(2027, 3, 31), date(2027, 4, 1))] == [2026, 2027]
    assert year_bounds(2027) == (date(2027, 4, 1), date(2028, 3, 31))


def test_days_between_and_substitutes_are_proposed(db: None) -> None:
    days = {held.day: held for held in proposals(2026)}
    assert days[BETWEEN].standing == Standing.OPEN
    assert date(2027, 3, 22) in days
    assert min(days) >= date(2026, 4, 1)


def test_a_decision_holds_over_the_profile(town: Town) -> None:
    Holiday.objects.create(day=CULTURE_DAY, name="文化の日")
    holidays_decide(days={CULTURE_DAY: False, BETWEEN: True}, by=BUREAU)
    assert taken_holidays() == {BETWEEN: "国民の休日"}
    assert not timetable(town.office.calendar).day(BETWEEN).is_open
    assert timetable(town.office.calendar).day(CULTURE_DAY).is_open
    Holiday.objects.all().delete()  # as load_city would with a shorter profile
    assert taken_holidays() == {BETWEEN: "国民の休日"}


def test_bookings_on_a_new_holiday_are_orphaned_and_told(town: Town, book: Book) -> None:
    with time_machine.travel(timezone.make_aware(datetime.fromisoformat("2026-10-20 09:00")), tick=False):
        slot = open_days(town, CULTURE_DAY)[0]
        book(slot)
        assert holidays_decide(days={CULTURE_DAY: True}, by=BUREAU) == 1
        assert Reservation.objects.get().state == ReservationState.ORPHANED
        assert not Slot.objects.filter(public_seats__gt=0).exists()
        assert holidays_decide(days={CULTURE_DAY: False}, by=BUREAU) == 0
        assert Slot.objects.filter(office=town.office, public_seats__gt=0).count() == 12


def test_a_day_that_nobody_proposed_is_refused(town: Town) -> None:
    with pytest.raises(HolidayUnknown):
        holidays_decide(days={date(2026, 11, 4): True}, by=BUREAU)
    assert not HolidayDecision.objects.exists()
