"""Keeping every office's slots made up to the city's horizon."""

from datetime import date

from django.utils import timezone

from audit.actors import Actor
from postoffices.models import Office
from reservations.actions.slots import slots_materialise
from reservations.deadlines import last_bookable_day


def slots_to_horizon(*, by: Actor) -> int:
    """Make what is missing from today to the last bookable day, office by office. Returns the number of slots."""
    return slots_until(last_bookable_day(), by=by)


def slots_until(last: date, *, by: Actor) -> int:
    """The same to `last`, included."""
    offices = Office.objects.filter(takes_bookings=True).select_related("calendar")
    today = timezone.localdate()
    return sum(slots_materialise(office=office, first_day=today, last_day=last, by=by) for office in offices)
