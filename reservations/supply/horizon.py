"""How many days ahead citizens may book: what another number would do, and setting it on screen.

Nobody loses a booking by it. A longer horizon makes the times of the new days at once; a shorter one leaves those that
exist, which citizens do not see any more and staff may still give.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city, forget_city
from postoffices.models import HorizonRule, Office
from postoffices.supply.edits import wait_for_other_edits
from reservations.actions.slots import slots_missing
from reservations.deadlines import start_of
from reservations.horizon import slots_until
from reservations.models import Reservation, Slot, SlotQuerySet, Waiter, WaitState
from reservations.supply.errors import HorizonChanged, HorizonSame

ONLY = 1


@dataclass(frozen=True, slots=True)
class Reach:
    """What citizens may book with another number: days, and what stands on those that come or go.

    `free` counts public seats, on the days that go; `bookings` stay as they are; `waiting` are wishes for days that go.
    """

    days: int
    last: date
    last_now: date
    made: int = 0
    free: int = 0
    bookings: int = 0
    waiting: int = 0

    @property
    def longer(self) -> bool:
        return self.last > self.last_now

    @property
    def first_changed(self) -> date:
        """The first day that comes or goes."""
        return min(self.last, self.last_now) + timedelta(days=1)

    @property
    def last_changed(self) -> date:
        return max(self.last, self.last_now)


def reach_of(days: int | None) -> Reach:
    """What this number of days would do; None is the profile's. Raises HorizonSame when it is that of now."""
    city, today = current_city(), timezone.localdate()
    wanted = city.rules.horizon_days if days is None else days
    if wanted == city.horizon_days:
        raise HorizonSame
    reach = Reach(wanted, today + timedelta(days=wanted), today + timedelta(days=city.horizon_days))
    return _longer(reach) if reach.longer else _shorter(reach)


def _longer(reach: Reach) -> Reach:
    offices = list(Office.objects.filter(takes_bookings=True))
    made = slots_missing(offices, reach.first_changed, reach.last_changed)
    return Reach(reach.days, reach.last, reach.last_now, made=len(made))


def _shorter(reach: Reach) -> Reach:
    slots = _slots(reach.first_changed, reach.last_changed)
    free = slots.aggregate(free=Sum(F("public_seats") - F("public_taken")))["free"] or 0
    bookings = Reservation.objects.live().filter(slot__in=slots.order_by()).count()
    waiting = Waiter.objects.filter(state=WaitState.WAITING, last_day__gt=reach.last).count()
    return Reach(reach.days, reach.last, reach.last_now, free=free, bookings=bookings, waiting=waiting)


def _slots(first: date, last: date) -> SlotQuerySet:
    return Slot.objects.filter(starts_at__gte=start_of(first), starts_at__lt=start_of(last + timedelta(days=1)))


@transaction.atomic
def horizon_set(*, days: int | None, seen: int, by: Actor) -> int:
    """Let citizens book so many days ahead (None: as the profile says) and make the times of new days.

    `seen` is the number that held when the effects were shown: HorizonChanged when another holds by now. Returns how
    many times were made. Other processes follow within CACHED_SECONDS (see `postoffices.city`).
    """
    wait_for_other_edits()
    forget_city()
    before = current_city()
    if before.horizon_days != seen:
        raise HorizonChanged
    if days is None:
        HorizonRule.objects.filter(pk=ONLY).delete()
        rule = HorizonRule(pk=ONLY, days=before.rules.horizon_days)
    else:
        rule, _new = HorizonRule.objects.update_or_create(pk=ONLY, defaults={"days": days})
    transaction.on_commit(forget_city)
    forget_city()
    record(
        action="reservations.horizon_set" if days is not None else "reservations.horizon_removed",
        subject=rule,
        by=by,
        detail={"days": rule.days, "before": seen},
    )
    return slots_until(timezone.localdate() + timedelta(days=rule.days), by=by) if rule.days > seen else 0
