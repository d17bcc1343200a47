"""Which office is visited when: every opened post office each month, spread over its open days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from postoffices.calendars import Timetable, timetables
from postoffices.models import Office, OfficeKind, OfficeQuerySet
from postoffices.rules import months_after

# So many visits of an hour fit into one person's day, with the ways between.
TIMES = (time(10), time(13, 30), time(15, 30))


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is to be planned. `at` is aware."""

    office: Office
    month: date
    at: datetime


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def offices_of(month: date) -> OfficeQuerySet:
    """Post offices whose service runs on some day of the month (`month`: its first day)."""
    running = Office.objects.filter(Q(closes_on__isnull=True) | Q(closes_on__gte=month), opens_on__lte=last_day(month))
    return running.filter(kind=OfficeKind.POST_OFFICE).select_related("calendar", "ward").order_by("position")


def visits_of(month: date, months: int = 1) -> list[Visit]:
    """The visits of so many months from `month` on, at most len(TIMES) a day while there are days enough."""
    wanted = [months_after(month, offset) for offset in range(months)]
    offices = {first: list(offices_of(first)) for first in wanted}
    calendars = {office.calendar_id: office.calendar for found in offices.values() for office in found}
    tables = timetables(calendars.values())
    return [visit for first in wanted for visit in _spread(first, offices[first], tables)]


def _spread(month: date, offices: list[Office], tables: dict[int, Timetable]) -> list[Visit]:
    """The offices in their order over the month: as few a day as the number of days allows."""
    visits: list[Visit] = []
    for place, office in enumerate(offices):
        days = _open_days(month, office, tables[office.calendar_id])
        if days:
            number = place * len(days) // len(offices)
            clash = [timezone.localdate(visit.at) for visit in visits].count(days[number])
            at = datetime.combine(days[number], TIMES[clash % len(TIMES)])
            visits.append(Visit(office, month, timezone.make_aware(at)))
    return visits


def _open_days(month: date, office: Office, table: Timetable) -> list[date]:
    first = max(month, office.opens_on)
    last = min(last_day(month), office.closes_on or date.max)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in days if table.day(day).is_open]
