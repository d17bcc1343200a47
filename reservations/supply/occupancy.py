"""Reading slots with everyone on their seats, to look at or locked for a change.

The order of locks in the whole room is: holds, bookings, slots. Somebody who books has deleted the hold before the
new booking asks for its slot; somebody who cancels has the booking before giving the seat back. So the change of
supply locks in the same order. A slot locked FOR UPDATE lets nobody in any more (a new booking's foreign key waits
for it), but between the first and the last lock new people may have come: they are locked without waiting, or all
is let go and begun again. The same when PostgreSQL breaks a ring of locks (another road may take them in another
order) and chooses this change to give way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from reservations.models import WITHOUT_SEAT, FurtherSeat, Hold, Reservation, ReservationState, Slot, SlotQuerySet
from reservations.supply.errors import SupplyBusy
from reservations.supply.fit import Occupants, Sitter

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Occupied:
    """Slots in id order, and who sits there by the slot's key."""

    slots: list[Slot]
    occupants: dict[int, Occupants]


def occupied(slots: SlotQuerySet) -> Occupied:
    """As it stands at this moment, without locks (four queries)."""
    return _occupied(list(slots.order_by("pk")), _holds(slots), _bookings(slots))


def occupied_locked(slots: SlotQuerySet) -> Occupied:
    """The same, locked until the transaction's end. Raises SupplyBusy when others keep coming in between."""
    for _attempt in range(ATTEMPTS):
        try:
            # Going back to the savepoint lets go of all locks taken since.
            with transaction.atomic():
                return _locked(slots)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in WORTH_ANOTHER_TRY:
                raise
    raise SupplyBusy


LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"
WORTH_ANOTHER_TRY = frozenset({LOCK_NOT_AVAILABLE, DEADLOCK})


def _locked(slots: SlotQuerySet) -> Occupied:
    early_holds = _keys(_holds(slots).select_for_update(of=("self",)))
    early_bookings = _keys(_bookings(slots).select_for_update(of=("self",)))
    held = list(slots.select_for_update(of=("self",)).order_by("pk"))
    here = Slot.objects.filter(pk__in=[slot.pk for slot in held])
    _lock_late(_holds(here), early_holds)
    _lock_late(_bookings(here), early_bookings)
    return _occupied(held, _holds(here), _bookings(here))


def _lock_late(rows: QuerySet[Hold] | QuerySet[Reservation], early: set[int]) -> None:
    """Lock who came in between, without waiting: they may be waiting for our slot."""
    _keys(rows.exclude(pk__in=early).select_for_update(nowait=True, of=("self",)))


def _keys(rows: QuerySet[Hold] | QuerySet[Reservation]) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def _holds(slots: SlotQuerySet) -> QuerySet[Hold]:
    return Hold.objects.filter(slot__in=slots.order_by()).order_by("pk")


def _bookings(slots: SlotQuerySet) -> QuerySet[Reservation]:
    return Reservation.objects.live().filter(slot__in=slots.order_by()).order_by("pk")


def _occupied(slots: list[Slot], holds: QuerySet[Hold], bookings: QuerySet[Reservation]) -> Occupied:
    found: defaultdict[int, Occupants] = defaultdict(Occupants)
    further = _Further.on(slots)
    held = holds.values_list("pk", "slot_id", "seat_kind", "made_at", "procedure__code")
    for pk, slot_id, kind, since, procedure in held:
        found[slot_id].holds.append(Sitter(pk, kind, since, further.of_hold(pk), procedure))
    rows = bookings.values_list("pk", "slot_id", "seat_kind", "booked_at", "state", "procedure__code")
    for pk, slot_id, kind, since, state, procedure in rows:
        if state == ReservationState.CONFIRMED:
            found[slot_id].bookings.append(Sitter(pk, kind, since, further.of_booking(pk), procedure))
        else:
            found[slot_id].fixed[kind] += 1
    # Whoever is left has begun on another slot, or come already: their seats stay where they are.
    for slot_id, kind in further.left():
        found[slot_id].fixed[kind] += 1
    return Occupied(slots, dict(found))


@dataclass(slots=True)
class _Further:
    """Seats beside the first, by the hold or booking that has them; given out once."""

    holds: defaultdict[int, list[tuple[int, str]]]
    bookings: defaultdict[int, list[tuple[int, str]]]

    @classmethod
    def on(cls, slots: list[Slot]) -> "_Further":
        held = cls(defaultdict(list), defaultdict(list))
        rows = FurtherSeat.objects.filter(slot__in=[slot.pk for slot in slots]).exclude(
            reservation__state__in=WITHOUT_SEAT
        )
        named = ("slot_id", "hold_id", "hold__seat_kind", "reservation_id", "reservation__seat_kind")
        for slot, hold, hold_kind, booking, booking_kind in rows.order_by("pk").values_list(*named):
            if hold is not None:
                held.holds[hold].append((slot, hold_kind))
            else:
                held.bookings[booking].append((slot, booking_kind))
        return held

    def of_hold(self, pk: int) -> tuple[int, ...]:
        return tuple(slot for slot, _kind in self.holds.pop(pk, ()))

    def of_booking(self, pk: int) -> tuple[int, ...]:
        return tuple(slot for slot, _kind in self.bookings.pop(pk, ()))

    def left(self) -> Iterator[tuple[int, str]]:
        for seats in (*self.holds.values(), *self.bookings.values()):
            yield from seats


Reader = Callable[[SlotQuerySet], Occupied]
