"""The clerk's day: what stands on the left of the tablet, and the rail of steps of one visit."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from applications.models import ApplicationState, CheckState, with_check_state
from counters.models import Outcome, ReviewResult, Visit, VisitState
from postoffices.models import Office
from reservations.models import Reservation, ReservationState

CHIPS = {
    VisitState.EXPECTED: ("", ""),
    VisitState.ARRIVED: ("info", "check"),
    VisitState.CALLED: ("info", "phone"),
    VisitState.SERVING: ("info", "person"),
    VisitState.AWAITING_REVIEW: ("warning", "waiting"),
    VisitState.FINISHED: ("success", "check"),
    VisitState.LEFT: ("", "minus"),
    VisitState.MISSED: ("", "minus"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the day: a booking with or without its visit, or a walk-in."""

    at: datetime
    name: str
    number: str
    state: VisitState
    url: str
    unchecked: bool
    visit: Visit | None
    reservation: Reservation | None

    @property
    def chip(self) -> tuple[str, str, str]:
        """Text, kind and icon of the state's chip. The city's answer goes before the bare state."""
        if self.visit is not None and self.state == VisitState.SERVING and self.visit.review_result:
            result = ReviewResult(self.visit.review_result)
            kinds = {
                ReviewResult.APPROVED: ("success", "success"),
                ReviewResult.RESHOOT: ("warning", "camera"),
                ReviewResult.REJECTED: ("error", "error"),
            }
            return (str(result.label), *kinds[result])
        return (str(self.state.label), *CHIPS[self.state])

    @property
    def ticket(self) -> int | None:
        """The number on the ticket, where the office gives them."""
        return self.visit.ticket_number if self.visit is not None else None

    @property
    def answered(self) -> bool:
        """Whether the city has answered and the counter has not gone on."""
        visit = self.visit
        return visit is not None and self.state == VisitState.SERVING and bool(visit.review_result)

    @property
    def turn(self) -> datetime:
        """The booked time or the arrival, whichever is later."""
        arrived = self.visit.arrived_at if self.visit is not None else None
        return max(self.at, arrived) if arrived else self.at

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state not in (VisitState.FINISHED, VisitState.LEFT, VisitState.MISSED)


def day_entries(office: Office, day: date) -> tuple[list[Entry], list[Entry]]:
    """The office's day by time: bookings that stand, and walk-ins. And visits of earlier days that nobody ended.

    Three queries.
    """
    standing = Q(state=ReservationState.CONFIRMED) | Q(visit__isnull=False)
    bookings = with_check_state(Reservation.objects.of_day(day).filter(standing, office=office)).select_related(
        "slot", "visit"
    )
    entries = [_booked(booking) for booking in bookings]
    entries += [_walked_in(visit) for visit in Visit.objects.of_day(office, day).filter(reservation__isnull=True)]
    left_open = [_left_open(visit) for visit in Visit.objects.left_open(office, day).select_related("reservation")]
    return sorted(entries, key=lambda entry: (entry.at, entry.number)), left_open


MOST_NEXT = 3


def next_up(entries: list[Entry]) -> list[Entry]:
    """What is next: the city's answers first, then who waits, by turn; nobody is kept waiting for a tap."""
    answered = [entry for entry in entries if entry.answered]
    waiting = [entry for entry in entries if entry.state in (VisitState.ARRIVED, VisitState.CALLED)]
    return [*answered, *sorted(waiting, key=lambda entry: entry.turn)][:MOST_NEXT]


MOST_OF_OTHER_DAYS = 5


def bookings_of_other_days(office: Office, day: date, number: str) -> list[Reservation]:
    """Bookings of the office whose number contains `number`, on any day but this one; the latest first."""
    gone = [ReservationState.CANCELLED, ReservationState.ORPHANED]
    of_office = Reservation.objects.filter(office=office, number__contains=number).exclude(state__in=gone)
    found = of_office.exclude(slot__starts_at__date=day).select_related("slot").order_by("-slot__starts_at")
    return list(found[:MOST_OF_OTHER_DAYS])


