"""Where the people of a party sit: side by side as far as seats are free, the others one after another.

One rule for what is shown as free and for what is taken, so that both always agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, takewhile


@dataclass(frozen=True, slots=True)
class Party:
    """So many people, each for `units` slots that follow one another."""

    people: int = 1
    units: int = 1

    @property
    def is_single(self) -> bool:
        """Whether one seat of one slot is enough."""
        return self.people * self.units == 1

    @property
    def most_slots(self) -> int:
        """So many slots are needed when nobody sits beside another."""
        return self.people * self.units


@dataclass(frozen=True, slots=True)
class Room:
    """A slot as far as seating is concerned: `free` seats of one kind out of `seats`."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    free: int
    seats: int


Seats = tuple[tuple[int, ...], ...]


def seated(run: Sequence[Room], party: Party) -> Seats | None:
    """The slots of each person, who all begin with the first of `run` or as soon after it as may be; None if they
    do not fit. `run` are slots that follow one another without a gap (see `runs`).

    Everybody is served from the beginning to the end at once, so people sit in rounds of `units` slots: as many side
    by side as the fullest slot of the round has seats. A round without a seat would be a gap in the family's visit.
    """
    places: list[tuple[int, ...]] = []
    for first in range(0, min(len(run), party.most_slots) - party.units + 1, party.units):
        slots = run[first : first + party.units]
        beside = min(min(room.free for room in slots), party.people - len(places))
        if beside <= 0:
            return None
        places += [tuple(room.slot_id for room in slots)] * beside
        if len(places) == party.people:
            return tuple(places)
    return None


def runs(rooms: Iterable[Room], party: Party) -> Iterable[list[Room]]:
    """For each slot of one office, in order, itself and as many that follow it without a gap as the party can need."""
    held = list(rooms)
    for place, _room in enumerate(held):
        yield run_from(held[place : place + party.most_slots])


def run_from(rooms: Sequence[Room]) -> list[Room]:
    """The first slot and those after it, up to the first gap, such as a lunch break."""
    joined = takewhile(lambda pair: pair[0].ends_at == pair[1].starts_at, pairwise(rooms))
    return [*rooms[:1], *(following for _before, following in joined)]
