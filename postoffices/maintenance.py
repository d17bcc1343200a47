"""Days on which the national system (J-LIS) stands still, so that no certificate can be issued anywhere.

Source: Yatsushiro's specification, annex 1, note 1: year end, and the Sunday after the third Saturday.
"""

from datetime import date

from pydantic import Field

from postoffices.strict import MonthDay, Strict

MONDAY_TO_SATURDAY = 5


def day_after_third_saturday(day: date) -> bool:
    """Whether `day` is the Sunday that follows the third Saturday of a month (never before the 16th)."""
    return day.weekday() == MONDAY_TO_SATURDAY + 1 and 16 <= day.day <= 22


def within_yearly(day: date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether `day` lies in a range of (month, day) that comes every year and may cross New Year."""
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


class YearlyRange(Strict):
    """A range of days that comes every year, both ends included; may cross New Year."""

    first: MonthDay = Field(description="初日（月-日）")
    last: MonthDay = Field(description="最終日（月-日）")

    def holds(self, day: date) -> bool:
        return within_yearly(day, self.first, self.last)


class Maintenance(Strict):
    """When the national system stops. Applies to counters, not to desks that only answer the telephone."""

    sunday_after_third_saturday: bool = False
    year_end: YearlyRange | None = None

    def stops_on(self, day: date) -> bool:
        if self.year_end and self.year_end.holds(day):
            return True
        return self.sunday_after_third_saturday and day_after_third_saturday(day)
