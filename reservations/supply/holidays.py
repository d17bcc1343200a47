"""The city decides about proposed holidays; slots and bookings follow at once."""

from datetime import date

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office
from postoffices.supply.edits import wait_for_other_edits
from postoffices.supply.proposals import decision_write, fiscal_year, proposals
from reservations.models import Reservation, ReservationState
from reservations.supply.actions import slots_refit
from reservations.supply.errors import HolidayUnknown


@transaction.atomic
def holidays_decide(*, days: dict[date, bool], by: Actor) -> int:
    """Take proposed days over as holidays (True) or not (False). Returns how many bookings lost their time.

    Those get a message with a link. Raises HolidayUnknown for a day that nobody proposed.
    """
    wait_for_other_edits()
    known = {held.day: held.name for year in {fiscal_year(day) for day in days} for held in proposals(year)}
    if not days or days.keys() - known.keys():
        raise HolidayUnknown
    decisions = [decision_write(day, known[day], taken=taken) for day, taken in sorted(days.items())]
    detail = {day.isoformat(): taken for day, taken in sorted(days.items())}
    record(action="reservations.holiday_decided", subject=decisions[0], by=by, detail={"days": detail})
    offices = list(Office.objects.filter(takes_bookings=True).order_by("pk"))
    plans = [slots_refit(offices=offices, first=day, last=day, reason=known[day], by=by) for day in sorted(days)]
    return sum(len(plan.orphaned) for plan in plans)


def bookings_on(days: list[date]) -> dict[date, int]:
    """How many bookings stand on each of the days."""
    booked = Reservation.objects.filter(state=ReservationState.CONFIRMED)
    found = {day: booked.filter(slot__starts_at__date=day).count() for day in days}
    return {day: count for day, count in found.items() if count}
