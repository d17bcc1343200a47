"""Opening a calendar on one day that is closed otherwise."""

from datetime import date, time

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Calendar, DatedOpening


@transaction.atomic
def opening_add(*, calendar: Calendar, day: date, opens: time, closes: time, by: Actor) -> DatedOpening:
    """Open the calendar on the day from `opens` to `closes`. A second call for the same start gets the first's."""
    opening, new = DatedOpening.objects.get_or_create(
        calendar=calendar, day=day, opens=opens, defaults={"closes": closes}
    )
    if new:
        record(action="postoffices.opening_added", subject=opening, by=by, detail={"day": day.isoformat()})
    return opening
