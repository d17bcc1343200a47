"""The next free times over all offices, for somebody who sells internal seats first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from postoffices.city import current_city
from postoffices.models import Procedure
from reservations.access import offices_in_scope
from reservations.deadlines import last_bookable_day, start_of
from reservations.models import Slot, SlotQuerySet

# As many as fit beside a form without much scrolling.
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller can do. Empty parts do not narrow; weekdays as in ISO 8601 (1 = Monday)."""

    procedure: Procedure
    ward: str = ""
    office: str = ""
    first: date | None = None
    last: date | None = None
    weekdays: tuple[int, ...] = ()
    begins: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A slot with a seat free. `staff_only`: citizens cannot take it any more, or not yet."""

    slot: Slot
    internal: int
    public: int
    staff_only: bool

    @property
    def day(self) -> date:
        """The local day, by which the list is grouped."""
        return timezone.localdate(self.slot.starts_at)


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """A page of times, earliest first; `more` says that others follow."""

    times: list[FreeTime]
    page: int
    more: bool


def free_times(user: User, wanted: Wanted, page: int = 1) -> FreeTimes:
    """The page `page` (from 1) of the times that fit, within the person's scope. One query."""
    first = (page - 1) * PER_PAGE
    now = timezone.now()
    found = list(_fitting(user, wanted, now)[first : first + PER_PAGE + 1])
    return FreeTimes([_time(slot, wanted.procedure, now) for slot in found[:PER_PAGE]], page, len(found) > PER_PAGE)


def _fitting(user: User, wanted: Wanted, now: datetime) -> SlotQuerySet:
    free = Q(internal_taken__lt=F("internal_seats")) | Q(public_taken__lt=F("public_seats"))
    slots = Slot.objects.filter(
        free,
        starts_at__gt=max(now, start_of(wanted.first)) if wanted.first else now,
        office__in=offices_in_scope(user).order_by().values("pk"),
        office__takes_bookings=True,
        office__procedures=wanted.procedure,
    )
    if wanted.last:
        slots = slots.filter(starts_at__lt=start_of(wanted.last + timedelta(days=1)))
    narrowed = _by_clock(_by_place(slots, wanted), wanted)
    return narrowed.select_related("office__ward").order_by("starts_at", "office__position", "pk")


def _by_place(slots: SlotQuerySet, wanted: Wanted) -> SlotQuerySet:
    if wanted.ward:
        slots = slots.filter(office__ward__code=wanted.ward)
    return slots.filter(office__code=wanted.office) if wanted.office else slots


def _by_clock(slots: SlotQuerySet, wanted: Wanted) -> SlotQuerySet:
    if wanted.weekdays:
        slots = slots.filter(starts_at__iso_week_day__in=wanted.weekdays)
    if wanted.begins:
        slots = slots.filter(starts_at__time__gte=wanted.begins)
    return slots.filter(starts_at__time__lt=wanted.ends) if wanted.ends else slots


def _time(slot: Slot, procedure: Procedure, now: datetime) -> FreeTime:
    return FreeTime(
        slot,
        internal=slot.internal_seats - slot.internal_taken,
        public=slot.public_seats - slot.public_taken,
        staff_only=not procedure.bookable_online or citizens_barred(slot, procedure, now),
    )


def citizens_barred(slot: Slot, procedure: Procedure, now: datetime) -> bool:
    """Whether the deadline or the horizon keeps citizens from booking this time."""
    deadline = current_city().deadline("book", office_id=slot.office_id, procedure_id=procedure.pk)
    return deadline.passed(slot.starts_at, now) or timezone.localdate(slot.starts_at) > last_bookable_day()
