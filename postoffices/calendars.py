"""When a calendar is open: weekly hours, holidays, closures, dated openings and the national system's rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils import timezone

from postoffices.maintenance import Maintenance, within_yearly
from postoffices.models import Calendar, CalendarKind, City, Closure, Holiday, HolidayDecision

Periods = list[tuple[time, time]]

# No calendar of a city is closed for so long; without an end a wrong profile would search for ever.
SEARCH_DAYS = 400


class NeverOpen(Exception):
    """A calendar has no open day within SEARCH_DAYS."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar. `note` says why it is closed or open against the week; empty when the week says so."""

    day: date
    periods: Periods
    note: str = ""
    is_holiday: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.periods)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A calendar with everything it depends on, read once; answers any number of days without a query."""

    weekly: dict[int, Periods] = field(default_factory=dict)
    closures: list[Closure] = field(default_factory=list)
    dated: dict[date, Periods] = field(default_factory=dict)
    holidays: dict[date, str] = field(default_factory=dict)
    maintenance: Maintenance | None = None

    def day(self, day: date) -> Day:
        """What holds on `day`: the national system's rest over dated openings, these over closures and holidays."""
        if self.maintenance and self.maintenance.stops_on(day):
            return Day(day, [], "全国システムの休止日")
        if periods := self.dated.get(day):
            return Day(day, periods, "臨時開庁")
        if reason := self.closed_because(day):
            return Day(day, [], reason, is_holiday=day in self.holidays)
        periods = self.weekly.get(day.weekday(), [])
        return Day(day, periods)

    def closed_because(self, day: date) -> str:
        """The reason of a closure or holiday on `day`, or nothing."""
        for closure in self.closures:
            if covers(closure, day):
                return closure.reason
        return self.holidays.get(day, "")


ALWAYS_OPEN = Timetable(weekly={weekday: [(time.min, time.max)] for weekday in range(7)})


def covers(closure: Closure, day: date) -> bool:
    """Whether the closure holds on `day`; a yearly one by month and day only, whatever its years."""
    first, last = closure.first_day, closure.last_day
    if closure.yearly:
        return within_yearly(day, (first.month, first.day), (last.month, last.day))
    return first <= day <= last


def timetable(calendar: Calendar) -> Timetable:
    """Read the calendar whole (five queries, two with prefetched relations)."""
    return timetables([calendar])[calendar.pk]


def timetables(calendars: Iterable[Calendar]) -> dict[int, Timetable]:
    """Several calendars by primary key; holidays and the maintenance rule are read once for all."""
    holidays = taken_holidays()
    maintenance = maintenance_rule()
    return {
        calendar.pk: Timetable(
            weekly=weekly_periods(calendar),
            closures=list(calendar.closures.all()),
            dated=dated_periods(calendar),
            holidays=holidays if calendar.closes_on_holidays else {},
            maintenance=maintenance if calendar.kind == CalendarKind.COUNTER else None,
        )
        for calendar in calendars
    }


def taken_holidays() -> dict[date, str]:
    """The profile's holidays, and what the city decided on screen about single days, in one query."""
    refused = HolidayDecision.objects.filter(taken=False).values("day")
    profile = Holiday.objects.exclude(day__in=refused).values_list("day", "name")
    return dict(profile.union(HolidayDecision.objects.filter(taken=True).values_list("day", "name")))


def weekly_periods(calendar: Calendar) -> dict[int, Periods]:
    weekly: dict[int, Periods] = {}
    for hours in sorted(calendar.weekly_hours.all(), key=lambda hours: (hours.weekday, hours.opens)):
        weekly.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    return weekly


def dated_periods(calendar: Calendar) -> dict[date, Periods]:
    dated: dict[date, Periods] = {}
    for opening in sorted(calendar.dated_openings.all(), key=lambda opening: (opening.day, opening.opens)):
        dated.setdefault(opening.day, []).append((opening.opens, opening.closes))
    return dated


def maintenance_rule() -> Maintenance:
    """The city's rule for the national system's rest; none before a profile is loaded."""
    held = City.objects.values_list("settings__maintenance", flat=True).first()
    return Maintenance.model_validate(held) if held else Maintenance()


def days(calendar: Calendar, first: date, last: date) -> list[Day]:
    """Every day from `first` to `last`, both included, with periods and reasons."""
    table = timetable(calendar)
    return [table.day(first + timedelta(days=offset)) for offset in range((last - first).days + 1)]


def opening_periods(calendar: Calendar, first: date, last: date) -> dict[date, Periods]:
    """The opening periods (local time, in order) of every day from `first` to `last`, both included."""
    return {day.day: day.periods for day in days(calendar, first, last)}


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the calendar is open at the moment `at` (aware). Closing time itself is closed."""
    local = timezone.localtime(at)
    return any(opens <= local.time() < closes for opens, closes in timetable(calendar).day(local.date()).periods)


def next_open_day(calendar: Calendar, after: date) -> date:
    """The first open day later than `after`. Raises NeverOpen."""
    return nearest_open(timetable(calendar), after + timedelta(days=1), 1)


def open_day_on_or_before(calendar: Calendar, day: date) -> date:
    """`day` itself when open, else the last open day before it. Raises NeverOpen."""
    return nearest_open(timetable(calendar), day, -1)


def nearest_open(table: Timetable, day: date, step: Literal[1, -1]) -> date:
    """`day` when open, else the next open day in the direction of `step`. Raises NeverOpen."""
    for _ in range(SEARCH_DAYS):
        if table.day(day).is_open:
            return day
        day += timedelta(days=step)
    raise NeverOpen(f"no open day within {SEARCH_DAYS} days of {day}")


def day_by_code(
    code: str, day: date, *, open_days_after: int = 0, if_closed: Literal["before", "after"] = "after"
) -> date:
    """Count `open_days_after` open days on from `day`, then leave a closed day as `if_closed` says.

    Before a profile is loaded there is no calendar, and every day counts as open. Raises NeverOpen.
    """
    calendar = Calendar.objects.filter(code=code).first()
    table = timetable(calendar) if calendar else ALWAYS_OPEN
    for _ in range(open_days_after):
        day = nearest_open(table, day + timedelta(days=1), 1)
    return nearest_open(table, day, 1 if if_closed == "after" else -1)
