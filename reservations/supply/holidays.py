"""The city decides about proposed holidays; slots and bookings follow at once."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office
from postoffices.supply.edits import wait_for_other_edits
from postoffices.supply.proposals import decision_write, fiscal_year, proposals
from reservations.deadlines import start_of
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
    """How many bookings stand on each of the days, in one query; days without any are left out."""
    if not days:
        return {}
    begins, ends = start_of(min(days)), start_of(max(days) + timedelta(days=1))
    booked = Reservation.objects.filter(
        state=ReservationState.CONFIRMED, slot__starts_at__gte=begins, slot__starts_at__lt=ends
    )
    by_day = booked.annotate(day=TruncDate("slot__starts_at")).filter(day__in=days).order_by().values("day")
    return dict(by_day.annotate(count=Count("pk")).values_list("day", "count"))
