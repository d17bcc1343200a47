"""The city's worklist of bookings to check. Its choices live in the address, so that a list can be sent on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from applications.due import DueDays
from applications.models import CheckState, ExistenceCheck
from postoffices.access import office_for
from postoffices.models import Office
from reservations.access import reservations_in_scope
from reservations.deadlines import start_of
from reservations.models import Reservation, ReservationQuerySet, ReservationState

# An answer helps as long as the person comes or is here; a cancelled or orphaned booking needs none.
ANSWERABLE = (ReservationState.CONFIRMED, ReservationState.VISITED)
# The city's own turn first.
CHIPS = (CheckState.WAITING, CheckState.RESOLVED, CheckState.DEFECT, CheckState.CONFIRMED)
CONFIRMABLE = (CheckState.WAITING, CheckState.RESOLVED)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list shows: one state, narrowed by office and day where given; without a day, from today on."""

    state: CheckState = CheckState.WAITING
    office: Office | None = None
    day: date | None = None

    def address(self, **changed: str) -> str:
        """The query part of this list's address, with some choices changed ("" takes one away)."""
        choices = {
            "state": str(self.state),
            "office": self.office.code if self.office else "",
            "day": self.day.isoformat() if self.day else "",
        } | changed
        return "?" + urlencode({name: value for name, value in choices.items() if value})

    @property
    def confirmable(self) -> bool:
        """Whether the listed bookings can be confirmed: it is the city's turn."""
        return self.state in CONFIRMABLE


def chosen_from(user: User, query: QueryDict, typed_day: date | None = None) -> Chosen:
    """Read the address. Raises Http404 for an office outside the person's scope."""
    code, state = query.get("office"), query.get("state", "")
    return Chosen(
        state=CheckState(state) if state in [str(chip) for chip in CHIPS] else CheckState.WAITING,
        office=office_for(user, code) if code else None,
        day=typed_day or day_in(query.get("day", "")),
    )


def day_in(text: str) -> date | None:
    """The day of an address; an address cut short or changed by hand gives none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _of_any_state(user: User, chosen: Chosen) -> ReservationQuerySet:
    rows = reservations_in_scope(user).filter(state__in=ANSWERABLE)
    rows = rows.filter(slot__starts_at__gte=start_of(chosen.day or timezone.localdate()))
    if chosen.day:
        rows = rows.filter(slot__starts_at__lt=start_of(chosen.day + timedelta(days=1)))
    return rows.filter(office=chosen.office) if chosen.office else rows


def bookings(user: User, chosen: Chosen) -> QuerySet[Reservation]:
    """The chosen bookings, the next visit first; each with its check."""
    rows = _of_any_state(user, chosen).filter(_in_state(chosen.state))
    return rows.select_related("slot", "office", "procedure", "existence_check").order_by("slot__starts_at", "number")


def _in_state(state: CheckState) -> Q:
    """Bookings whose check is in this state; one without a check waits."""
    held = Q(existence_check__state=state)
    return held | Q(existence_check__isnull=True) if state == CheckState.WAITING else held


@dataclass(frozen=True, slots=True)
class StateChip:
    label: str
    count: int
    address: str
    current: bool


def state_chips(user: User, chosen: Chosen) -> list[StateChip]:
    """Every state with its count. One query."""
    rows = _of_any_state(user, chosen).order_by().values_list("existence_check__state")
    counts: dict[str | None, int] = dict(rows.annotate(count=Count("pk")))
    counts[CheckState.WAITING] = counts.get(CheckState.WAITING, 0) + counts.pop(None, 0)
    return [
        StateChip(str(state.label), counts.get(state, 0), chosen.address(state=state), chosen.state == state)
        for state in CHIPS
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """A booking of the list; `due` is the last day for the answer.

    `urgent`: it was booked so shortly before the visit that the rule's own day had passed.
    """

    reservation: Reservation
    check: ExistenceCheck | None
    due: date
    late: bool
    urgent: bool
    ticked: bool


def rows_of(held: Iterable[Reservation], due_days: DueDays, ticked: Iterable[str] = ()) -> list[Row]:
    """The bookings with their due days; those whose numbers are in `ticked` are chosen."""
    today, chosen = timezone.localdate(), set(ticked)
    rows = []
    for reservation in held:
        check: ExistenceCheck | None = getattr(reservation, "existence_check", None)
        visit_day = timezone.localdate(reservation.slot.starts_at)
        due = due_days.due_for(visit_day, timezone.localdate(reservation.booked_at))
        open_still = check is None or CheckState(check.state) in CONFIRMABLE
        rows.append(
            Row(
                reservation,
                check,
                due,
                late=open_still and due < today,
                urgent=open_still and due >= today and due_days.due_on(visit_day) < today,
                ticked=reservation.number in chosen,
            )
        )
    return rows
