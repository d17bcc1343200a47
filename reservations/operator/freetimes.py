"""The next free times over all offices, for somebody who sells internal seats first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from postoffices.city import current_city
from postoffices.models import Procedure
from reservations.access import offices_in_scope
from reservations.deadlines import last_bookable_day, start_of
from reservations.models import Slot, SlotQuerySet
from reservations.seating import Party, Room, Seats, runs, seated

# As many as fit beside a form without much scrolling.
PER_PAGE = 20
# How many days are read at once for a party; the last step reaches whatever slots there are.
READ_DAYS = (7, 30, 700)


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
    people: int = 1

    @property
    def party(self) -> Party:
        return Party(self.people, self.procedure.units)

    def fits_clock(self, moment: datetime) -> bool:
        """Whether the weekday and the time of day are those wished for."""
        local = timezone.localtime(moment)
        if self.weekdays and local.isoweekday() not in self.weekdays:
            return False
        return (self.begins or time.min) <= local.time() and (self.ends is None or local.time() < self.ends)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A slot with seats free. `ends_at` is when the last of all who come is done. `staff_only`: citizens cannot take it
    any more, or not yet. `in_turn`: of a party, some begin later.
    """

    slot: Slot
    ends_at: datetime
    internal: int
    public: int
    staff_only: bool
    in_turn: bool = False

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
    """The page `page` (from 1) of the times that fit, within the person's scope. One query, for a party up to four."""
    first = (page - 1) * PER_PAGE
    now = timezone.now()
    if not wanted.party.is_single:
        return _for_party(user, wanted, page, now)
    found = list(_fitting(user, wanted, now)[first : first + PER_PAGE + 1])
    return FreeTimes([_time(slot, wanted.procedure, now) for slot in found[:PER_PAGE]], page, len(found) > PER_PAGE)


@dataclass(frozen=True, slots=True)
class _Start:
    """A time at which a party fits, by the kinds of seats that suffice for all of it; `ends` of the place's slots."""

    order: tuple[datetime, int, int]
    ends: Mapping[int, datetime]
    internal: Seats | None
    public: Seats | None

    @property
    def slot_id(self) -> int:
        return self.order[2]

    def shown(self, slot: Slot, procedure: Procedure, now: datetime) -> FreeTime:
        free = _time(slot, procedure, now)
        seats = self.internal or self.public or ()
        return FreeTime(
            slot,
            max(self.ends[key] for held in seats for key in held),
            internal=free.internal if self.internal else 0,
            public=free.public if self.public else 0,
            staff_only=free.staff_only,
            in_turn=any(held[0] != slot.pk for held in seats),
        )


def _for_party(user: User, wanted: Wanted, page: int, now: datetime) -> FreeTimes:
    """The next days are read first, later ones only while the page is not full."""
    last = page * PER_PAGE
    found: list[_Start] = []
    begin = max(now, start_of(wanted.first)) if wanted.first else now
    for days in READ_DAYS:
        end = begin + timedelta(days=days)
        found += _party_starts(user, wanted, begin, end)
        begin = end
        if len(found) > last:
            break
    shown = found[last - PER_PAGE : last]
    slots = Slot.objects.select_related("office__ward").in_bulk([start.slot_id for start in shown])
    times = [start.shown(slots[start.slot_id], wanted.procedure, now) for start in shown]
    return FreeTimes(times, page, len(found) > last)


def _party_starts(user: User, wanted: Wanted, begin: datetime, end: datetime) -> list[_Start]:
    """Times from `begin` to `end` in the list's order. A day is read whole: later people may sit in its last slots."""
    slots = _by_place(_within(user, wanted, begin), wanted).filter(
        starts_at__lt=start_of(timezone.localdate(end) + timedelta(days=1))
    )
    rows = slots.order_by("office_id", "starts_at").values_list(
        *("office_id", "office__position", "pk", "starts_at", "ends_at"),
        *("internal_seats", "internal_taken", "public_seats", "public_taken"),
    )
    starts = []
    for _office, held in groupby(rows, key=itemgetter(0)):
        kept = list(held)
        ends = {row[2]: row[4] for row in kept}
        internal = [Room(row[2], row[3], row[4], row[5] - row[6], row[5]) for row in kept]
        public = [Room(row[2], row[3], row[4], row[7] - row[8], row[7]) for row in kept]
        sides = zip(kept, runs(internal, wanted.party), runs(public, wanted.party), strict=True)
        for row, inside, outside in sides:
            seats = seated(inside, wanted.party), seated(outside, wanted.party)
            if any(seats) and row[3] < end and wanted.fits_clock(row[3]):
                starts.append(_Start((row[3], row[1], row[2]), ends, *seats))
    return sorted(starts, key=lambda start: start.order)


def _fitting(user: User, wanted: Wanted, now: datetime) -> SlotQuerySet:
    free = Q(internal_taken__lt=F("internal_seats")) | Q(public_taken__lt=F("public_seats"))
    narrowed = _by_clock(_by_place(_within(user, wanted, now).filter(free), wanted), wanted)
    return narrowed.select_related("office__ward").order_by("starts_at", "office__position", "pk")


def _within(user: User, wanted: Wanted, now: datetime) -> SlotQuerySet:
    slots = Slot.objects.serving(wanted.procedure).filter(
        starts_at__gt=max(now, start_of(wanted.first)) if wanted.first else now,
        office__in=offices_in_scope(user).order_by().values("pk"),
    )
    if wanted.last:
        slots = slots.filter(starts_at__lt=start_of(wanted.last + timedelta(days=1)))
    return slots


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
        slot.ends_at,
        internal=slot.internal_seats - slot.internal_taken,
        public=slot.public_seats - slot.public_taken,
        staff_only=not procedure.bookable_online or citizens_barred(slot, procedure, now),
    )


def citizens_barred(slot: Slot, procedure: Procedure, now: datetime) -> bool:
    """Whether the deadline or the horizon keeps citizens from booking this time."""
    deadline = current_city().deadline("book", office_id=slot.office_id, procedure_id=procedure.pk)
    return deadline.passed(slot.starts_at, now) or timezone.localdate(slot.starts_at) > last_bookable_day()