def _booked(reservation: Reservation) -> Entry:
    visit: Visit | None = getattr(reservation, "visit", None)
    here = (
        reverse("counters:visit", args=[visit.pk])
        if visit is not None and visit.state != VisitState.MISSED
        else reverse("counters:booking", args=[reservation.number])
    )
    return Entry(
        at=reservation.slot.starts_at,
        name=reservation.name,
        number=reservation.number,
        state=VisitState(visit.state) if visit is not None else VisitState.EXPECTED,
        url=here,
        unchecked=_check_state(reservation) != CheckState.CONFIRMED,
        visit=visit,
        reservation=reservation,
    )


def _left_open(visit: Visit) -> Entry:
    booked = visit.reservation
    return Entry(
        at=visit.arrived_at or timezone.now(),
        name=booked.name if booked else "予約なし",
        number=booked.number if booked else "",
        state=VisitState(visit.state),
        url=reverse("counters:visit", args=[visit.pk]),
        unchecked=False,
        visit=visit,
        reservation=booked,
    )


def _check_state(reservation: Any) -> str:
    return str(reservation.check_state)


def _walked_in(visit: Visit) -> Entry:
    return Entry(
        at=visit.arrived_at or timezone.now(),
        name="予約なし",
        number="",
        state=VisitState(visit.state),
        url=reverse("counters:visit", args=[visit.pk]),
        unchecked=False,
        visit=visit,
        reservation=None,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the rail: `state` is done, current, waiting, problem or empty for later."""

    label: str
    state: str
    words: str


WORDS = {"done": "済み", "current": "いまここ", "waiting": "審査中", "problem": "やり直し", "": "まだ"}
LABELS = ("受付", "申請書", "署名", "撮影", "審査", "端末処理", "完了")


def rail(visit: Visit | None, *, signing: bool = False) -> list[Step]:
    """受付 → 申請書 → 署名 → 撮影 → 審査 → 端末処理 → 完了. `signing`: the signature's page is open."""
    states = _states(visit, signing)
    return [Step(label, state, WORDS[state]) for label, state in zip(LABELS, states, strict=True)]


def _states(visit: Visit | None, signing: bool) -> list[str]:
    if visit is None or visit.state == VisitState.MISSED:
        return _upto(0)
    if visit.state == VisitState.LEFT:
        return _upto(_taken(visit), "")
    if visit.state == VisitState.FINISHED:
        return [*_upto(_taken(visit), "")[:-1], "done"]
    if visit.state in (VisitState.ARRIVED, VisitState.CALLED) or visit.application is None:
        return _upto(1)
    if visit.application.state == ApplicationState.DRAFTED:
        return _upto(2 if signing else 1)
    if visit.state == VisitState.AWAITING_REVIEW:
        return _upto(4, "waiting")
    if visit.review_result == ReviewResult.RESHOOT:
        return _upto(3, "problem")
    if visit.review_result == ReviewResult.APPROVED:
        return _upto(5)
    if visit.review_result == ReviewResult.REJECTED:  # the terminal is left out
        return [*_upto(5, "")[:-1], "current"]
    return _upto(3)


def _taken(visit: Visit) -> int:
    """How many steps a visit took that is over; whoever is sent on has not taken them all."""
    if visit.terminal_at is not None or visit.outcome == Outcome.COMPLETED:
        return 6
    if visit.review_result in (ReviewResult.APPROVED, ReviewResult.REJECTED):
        return 5
    if visit.submitted_at is not None:
        return 4
    signed = visit.application is not None and visit.application.state != ApplicationState.DRAFTED
    return 3 if signed else 1


def _upto(current: int, state: str = "current") -> list[str]:
    return ["done"] * current + [state] + [""] * (len(LABELS) - current - 1)
