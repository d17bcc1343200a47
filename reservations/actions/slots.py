"""Making bookable times out of opening hours, the bureau's edits and capacity."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office
from postoffices.supply.days import office_days
from postoffices.supply.edits import wait_for_other_edits
from reservations.models import Slot
from reservations.supply.wanted import WantedSlot, start_of_day, stops_between, wanted_slots

INSERT_BATCH = 1000


@transaction.atomic
def slots_materialise(*, office: Office, first_day: date, last_day: date, by: Actor) -> int:
    """Make the office's missing slots from `first_day` to `last_day`, both included; returns how many.

    Slots that exist are left as they are, whatever the capacity says today. Days outside the office's
    service, without a capacity, or within a stop, get none.
    """
    first_day = max(first_day, office.opens_on)
    last_day = min(last_day, office.closes_on or last_day)
    if first_day > last_day:
        return 0
    # An edit between reading the rules and inserting would find slots on a day that it has just closed.
    wait_for_other_edits()
    missing = slots_missing([office], first_day, last_day)
    if not missing:
        return 0
    # Two runs at once may both find a slot missing: the unique key lets one of them make it.
    Slot.objects.bulk_create([slot.row() for slot in missing], batch_size=INSERT_BATCH, ignore_conflicts=True)
    record(
        action="reservations.slots_made",
        subject=office,
        by=by,
        detail={"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "slots": len(missing)},
    )
    return len(missing)


def slots_missing(offices: Sequence[Office], first_day: date, last_day: date) -> list[WantedSlot]:
    """The slots of these days that the rules name and nobody has made yet."""
    days, stops = office_days(offices, first_day, last_day), stops_between(first_day, last_day)
    existing = set(
        Slot.objects.filter(
            office__in=[office.pk for office in offices],
            starts_at__gte=start_of_day(first_day),
            starts_at__lt=start_of_day(last_day + timedelta(days=1)),
        ).values_list("office_id", "starts_at")
    )
    return [
        slot
        for office in offices
        for starts_at, slot in wanted_slots(office, days[office.pk], stops).items()
        if (office.pk, starts_at) not in existing
    ]
