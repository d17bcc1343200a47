"""Making bookable times out of opening hours and capacity."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.calendars import opening_periods
from postoffices.models import CapacityPeriod, Office
from reservations.models import Slot

INSERT_BATCH = 1000


@transaction.atomic
def slots_materialise(*, office: Office, first_day: date, last_day: date, by: Actor) -> int:
    """Make the office's missing slots from `first_day` to `last_day`, both included; returns how many.

    Slots that exist are left as they are, whatever the capacity says today. Days outside the office's
    service, or without a capacity period, get none.
    """
    first_day = max(first_day, office.opens_on)
    last_day = min(last_day, office.closes_on or last_day)
    if first_day > last_day:
        return 0
    wanted = {slot.starts_at: slot for slot in _wanted(office, first_day, last_day)}
    existing = set(Slot.objects.filter(office=office, starts_at__in=wanted).values_list("starts_at", flat=True))
    missing = [slot for starts_at, slot in wanted.items() if starts_at not in existing]
    if not missing:
        return 0
    # Two runs at once may both find a slot missing: the unique key lets one of them make it.
    Slot.objects.bulk_create(missing, batch_size=INSERT_BATCH, ignore_conflicts=True)
    record(
        action="reservations.slots_made",
        subject=office,
        by=by,
        detail={"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "slots": len(missing)},
    )
    return len(missing)


def _wanted(office: Office, first_day: date, last_day: date) -> Iterator[Slot]:
    capacities = list(office.capacity_periods.all())
    for day, periods in opening_periods(office.calendar, first_day, last_day).items():
        capacity = _capacity_on(capacities, day)
        if capacity is None:
            continue
        for opens, closes in periods:
            yield from _slots_of(office, capacity, day, opens, closes)


def _capacity_on(capacities: list[CapacityPeriod], day: date) -> CapacityPeriod | None:
    covering = (c for c in capacities if c.first_day <= day and (c.last_day is None or day <= c.last_day))
    return next(covering, None)


def _slots_of(office: Office, capacity: CapacityPeriod, day: date, opens: time, closes: time) -> Iterator[Slot]:
    """Whole slots only: a rest at the period's end that is too short stays free."""
    length = timedelta(minutes=capacity.slot_minutes)
    starts_at = timezone.make_aware(datetime.combine(day, opens))
    closes_at = timezone.make_aware(datetime.combine(day, closes))
    while starts_at + length <= closes_at:
        yield Slot(
            office=office,
            starts_at=starts_at,
            ends_at=starts_at + length,
            public_seats=capacity.public_seats,
            internal_seats=capacity.internal_seats,
        )
        starts_at += length
