"""Deadlines, reminders, retention and due days as the profile's rules say."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from postoffices.city import current_city
from postoffices.models import City
from postoffices.neutral import NEUTRAL_RULES, RETENTION_NAMES
from postoffices.plan import Plan
from postoffices.rules import Deadline, DueRule, Keep, Reminder, months_after

TOKYO = ZoneInfo("Asia/Tokyo")
VISIT = datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TOKYO)  # type: ignore[arg-type, misc]


def test_deadline_passes_after_its_minute_on_the_day_before() -> None:
    deadline = Deadline(days_before=1, at=time(17))
    assert not deadline.passed(VISIT, at(2026, 11, 30, 17, 0))
    assert deadline.passed(VISIT, at(2026, 11, 30, 17, 0, 1))


def test_deadline_counts_local_days_whatever_zone_the_time_comes_in() -> None:
    deadline = Deadline(days_before=0, at=time(8, 30))
    utc = VISIT.astimezone(ZoneInfo("UTC"))
    assert utc.date() == date(2026, 12, 1)
    early = at(2026, 12, 1, 8, 0).astimezone(ZoneInfo("UTC"))
    assert early.date() == date(2026, 11, 30)
    assert not deadline.passed(early.replace(day=30, hour=23, minute=30), early)


def test_a_deadline_later_than_the_visit_ends_with_the_visit() -> None:
    deadline = Deadline(days_before=0, at=time(17))
    assert not deadline.passed(VISIT, at(2026, 12, 1, 8, 59))
    assert deadline.passed(VISIT, VISIT)


def test_reminder_goes_out_at_its_time_across_a_month_and_leap_day() -> None:
    assert Reminder(days_before=1, at=time(10)).moment(at(2028, 3, 1, 9)) == at(2028, 2, 29, 10)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 5, 31), -3, date(2026, 2, 28)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_stay_within_the_target_month(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_keeping_time_counts_months_or_years() -> None:
    assert Keep(months=3).until(date(2026, 11, 30)) == date(2027, 2, 28)
    assert Keep(years=10).until(date(2026, 11, 21)) == date(2036, 11, 21)


def test_keep_until_names_a_rule_of_the_profile(city: City) -> None:
    assert current_city().rules.keep_until("image", date(2026, 11, 21)) == date(2027, 2, 21)
    with pytest.raises(KeyError):
        current_city().rules.keep_until("unknown", date(2026, 11, 21))


def test_neutral_rules_know_every_retention_name() -> None:
    assert set(NEUTRAL_RULES.retention) == set(RETENTION_NAMES)


def test_monthly_report_is_due_on_the_20th_or_the_open_day_before(city: City) -> None:
    monthly = current_city().rules.reports.monthly
    assert monthly.due_on(date(2026, 10, 31)) == date(2026, 11, 20)
    assert monthly.due_on(date(2026, 11, 30)) == date(2026, 12, 18)
    assert monthly.due_on(date(2027, 2, 28)) == date(2027, 3, 19)


def test_monthly_report_of_december_is_due_in_january_of_the_next_year(city: City) -> None:
    assert current_city().rules.reports.monthly.due_on(date(2026, 12, 31)) == date(2027, 1, 20)


def test_monthly_report_can_wait_for_the_next_open_day(load: Callable[..., Plan]) -> None:
    load(('if_closed = "before"', 'if_closed = "after"'))
    assert current_city().rules.reports.monthly.due_on(date(2026, 11, 30)) == date(2026, 12, 21)


def test_day_31_means_the_last_day_of_a_short_month(city: City) -> None:
    rule = DueRule(day_of_next_month=31, if_closed="before", calendar="contract")
    assert rule.due_on(date(2026, 10, 31)) == date(2026, 11, 30)
    assert rule.due_on(date(2027, 1, 31)) == date(2027, 2, 26)


def test_daily_report_is_due_on_the_next_open_day(city: City) -> None:
    daily = current_city().rules.reports.daily
    assert daily.due_on(date(2026, 11, 19)) == date(2026, 11, 20)
    assert daily.due_on(date(2026, 11, 20)) == date(2026, 11, 24)
    assert daily.due_on(date(2026, 12, 25)) == date(2027, 1, 4)
