"""Making bookable times out of opening hours, the bureau's edits and capacity."""

from datetime import date

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office
from postoffices.supply.days import office_days
from postoffices.supply.edits import wait_for_other_edits
from reservations.models import Slot
from reservations.supply.wanted import stops_between, wanted_slots

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
    days = office_days([office], first_day, last_day)[office.pk]
    wanted = wanted_slots(office, days, stops_between(first_day, last_day))
    existing = set(Slot.objects.filter(office=office, starts_at__in=wanted).values_list("starts_at", flat=True))
    missing = [slot.row() for starts_at, slot in wanted.items() if starts_at not in existing]
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
