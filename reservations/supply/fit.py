"""Slots and their people when the seats change: who stays, who sits elsewhere at the same time, who must go."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reservations.models import SeatKind


@dataclass(frozen=True, slots=True)
class Sitter:
    """A booking or a hold on a seat of `kind`; `since` is when it was made, `procedure` the code of what it is for.

    `further` are the slots of its other seats: of later units, or of a hold's other people.
    """

    pk: int
    kind: str
    since: datetime
    further: tuple[int, ...] = ()
    procedure: str = ""


@dataclass(slots=True)
class Occupants:
    """Everyone whose first seat is on a slot. `fixed` counts all its seats of those whose visit is over or under way:
    nobody moves them.
    """

    fixed: Counter[str] = field(default_factory=Counter)
    bookings: list[Sitter] = field(default_factory=list)
    holds: list[Sitter] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fit:
    """The slot afterwards: seats and taken seats by kind, and what becomes of those who begin on it, by their keys."""

    seats: dict[str, int]
    taken: dict[str, int]
    kept: tuple[int, ...]
    refitted: dict[int, str]
    orphaned: tuple[int, ...]
    released: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What is free by slot and kind, counted down while people sit; and which procedures may not use a slot."""

    free: dict[int, dict[str, int]]
    barred: Mapping[int, Collection[str]]


ALONE = 0


def fit(wanted: Mapping[str, int], occupants: Occupants) -> Fit:
    """Seat everyone of one slot who still fits (see `fit_all`)."""
    return fit_all({ALONE: wanted}, {ALONE: occupants})[ALONE]


def fit_all(
    wanted: Mapping[int, Mapping[str, int]],
    occupants: Mapping[int, Occupants],
    barred: Mapping[int, Collection[str]] | None = None,
) -> dict[int, Fit]:
    """Seat everyone who still fits, on all slots at once: a booking of several units stays whole or goes.

    Nobody sits where the procedure is `barred`. Whoever booked first stays. Who finds no seat of the own kind takes
    free ones of the other kind at the same time, in the order of booking; the rest is orphaned, so the latest booked go
    first. Holds come after all bookings: they have nobody's name yet.
    """
    seats = {slot: _seats(held, occupants.get(slot)) for slot, held in wanted.items()}
    free = {
        slot: {kind: count - (occupants[slot].fixed[kind] if slot in occupants else 0) for kind, count in held.items()}
        for slot, held in seats.items()
    }
    room = Room(free, barred or {})
    bookings = [(slot, sitter) for slot, held in occupants.items() for sitter in held.bookings]
    holds = [(slot, sitter) for slot, held in occupants.items() for sitter in held.holds]
    kept, surplus = _seated(sorted(bookings, key=_first_booked), room)
    refitted: dict[int, dict[int, str]] = {slot: {} for slot in wanted}
    orphaned = []
    for slot, sitter in surplus:
        other = next((kind for kind in SeatKind.values if _sits(slot, sitter, kind, room)), None)
        if other is None:
            orphaned.append((slot, sitter))
        else:
            refitted[slot][sitter.pk] = other
    _, without_seat = _seated(sorted(holds, key=_first_booked), room)
    on_kept, on_orphaned, on_released = _by_slot(kept), _by_slot(orphaned), _by_slot(without_seat)
    return {
        slot: Fit(
            seats=seats[slot],
            taken={kind: seats[slot][kind] - free[slot][kind] for kind in SeatKind.values},
            kept=tuple(on_kept[slot]),
            refitted=refitted[slot],
            orphaned=tuple(on_orphaned[slot]),
            released=tuple(on_released[slot]),
        )
        for slot in wanted
    }


Placed = tuple[int, Sitter]


def _seats(wanted: Mapping[str, int], occupants: Occupants | None) -> dict[str, int]:
    fixed = occupants.fixed if occupants else Counter[str]()
    return {kind: max(wanted[kind], fixed[kind]) for kind in SeatKind.values}


def _seated(sitters: list[Placed], room: Room) -> tuple[list[Placed], list[Placed]]:
    """Those who get seats of their own kind, and those who do not."""
    seated: list[Placed] = []
    others: list[Placed] = []
    for slot, sitter in sitters:
        (seated if _sits(slot, sitter, sitter.kind, room) else others).append((slot, sitter))
    return seated, others


def _sits(slot: int, sitter: Sitter, kind: str, room: Room) -> bool:
    """Take a seat of `kind` on each of the sitter's slots if all have one. Slots that stay as they are do not count."""
    needed = Counter(held for held in (slot, *sitter.further) if held in room.free)
    if any(sitter.procedure in room.barred.get(held, ()) for held in needed):
        return False
    if any(room.free[held][kind] < count for held, count in needed.items()):
        return False
    for held, count in needed.items():
        room.free[held][kind] -= count
    return True


def _by_slot(placed: list[Placed]) -> defaultdict[int, list[int]]:
    """Their keys by the slot on which they begin."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for slot, sitter in placed:
        found[slot].append(sitter.pk)
    return found


def _first_booked(placed: Placed) -> tuple[datetime, int]:
    return placed[1].since, placed[1].pk
