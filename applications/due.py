"""By when the city's answer on a booking is due: so many of its working days before the visit."""

from dataclasses import dataclass
from datetime import date, timedelta

from postoffices.calendars import Timetable, nearest_open, timetable
from postoffices.city import current_city
from postoffices.models import Calendar, CalendarKind

# A visit that lies further ahead is never late: no calendar is closed for so long.
FURTHEST_DAYS = 60


@dataclass(frozen=True, slots=True)
class DueDays:
    """The profile's rule with the contract's calendar, read once; answers any number of days without a query."""

    days_before: int
    table: Timetable | None

    def due_on(self, visit_day: date) -> date:
        """The last day on which the answer is in time. Without a calendar every day counts."""
        day = visit_day
        for _ in range(self.days_before):
            day -= timedelta(days=1)
            if self.table is not None:
                day = nearest_open(self.table, day, -1)
        return day

    def due_for(self, visit_day: date, booked_on: date) -> date:
        """The rule's day, but never before the city had a working day to answer, and never after the visit."""
        return max(self.due_on(visit_day), min(self.first_chance(booked_on), visit_day))

    def first_chance(self, booked_on: date) -> date:
        """The first working day after the booking."""
        day = booked_on + timedelta(days=1)
        return nearest_open(self.table, day, 1) if self.table is not None else day

    def booked_before(self, today: date) -> date:
        """Bookings made before this day have had a whole working day for their answer before `today`."""
        day = today - timedelta(days=1)
        return nearest_open(self.table, day, -1) if self.table is not None else day

    def late_before(self, today: date) -> date:
        """By the rule alone, answers for visits before this day are late on `today`."""
        day = today
        while self.due_on(day) < today and day < today + timedelta(days=FURTHEST_DAYS):
            day += timedelta(days=1)
        return day


def due_days() -> DueDays:
    """The rule as it stands now."""
    calendar = Calendar.objects.filter(kind=CalendarKind.CONTRACT).order_by("pk").first()
    return DueDays(current_city().rules.existence.due_days_before, timetable(calendar) if calendar else None)
