"""The booking list: which bookings, counted how. Its choices live in the address, so that a list can be sent on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from postoffices.access import office_for
from postoffices.models import Office, Procedure
from reservations.access import reservations_in_scope
from reservations.models import Reservation, ReservationQuerySet, ReservationState

ALL_STATES = "すべて"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list shows: bookings of one local day, narrowed by office, procedure and state where given."""

    day: date
    office: Office | None = None
    procedure: Procedure | None = None
    state: str = ""

    def address(self, **changed: str) -> str:
        """The query part of this list's address, with some choices changed ("" takes one away)."""
        choices = {
            "day": self.day.isoformat(),
            "office": self.office.code if self.office else "",
            "procedure": self.procedure.code if self.procedure else "",
            "state": self.state,
        } | changed
        return "?" + urlencode({name: value for name, value in choices.items() if value})

    def before(self) -> str:
        return self.address(day=(self.day - timedelta(days=1)).isoformat())

    def after(self) -> str:
        return self.address(day=(self.day + timedelta(days=1)).isoformat())

    def today(self) -> str:
        return self.address(day=timezone.localdate().isoformat())


def chosen_from(user: User, query: QueryDict, typed_day: date | None = None) -> Chosen:
    """Read the address. Raises Http404 for an office outside the person's scope or an unknown code."""
    office_code, procedure_code = query.get("office"), query.get("procedure")
    office = office_for(user, office_code) if office_code else None
    procedure = get_object_or_404(Procedure, code=procedure_code) if procedure_code else None
    state = query.get("state", "")
    return Chosen(
        day=typed_day or _day(query.get("day", "")) or timezone.localdate(),
        office=office,
        procedure=procedure,
        state=state if state in ReservationState.values else "",
    )


def _day(text: str) -> date | None:
    """The day of an address; an address cut short or changed by hand gives none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def bookings(user: User, chosen: Chosen, *, any_state: bool = False) -> ReservationQuerySet:
    """The chosen bookings in reading order."""
    rows = reservations_in_scope(user).of_day(chosen.day)
    if chosen.office:
        rows = rows.filter(office=chosen.office)
    if chosen.procedure:
        rows = rows.filter(procedure=chosen.procedure)
    if chosen.state and not any_state:
        rows = rows.filter(state=chosen.state)
    return rows


@dataclass(frozen=True, slots=True)
class StateChip:
    label: str
    count: int
    address: str
    current: bool


def state_chips(user: User, chosen: Chosen) -> list[StateChip]:
    """All bookings of the day, then each state that occurs (or is chosen), with counts. One query."""
    counts: dict[str, int] = dict(
        bookings(user, chosen, any_state=True).order_by().values_list("state").annotate(count=Count("pk"))
    )
    chips = [StateChip(ALL_STATES, sum(counts.values()), chosen.address(state=""), not chosen.state)]
    for state in ReservationState:
        if counts.get(state) or chosen.state == state:
            address = chosen.address(state=state)
            chips.append(StateChip(str(state.label), counts.get(state, 0), address, chosen.state == state))
    return chips


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One office's bookings of a day, as a paper shows them."""

    office: Office
    rows: list[Reservation]

    @property
    def coming(self) -> int:
        """How many are expected or came: everything but cancelled and orphaned."""
        gone = (ReservationState.CANCELLED, ReservationState.ORPHANED)
        return sum(row.state not in gone for row in self.rows)


def by_office(rows: ReservationQuerySet) -> Iterator[OfficeDay]:
    """The bookings office by office, in the offices' order."""
    ordered = rows.order_by("office__position", "office_id", "slot__starts_at", "number")
    for _, group in groupby(ordered, key=lambda row: row.office_id):
        held = list(group)
        yield OfficeDay(held[0].office, held)
