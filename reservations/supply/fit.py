"""One slot and its people when the seats change: who stays, who sits elsewhere at the same time, who must go."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reservations.models import SeatKind


@dataclass(frozen=True, slots=True)
class Sitter:
    """A booking or a hold on a seat of `kind`; `since` is when it was made."""

    pk: int
    kind: str
    since: datetime


@dataclass(slots=True)
class Occupants:
    """Everyone on a slot's seats. `fixed` counts those whose visit is over or under way: nobody moves them."""

    fixed: Counter[str] = field(default_factory=Counter)
    bookings: list[Sitter] = field(default_factory=list)
    holds: list[Sitter] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fit:
    """The slot afterwards: seats and taken seats by kind, and what becomes of bookings and holds, by their keys."""

    seats: dict[str, int]
    taken: dict[str, int]
    kept: tuple[int, ...]
    refitted: dict[int, str]
    orphaned: tuple[int, ...]
    released: tuple[int, ...]


def fit(wanted: Mapping[str, int], occupants: Occupants) -> Fit:
    """Seat everyone who still fits.

    Whoever booked first stays. Who finds no seat of the own kind takes a free one of the other kind at the same
    time, in the order of booking; the rest is orphaned, so the latest booked go first. Holds come after all
    bookings: they have nobody's name yet.
    """
    seats = {kind: max(wanted[kind], occupants.fixed[kind]) for kind in SeatKind.values}
    free = {kind: seats[kind] - occupants.fixed[kind] for kind in SeatKind.values}
    in_order = sorted(occupants.bookings, key=_first_booked)
    kept, surplus = _seated(in_order, free)
    refitted: dict[int, str] = {}
    orphaned = []
    for sitter in surplus:
        other = next((kind for kind in SeatKind.values if free[kind] > 0), None)
        if other is None:
            orphaned.append(sitter.pk)
        else:
            free[other] -= 1
            refitted[sitter.pk] = other
    _, without_seat = _seated(sorted(occupants.holds, key=_first_booked), free)
    return Fit(
        seats=seats,
        taken={kind: seats[kind] - free[kind] for kind in SeatKind.values},
        kept=tuple(sitter.pk for sitter in kept),
        refitted=refitted,
        orphaned=tuple(orphaned),
        released=tuple(sitter.pk for sitter in without_seat),
    )


def _seated(sitters: list[Sitter], free: dict[str, int]) -> tuple[list[Sitter], list[Sitter]]:
    """Those who get a seat of their own kind, and those who do not; `free` is counted down."""
    seated, others = [], []
    for sitter in sitters:
        if free[sitter.kind] > 0:
            free[sitter.kind] -= 1
            seated.append(sitter)
        else:
            others.append(sitter)
    return seated, others


def _first_booked(sitter: Sitter) -> tuple[datetime, int]:
    return sitter.since, sitter.pk
