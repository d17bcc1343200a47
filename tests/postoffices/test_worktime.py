"""Working time: adding and counting back agree, whatever the calendar looks like."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from postoffices.calendars import ALWAYS_OPEN, NeverOpen, Timetable
from postoffices.models import Closure
from postoffices.worktime import WorkClock, clock_text_of

LUNCH = [(time(9), time(12)), (time(13), time(17))]
HOLIDAY = date(2026, 11, 23)
OFFICE = Timetable(
    weekly=dict.fromkeys(range(5), LUNCH),
    closures=[
        Closure(first_day=date(2025, 12, 29), last_day=date(2026, 1, 3), yearly=True, reason="年末年始"),
    ],
    holidays={HOLIDAY: "勤労感謝の日", date(2027, 1, 1): "元日"},
    dated={date(2026, 11, 28): [(time(10), time(12))]},
)
HOUR = timedelta(hours=1)

minutes_of_day = st.integers(0, 24 * 60 - 1)


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    """Any week that is open at least once, with closures, holidays and dated openings in the way."""
    days = {weekday: draw(st.lists(_periods(), max_size=3)) for weekday in range(7)}
    days[draw(st.integers(0, 6))] = [(time(9), time(17))]
    first = date(2026, 11, 20)
    near = st.integers(0, 60).map(lambda offset: first + timedelta(days=offset))
    closed = draw(near)
    closure = Closure(first_day=closed, last_day=closed + timedelta(days=draw(st.integers(0, 6))), reason="休み")
    return Timetable(
        weekly={weekday: sorted(periods) for weekday, periods in days.items() if periods},
        closures=[closure],
        holidays=dict.fromkeys(draw(st.lists(near, max_size=3)), "祝日"),
        dated={day: [draw(_periods())] for day in draw(st.lists(near, max_size=2))},
    )


@st.composite
def _periods(draw: st.DrawFn) -> tuple[time, time]:
    first, last = sorted(draw(st.lists(minutes_of_day, min_size=2, max_size=2, unique=True)))
    return time(*divmod(first, 60)), time(*divmod(last, 60))


FIRST = datetime(2026, 11, 15, tzinfo=timezone.get_default_timezone())
moments = st.integers(0, 66 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))
amounts = st.integers(1, 6 * 8 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@settings(max_examples=200, deadline=None)
@given(timetables(), moments, amounts)
def test_counting_back_gives_what_was_added(table: Timetable, start: datetime, working: timedelta) -> None:
    clock = WorkClock(table)
    due = clock.add(start, working)
    assert due > start
    assert clock.between(start, due) == working


@settings(max_examples=200, deadline=None)
@given(timetables(), moments, amounts, amounts)
def test_adding_in_two_steps_is_adding_once(
    table: Timetable, start: datetime, first: timedelta, then: timedelta
) -> None:
    clock = WorkClock(table)
    assert clock.add(clock.add(start, first), then) == clock.add(start, first + then)


@settings(max_examples=200, deadline=None)
@given(timetables(), st.lists(moments, min_size=3, max_size=3))
def test_time_counted_in_pieces_is_the_whole(table: Timetable, three: list[datetime]) -> None:
    clock = WorkClock(table)
    first, middle, last = sorted(three)
    assert clock.between(first, middle) + clock.between(middle, last) == clock.between(first, last)


@settings(max_examples=100, deadline=None)
@given(timetables(), timetables(), moments, amounts)
def test_what_is_left_is_kept_when_the_calendar_changes(
    old: Timetable, new: Timetable, start: datetime, working: timedelta
) -> None:
    """Half of the time passes under the old calendar, the rest under the new one: in all it is what was given."""
    due = WorkClock(old).add(start, working)
    changed_at = start + (due - start) / 2
    left = WorkClock(old).between(changed_at, due)
    moved = WorkClock(new).add(changed_at, left)
    used = WorkClock(old).between(start, changed_at) + WorkClock(new).between(changed_at, moved)
    assert used == working


@settings(max_examples=100, deadline=None)
@given(timetables(), moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(table: Timetable, after: datetime) -> None:
    clock = WorkClock(table)
    opening = clock.next_opening(after)
    assert clock.is_open(opening)
    assert clock.between(after, opening) == timedelta(0)


@given(moments, amounts)
@settings(deadline=None)
def test_day_and_night_is_plain_time(start: datetime, working: timedelta) -> None:
    assert WorkClock(ALWAYS_OPEN).add(start, working) == start + working


def test_lunch_does_not_count() -> None:
    assert WorkClock(OFFICE).add(at(24, 11), 2 * HOUR) == at(24, 14)
    assert WorkClock(OFFICE).between(at(24, 11), at(24, 14)) == 2 * HOUR


def test_what_comes_in_at_lunch_begins_after_it() -> None:
    assert WorkClock(OFFICE).add(at(24, 12, 20), HOUR) == at(24, 14)


@pytest.mark.requirement("kitakyushu-12")
def test_night_weekend_and_holiday_do_not_count() -> None:
    # Friday 16:00, a weekend, the holiday on Monday: the second hour is Tuesday's first.
    assert WorkClock(OFFICE).add(at(20, 16), 2 * HOUR) == at(24, 10)
    assert WorkClock(OFFICE).between(at(20, 17), at(24, 9)) == timedelta(0)


@pytest.mark.requirement("kitakyushu-12", "kitakyushu-04")
def test_the_turn_of_the_year_does_not_count() -> None:
    # 28 December is a Monday, 4 January too: helpdesk closed 12/29 to 1/3.
    after = at(28, 10, month=12) + timedelta(days=7)
    assert WorkClock(OFFICE).add(at(28, 16, month=12), 2 * HOUR) == after


def test_a_dated_opening_counts_on_its_saturday() -> None:
    assert WorkClock(OFFICE).add(at(27, 16), 2 * HOUR) == at(28, 11)


def test_a_whole_day_is_due_when_it_closes() -> None:
    assert WorkClock(OFFICE).add(at(24, 9), 7 * HOUR) == at(24, 17)


def test_a_desk_open_over_midnight_loses_no_minute() -> None:
    night = Timetable(weekly={day: [(time(0), time(2)), (time(22), time(23, 59))] for day in range(7)})
    assert WorkClock(night).add(at(24, 23), 2 * HOUR) == at(25, 1)
    assert WorkClock(night).between(at(24, 23), at(25, 1)) == 2 * HOUR


def test_periods_that_overlap_count_once() -> None:
    twice = Timetable(weekly={day: [(time(9), time(12)), (time(11), time(13))] for day in range(7)})
    assert WorkClock(twice).between(at(24, 9), at(24, 17)) == 4 * HOUR


def test_nothing_to_add_is_the_moment_itself() -> None:
    assert WorkClock(OFFICE).add(at(22, 3), timedelta(0)) == at(22, 3)


def test_a_calendar_that_never_opens_is_refused_instead_of_searched_for_ever() -> None:
    with pytest.raises(NeverOpen):
        WorkClock(Timetable()).add(at(24, 9), HOUR)
    with pytest.raises(NeverOpen):
        WorkClock(Timetable()).next_opening(at(24, 9))


@pytest.mark.parametrize(("minutes", "text"), [(0, "0分"), (45, "45分"), (120, "2時間"), (450, "7時間30分")])
def test_minutes_in_words(minutes: int, text: str) -> None:
    assert clock_text_of(minutes) == text
