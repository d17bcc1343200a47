"""By when an answer is due."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from applications.due import DueDays
from applications.worklist import Row, rows_of
from postoffices.calendars import Timetable
from reservations.models import Reservation
from tests.counters.desk import Desk

WEEKDAYS = Timetable(
    weekly={weekday: [(time(9), time(17))] for weekday in range(5)}, holidays={date(2026, 11, 23): "祝日"}
)
FRIDAY, MONDAY_HOLIDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("days_before", "visit", "due"),
    [
        (0, TUESDAY, TUESDAY),
        (1, TUESDAY, FRIDAY),  # over a holiday and a week-end
        (1, FRIDAY, date(2026, 11, 19)),
        (2, TUESDAY, date(2026, 11, 19)),
    ],
)
def test_only_working_days_count(days_before: int, visit: date, due: date) -> None:
    assert DueDays(days_before, WEEKDAYS).due_on(visit) == due


def test_without_a_calendar_every_day_counts() -> None:
    assert DueDays(2, None).due_on(MONDAY_HOLIDAY) == date(2026, 11, 21)


@pytest.mark.parametrize("days_before", range(4))
def test_late_before_agrees_with_the_due_days(days_before: int) -> None:
    due = DueDays(days_before, WEEKDAYS)
    for today in (FRIDAY, date(2026, 11, 21), MONDAY_HOLIDAY, TUESDAY):
        line = due.late_before(today)
        for offset in range(20):
            visit = date.fromordinal(today.toordinal() + offset)
            assert (visit < line) == (due.due_on(visit) < today)


@pytest.mark.parametrize(
    ("visit", "booked", "due"),
    [
        (TUESDAY, date(2026, 11, 21), TUESDAY),  # booked on the Saturday before: the next working day is the visit's
        (date(2026, 11, 25), date(2026, 11, 21), TUESDAY),
        (TUESDAY, date(2026, 11, 10), FRIDAY),
        (FRIDAY, FRIDAY, FRIDAY),  # booked by telephone for the same day: not after the visit
    ],
)
def test_the_city_has_a_working_day_before_an_answer_is_late(visit: date, booked: date, due: date) -> None:
    assert DueDays(1, WEEKDAYS).due_for(visit, booked) == due


@pytest.mark.parametrize("days_before", range(4))
def test_what_the_start_page_counts_as_late_is_what_the_list_marks(days_before: int) -> None:
    """Two conditions for SQL and one day for the row say the same for every visit that is still to come."""
    due = DueDays(days_before, WEEKDAYS)
    for today in (FRIDAY, date(2026, 11, 21), MONDAY_HOLIDAY, TUESDAY):
        for ahead in range(12):
            for ago in range(12):
                visit = date.fromordinal(today.toordinal() + ahead)
                booked = date.fromordinal(today.toordinal() - ago)
                counted = visit < due.late_before(today) and booked < due.booked_before(today)
                assert counted == (due.due_for(visit, booked) < today)


def test_an_answer_of_today_is_late_and_one_of_next_week_is_not(desk: Desk) -> None:
    today, later = desk.booking(hour=11), desk.booking(days=7)
    rows = _rows(today, later)
    assert [(row.late, row.urgent, row.ticked) for row in rows] == [(False, True, False), (False, False, True)]
    Reservation.objects.update(booked_at=timezone.now() - timedelta(days=9))
    assert [(row.late, row.urgent) for row in _rows(today, later)] == [(True, False), (False, False)]


def _rows(today: Reservation, later: Reservation) -> list[Row]:
    held = Reservation.objects.filter(pk__in=[today.pk, later.pk]).select_related("slot").order_by("slot__starts_at")
    return rows_of(held, DueDays(1, None), ticked=[later.number])
