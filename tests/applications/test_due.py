"""By when an answer is due."""

from datetime import date, time

import pytest

from applications.due import DueDays
from applications.worklist import rows_of
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


def test_an_answer_of_today_is_late_and_one_of_next_week_is_not(desk: Desk) -> None:
    today, later = desk.booking(hour=11), desk.booking(days=7)
    held = Reservation.objects.filter(pk__in=[today.pk, later.pk]).select_related("slot").order_by("slot__starts_at")
    rows = rows_of(held, DueDays(1, None), ticked=[later.number])
    assert [(row.late, row.ticked) for row in rows] == [(True, False), (False, True)]
