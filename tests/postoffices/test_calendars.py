"""When calendars are open. Dates come from the specifications and the public calendar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from postoffices.calendars import (
    NeverOpen,
    days,
    is_open,
    next_open_day,
    open_day_on_or_before,
    opening_periods,
    timetable,
)
from postoffices.maintenance import Maintenance
from postoffices.models import Calendar, CalendarKind, City, Closure, DatedOpening, WeeklyHours

TOKYO = ZoneInfo("Asia/Tokyo")
NINE_TO_FIVE = [(time(9), time(17))]

# Yatsushiro's specification, annex 1, two years of Sunday openings.
YATSUSHIRO_SUNDAYS = [
    date(2026, 4, 5), date(2026, 5, 24), date(2026, 6, 28), date(2026, 7, 26), date(2026, 8, 23), date(2026, 9, 27),
    date(2026, 10, 25), date(2026, 11, 15), date(2026, 12, 13), date(2027, 1, 24), date(2027, 2, 14), date(2027, 3, 28),
    date(2027, 4, 4), date(2027, 5, 23), date(2027, 6, 27), date(2027, 7, 25), date(2027, 8, 15), date(2027, 9, 26),
    date(2027, 10, 24), date(2027, 11, 14), date(2027, 12, 12), date(2028, 1, 23), date(2028, 2, 27), date(2028, 3, 26),
]  # fmt: skip


@pytest.fixture
def counter(city: City) -> Calendar:
    return Calendar.objects.get(code="counter")


@pytest.fixture
def contract(city: City) -> Calendar:
    return Calendar.objects.get(code="contract")


def on(calendar: Calendar, day: date) -> list[tuple[time, time]]:
    return opening_periods(calendar, day, day)[day]


def test_every_day_of_the_range_is_answered_both_ends_included(counter: Calendar) -> None:
    answered = opening_periods(counter, date(2026, 10, 5), date(2026, 10, 11))
    assert list(answered) == [date(2026, 10, 5) + timedelta(days=offset) for offset in range(7)]


def test_weekday_is_open_and_weekend_closed(counter: Calendar) -> None:
    assert on(counter, date(2026, 10, 5)) == NINE_TO_FIVE
    assert on(counter, date(2026, 10, 10)) == on(counter, date(2026, 10, 11)) == []


def test_a_day_can_have_several_periods_in_order(counter: Calendar) -> None:
    assert on(counter, date(2026, 10, 8)) == [(time(9), time(12)), (time(13), time(19))]


def test_day_between_two_holidays_is_closed(counter: Calendar) -> None:
    day = days(counter, date(2026, 9, 22), date(2026, 9, 22))[0]
    assert not day.is_open
    assert day.note == "国民の休日"


def test_substitute_holiday_is_closed(counter: Calendar) -> None:
    assert on(counter, date(2027, 3, 22)) == []


def test_holidays_do_not_close_a_calendar_that_stays_open_on_them(counter: Calendar) -> None:
    counter.closes_on_holidays = False
    assert on(counter, date(2026, 9, 22)) == NINE_TO_FIVE


@pytest.mark.requirement("kitakyushu-12")
def test_28_december_is_open_in_one_calendar_and_closed_in_the_other(counter: Calendar, contract: Calendar) -> None:
    monday = date(2026, 12, 28)
    assert on(counter, monday) == NINE_TO_FIVE
    assert on(contract, monday) == []


@pytest.mark.parametrize("day", [date(2026, 12, 29), date(2026, 12, 31), date(2027, 1, 1)])
def test_year_end_closes_both_whatever_year_the_closure_was_written_for(
    counter: Calendar, contract: Calendar, day: date
) -> None:
    assert on(counter, day) == on(contract, day) == []


def test_first_days_after_new_year_are_open(counter: Calendar, contract: Calendar) -> None:
    assert on(counter, date(2027, 1, 4)) == on(contract, date(2027, 1, 4)) == NINE_TO_FIVE


def test_dated_opening_opens_a_closed_day_with_its_own_hours(counter: Calendar) -> None:
    assert on(counter, date(2026, 8, 23)) == [(time(9), time(12))]


def test_dated_opening_wins_over_a_closure(counter: Calendar) -> None:
    day = date(2026, 10, 6)
    Closure.objects.create(calendar=counter, first_day=day, last_day=day, reason="工事")
    assert on(counter, day) == []
    DatedOpening.objects.create(calendar=counter, day=day, opens=time(10), closes=time(11))
    assert on(counter, day) == [(time(10), time(11))]


@pytest.mark.requirement("yatsushiro-02")
def test_maintenance_of_the_national_system_wins_over_a_dated_opening(counter: Calendar) -> None:
    sunday = date(2026, 9, 20)
    DatedOpening.objects.create(calendar=counter, day=sunday, opens=time(9), closes=time(12))
    assert days(counter, sunday, sunday)[0].note == "全国システムの休止日"
    assert on(counter, sunday) == []


def test_maintenance_does_not_silence_a_telephone_desk(contract: Calendar) -> None:
    sunday = date(2026, 9, 20)
    contract.kind = CalendarKind.HELPDESK
    DatedOpening.objects.create(calendar=contract, day=sunday, opens=time(9), closes=time(12))
    assert on(contract, sunday) == [(time(9), time(12))]


@pytest.mark.requirement("yatsushiro-01", "yatsushiro-02")
@pytest.mark.parametrize("sunday", YATSUSHIRO_SUNDAYS)
def test_no_listed_sunday_opening_falls_on_maintenance(sunday: date) -> None:
    assert sunday.weekday() == 6
    assert not Maintenance(sunday_after_third_saturday=True).stops_on(sunday)


def test_maintenance_is_once_a_month_on_the_sunday_after_the_third_saturday() -> None:
    rule = Maintenance(sunday_after_third_saturday=True)
    year = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    stopped = [day for day in year if rule.stops_on(day)]
    assert len(stopped) == 12
    for sunday in stopped:
        saturdays = [day for day in year if day.month == (sunday - timedelta(days=1)).month and day.weekday() == 5]
        assert saturdays[2] == sunday - timedelta(days=1)


def test_third_saturday_on_the_21st_puts_maintenance_on_the_22nd() -> None:
    rule = Maintenance(sunday_after_third_saturday=True)
    assert rule.stops_on(date(2026, 11, 22))
    assert not rule.stops_on(date(2026, 11, 15))


def test_leap_day_is_a_day_like_any_other(counter: Calendar) -> None:
    assert opening_periods(counter, date(2028, 2, 28), date(2028, 3, 1))[date(2028, 2, 29)] == NINE_TO_FIVE


def test_yearly_closure_on_leap_day_holds_in_leap_years_only(counter: Calendar) -> None:
    leap = date(2024, 2, 29)
    Closure.objects.create(calendar=counter, first_day=leap, last_day=leap, yearly=True, reason="閏日")
    assert on(counter, date(2028, 2, 29)) == []
    assert on(counter, date(2027, 3, 1)) == NINE_TO_FIVE
    assert on(counter, date(2028, 2, 28)) == NINE_TO_FIVE


def test_closure_that_is_not_yearly_holds_in_its_year_only(counter: Calendar) -> None:
    Closure.objects.create(calendar=counter, first_day=date(2026, 10, 5), last_day=date(2026, 10, 6), reason="工事")
    assert on(counter, date(2026, 10, 5)) == on(counter, date(2026, 10, 6)) == []
    assert on(counter, date(2027, 10, 5)) == NINE_TO_FIVE


def test_is_open_from_opening_until_before_closing_in_local_time(counter: Calendar) -> None:
    def at(hour: int, minute: int) -> bool:
        return is_open(counter, datetime(2026, 10, 8, hour, minute, tzinfo=TOKYO).astimezone(ZoneInfo("UTC")))

    assert [at(8, 59), at(9, 0), at(11, 59), at(12, 0), at(13, 0), at(18, 59), at(19, 0)] == [
        False, True, True, False, True, True, False,
    ]  # fmt: skip


def test_next_open_day_skips_holidays_and_maintenance(counter: Calendar) -> None:
    assert next_open_day(counter, date(2026, 9, 18)) == date(2026, 9, 24)


def test_open_day_on_or_before_keeps_an_open_day_and_goes_back_from_a_closed_one(counter: Calendar) -> None:
    assert open_day_on_or_before(counter, date(2026, 9, 18)) == date(2026, 9, 18)
    assert open_day_on_or_before(counter, date(2026, 9, 22)) == date(2026, 9, 18)


def test_calendar_that_never_opens_says_so_instead_of_searching_for_ever(counter: Calendar) -> None:
    WeeklyHours.objects.filter(calendar=counter).delete()
    with pytest.raises(NeverOpen):
        next_open_day(counter, date(2027, 1, 1))


@pytest.mark.parametrize("length", [1, 400])
def test_reading_a_calendar_takes_five_queries_however_long_the_range(
    counter: Calendar, length: int, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(5):  # type: ignore[operator]
        opening_periods(counter, date(2026, 4, 1), date(2026, 4, 1) + timedelta(days=length))


def test_a_timetable_answers_without_further_queries(counter: Calendar, django_assert_num_queries: object) -> None:
    table = timetable(counter)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert table.day(date(2026, 10, 5)).periods == NINE_TO_FIVE
