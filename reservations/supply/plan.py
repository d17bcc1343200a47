"""What a change of days or stops does to slots and bookings: computed once, shown before and applied after."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from postoffices.models import Office, Stop
from postoffices.supply.days import OfficeDay, RuleOf, office_days, stored
from postoffices.supply.procedures import HoursOf, stored_hours
from reservations.deadlines import last_bookable_day, start_of
from reservations.models import SeatKind, Slot, SlotQuerySet
from reservations.supply.fit import Fit, fit_all
from reservations.supply.occupancy import Occupied, Reader, occupied
from reservations.supply.wanted import WantedSlot, stops_between, wanted_slots

NO_SEATS = dict.fromkeys(SeatKind.values, 0)


@dataclass(frozen=True, slots=True)
class SlotChange:
    """A slot that exists, as it will be. `wanted` is None when it closes; `seats_before` are all its seats now."""

    slot: Slot
    seats_before: int
    wanted: WantedSlot | None
    fit: Fit

    @property
    def seats_after(self) -> int:
        return sum(self.fit.seats.values())

    @property
    def changes_anything(self) -> bool:
        before = (self.slot.public_seats, self.slot.internal_seats, self.slot.public_taken, self.slot.internal_taken)
        after = (*self.fit.seats.values(), *self.fit.taken.values())
        return before != after or self.ends_at != self.slot.ends_at or self.changes_procedures

    @property
    def barred(self) -> list[str]:
        """The procedures that may not use the slot; one that closes keeps its own, which nobody asks for."""
        return list(self.wanted.barred) if self.wanted else self.slot.barred

    @property
    def changes_procedures(self) -> bool:
        return self.barred != self.slot.barred

    @property
    def ends_at(self) -> datetime:
        return self.wanted.ends_at if self.wanted else self.slot.ends_at


@dataclass(frozen=True, slots=True)
class SupplyPlan:
    """All slots of the days concerned: `made` are new, `changes` exist already."""

    made: list[WantedSlot] = field(default_factory=list)
    changes: list[SlotChange] = field(default_factory=list)

    @property
    def orphaned(self) -> list[int]:
        """Keys of the bookings that lose their seat, in the slots' order and that of booking."""
        return [pk for change in self.changes for pk in change.fit.orphaned]

    @property
    def refitted(self) -> dict[int, str]:
        """The new kind of seat by the booking's key."""
        return {pk: kind for change in self.changes for pk, kind in change.fit.refitted.items()}

    @property
    def kept(self) -> int:
        return sum(len(change.fit.kept) for change in self.changes)

    @property
    def released(self) -> list[int]:
        """Keys of the holds that are given up: their citizens choose anew."""
        return [pk for change in self.changes for pk in change.fit.released]

    def counts(self) -> dict[str, int]:
        """How many slots and bookings, by what becomes of them."""
        seats = [(change.seats_before, change.seats_after) for change in self.changes]
        return {
            "made": len(self.made) + sum(before == 0 < after for before, after in seats),
            "closed": sum(after == 0 < before for before, after in seats),
            "widened": sum(0 < before < after for before, after in seats),
            "narrowed": sum(0 < after < before for before, after in seats),
            "procedures": sum(change.changes_procedures for change in self.changes),
            "kept": self.kept,
            "refitted": len(self.refitted),
            "orphaned": len(self.orphaned),
            "released": len(self.released),
        }

    def digest(self) -> str:
        """Stands for the bookings that lose their seat: what was shown must be what is done."""
        return hashlib.sha256(repr(sorted(self.orphaned)).encode()).hexdigest()[:16]


def supply_plan(
    offices: Sequence[Office],
    first: date,
    last: date,
    *,
    rule_for: RuleOf = stored,
    hours_for: HoursOf = stored_hours,
    stops: Sequence[Stop] | None = None,
    read: Reader = occupied,
) -> SupplyPlan:
    """Compare the slots that exist with those that should, from now on, first to last day included.

    `rule_for`, `hours_for` and `stops` put an edit or other stops in the place of those stored; `read` may lock the
    slots.
    New slots are made up to the horizon only: later days get theirs when they come within it.
    """
    standing = stops_between(first, last) if stops is None else stops
    days = office_days(offices, first, last, rule_for=rule_for, hours_for=hours_for)
    wanted = _wanted(offices, days, standing)
    held = read(slots_from_now(offices, first, last))
    return SupplyPlan(_made(held, wanted), _changes(held, wanted))


def slots_from_now(offices: Sequence[Office], first: date, last: date) -> SlotQuerySet:
    """The slots of these local days that have not begun. What has begun, nobody changes."""
    return Slot.objects.filter(
        office__in=[office.pk for office in offices],
        starts_at__gte=max(start_of(first), timezone.now()),
        starts_at__lt=start_of(last + timedelta(days=1)),
    )


Wanted = dict[tuple[int, datetime], WantedSlot]


def _wanted(offices: Sequence[Office], days: dict[int, list[OfficeDay]], stops: Sequence[Stop]) -> Wanted:
    return {
        (office.pk, starts_at): slot
        for office in offices
        for starts_at, slot in wanted_slots(office, days[office.pk], stops).items()
    }


def _made(held: Occupied, wanted: Wanted) -> list[WantedSlot]:
    existing = {(slot.office_id, slot.starts_at) for slot in held.slots}
    now, end = timezone.now(), start_of(last_bookable_day() + timedelta(days=1))
    return [slot for key, slot in wanted.items() if key not in existing and now <= slot.starts_at < end]


def _changes(held: Occupied, wanted: Wanted) -> list[SlotChange]:
    targets = {slot.pk: wanted.get((slot.office_id, slot.starts_at)) for slot in held.slots}
    fitted = fit_all(
        {pk: target.seats if target else NO_SEATS for pk, target in targets.items()},
        held.occupants,
        {pk: target.barred for pk, target in targets.items() if target and target.barred},
    )
    return [
        SlotChange(slot, slot.public_seats + slot.internal_seats, targets[slot.pk], fitted[slot.pk])
        for slot in held.slots
    ]
