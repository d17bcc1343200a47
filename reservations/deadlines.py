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

Step = Literal["book", "change", "cancel"]


def refuse_when_late(step: Step, starts_at: datetime, *, by: Actor, now: datetime | None = None) -> None:
    """Raises DeadlinePassed. `starts_at` is the time booked now: for a change, the old one."""
    if by.kind is ActorKind.SYSTEM:
        return
    now = now or timezone.now()
    if starts_at <= now:
        raise DeadlinePassed
    if by.kind is ActorKind.CITIZEN and getattr(current_city().rules.deadlines, step).passed(starts_at, now):
        raise DeadlinePassed


def refuse_beyond_horizon(starts_at: datetime, *, by: Actor) -> None:
    """Raises SlotClosed for a citizen when the day is not bookable yet."""
    if by.kind is ActorKind.CITIZEN and timezone.localdate(starts_at) > last_bookable_day():
        raise SlotClosed


def last_bookable_day() -> date:
    return timezone.localdate() + timedelta(days=current_city().rules.horizon_days)


def first_bookable_day(now: datetime) -> date:
    """The first local day of which a citizen may still book a time. A deadline is the same for a whole day."""
    deadline = current_city().rules.deadlines.book
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
