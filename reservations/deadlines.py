"""Until when the city lets citizens book, change and cancel.

Deadlines bind citizens. Staff on the phone or at the counter may act until the time begins, and the
system (moving data, playing made-up days) at any time.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from django.utils import timezone

from audit.actors import Actor, ActorKind
from postoffices.city import current_city
from reservations.errors import DeadlinePassed, SlotClosed
from reservations.models import Slot

Step = Literal["book", "change", "cancel"]


def refuse_when_late(
    step: Step,
    starts_at: datetime,
    *,
    by: Actor,
    now: datetime | None = None,
    office_id: int | None = None,
    procedure_id: int | None = None,
) -> None:
    """Raises DeadlinePassed. `starts_at` is the time booked now, and the place is its place: for a change, the old."""
    if by.kind is ActorKind.SYSTEM:
        return
    now = now or timezone.now()
    if starts_at <= now:
        raise DeadlinePassed
    if by.kind is not ActorKind.CITIZEN:
        return
    if current_city().deadline(step, office_id=office_id, procedure_id=procedure_id).passed(starts_at, now):
        raise DeadlinePassed


def office_with_deadlines(slot_id: int) -> int | None:
    """The slot's office, asked only if some office has deadlines of its own: bookings pay for no query otherwise."""
    if not current_city().deadlines_by_office:
        return None
    return Slot.objects.values_list("office_id", flat=True).filter(pk=slot_id).first()


def refuse_beyond_horizon(starts_at: datetime, *, by: Actor) -> None:
    """Raises SlotClosed for a citizen when the day is not bookable yet."""
    if by.kind is ActorKind.CITIZEN and timezone.localdate(starts_at) > last_bookable_day():
        raise SlotClosed


def last_bookable_day() -> date:
    return timezone.localdate() + timedelta(days=current_city().horizon_days)


def first_bookable_day(now: datetime, *, office_id: int | None = None, procedure_id: int | None = None) -> date:
    """The first local day of which a citizen may still book a time. A deadline is the same for a whole day."""
    deadline = current_city().deadline("book", office_id=office_id, procedure_id=procedure_id)
    day = timezone.localdate(now)
    while deadline.passed(end_of(day), now):
        day += timedelta(days=1)
    return day


def start_of(day: date) -> datetime:
    """Midnight at the beginning of the local day."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def end_of(day: date) -> datetime:
    """The last moment of the local day."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
