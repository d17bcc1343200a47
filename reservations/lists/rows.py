"""The bookings of a list, counted and ordered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db.models import CharField, Count, F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate

from accounts.models import User
from postoffices.models import Office
from reservations.access import reservations_in_scope
from reservations.deadlines import start_of
from reservations.lists.chosen import Chosen
from reservations.lists.columns import Column, sources_of
from reservations.models import Reservation, ReservationQuerySet, ReservationState
from writing.papers import Value as Cell

ALL_STATES = "すべて"
GONE = (ReservationState.CANCELLED, ReservationState.ORPHANED)
# How many rows travel from the database at once.
CHUNK = 2000

# As in a Japanese index (JIS X 4061): voiced, small and lengthened kana stand with the plain ones. The database
# may come without a Japanese collation, so the letters are made alike here; what is still equal goes by letter.
VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォッャュョヮヵヶー"
PLAIN = "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウアイウエオツヤユヨワカケ"


def bookings(user: User, chosen: Chosen, *, any_state: bool = False) -> ReservationQuerySet:
    """The chosen bookings within the person's scope, in the chosen order."""
    period = chosen.period
    rows = reservations_in_scope(user).filter(
        slot__starts_at__gte=start_of(period.first), slot__starts_at__lt=start_of(period.last + timedelta(days=1))
    )
    if chosen.office:
        rows = rows.filter(office=chosen.office)
    if chosen.procedure:
        rows = rows.filter(procedure=chosen.procedure)
    if chosen.state and not any_state:
        rows = rows.filter(state=chosen.state)
    return in_order(rows.select_related("slot", "office", "procedure"), chosen.order)


def in_order(rows: ReservationQuerySet, order: str) -> ReservationQuerySet:
    """By time; by reading (people without one last, by name); or office by office. Always the same for equals."""
    by_time = ("slot__starts_at", "number")
    if order == "reading":
        unread = Q(reading="")
        return rows.annotate(unread=unread).order_by("unread", alike(), Collate("reading", "C"), "name", *by_time)
    if order == "office":
        return rows.order_by("office__position", "office_id", *by_time)
    return rows.order_by(*by_time)


def alike() -> Combinable:
    """The reading as it is compared first."""
    letters = Func(F("reading"), Value(VOICED), Value(PLAIN), function="translate", output_field=CharField())
    return Collate(letters, "C")


@dataclass(frozen=True, slots=True)
class StateChip:
    label: str
    count: int
    address: str
    current: bool


def state_counts(user: User, chosen: Chosen) -> dict[str, int]:
    """How many bookings of each state there are, whatever state is chosen. One query."""
    rows = bookings(user, chosen, any_state=True).order_by().values_list("state").annotate(count=Count("pk"))
    return dict(rows)


def state_chips(counts: dict[str, int], chosen: Chosen) -> list[StateChip]:
    """All bookings, then each state that occurs (or is chosen), with counts."""
    chips = [StateChip(ALL_STATES, sum(counts.values()), chosen.address(state=""), not chosen.state)]
    for state in ReservationState:
        if counts.get(state) or chosen.state == state:
            address = chosen.address(state=state)
            chips.append(StateChip(str(state.label), counts.get(state, 0), address, chosen.state == state))
    return chips


@dataclass(slots=True)
class Totals:
    """Bookings by state; `coming` leaves out what was cancelled or lost its time."""

    states: Counter[str]

    @classmethod
    def of(cls, counts: dict[str, int], chosen: Chosen) -> "Totals":
        """Of a list narrowed to one state: those of that state."""
        return cls(Counter({state: n for state, n in counts.items() if chosen.state in ("", state)}))

    @property
    def all(self) -> int:
        return self.states.total()

    @property
    def coming(self) -> int:
        return self.all - sum(self.states[state] for state in GONE)


class Streamed:
    """The cells of a list, read row by row by a cursor of the server; `totals` grow while it is read."""

    def __init__(self, rows: ReservationQuerySet, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.totals = Totals(Counter())
        self._sources = ["state", *(name for name in sources_of(columns) if name != "state")]
        self._rows = rows.values_list(*self._sources)

    def __iter__(self) -> Iterator[list[Cell]]:
        states = self.totals.states
        writers = [(column.write, [self._sources.index(name) for name in column.sources]) for column in self.columns]
        for values in self._rows.iterator(chunk_size=CHUNK):
            states[values[0]] += 1
            yield [_cell(write, places, values) for write, places in writers]

    def total_row(self) -> list[Cell]:
        """To be read after the rows."""
        totals = self.totals
        return [f"合計 {totals.all}件（取り消しなどを除くと {totals.coming}件）"]


def _cell(write: Any, places: list[int], values: tuple[Any, ...]) -> Cell:
    cell: Cell = write(*(values[place] for place in places))
    return cell


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One office's bookings, as a paper shows them."""

    office: Office
    rows: list[Reservation]

    @property
    def coming(self) -> int:
        """How many are expected or came: everything but cancelled and orphaned."""
        return sum(row.state not in GONE for row in self.rows)


def by_office(rows: ReservationQuerySet) -> Iterator[OfficeDay]:
    """The bookings office by office, in the offices' order; within an office as they were ordered."""
    ordered = sorted(rows, key=lambda row: (row.office.position, row.office_id))
    for _, group in groupby(ordered, key=lambda row: row.office_id):
        held = list(group)
        yield OfficeDay(held[0].office, held)
