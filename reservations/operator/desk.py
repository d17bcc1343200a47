"""What is open at the desk, and how the page shows it. The form carries everything: nothing is kept on the server."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest, actor_of
from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import Procedure
from reservations.actions import hold_release, seat_hold
from reservations.citizen.forms import typed
from reservations.citizen.standing import Standing, standing_of
from reservations.citizen.together import coming, party_of, turns_of, turns_of_hold
from reservations.errors import SlotFull
from reservations.fairness.rule import Beside
from reservations.models import BookingChannel, Hold, Reservation, ReservationState, SeatKind, Slot
from reservations.operator.access import booking_of, hold_for_staff
from reservations.operator.forms import CallerForm, FindForm, StaffCancelForm, TimesForm
from reservations.operator.freetimes import citizens_barred, free_times
from reservations.operator.search import Question

INVALID = 422
# Sent by the call screen, inside which the desk stands: the address is the call's.
WITHIN_CALL = "X-Within-Call"
LAPSED = "お取り置きの時間が過ぎました。日時をもう一度選んでください。入力はそのまま残っています。"


@dataclass(frozen=True, slots=True)
class Call:
    """A time kept for the caller, the booking talked about, or both: then the booking is being moved there."""

    token: str = ""
    hold: Hold | None = None
    booking: Reservation | None = None

    @property
    def address(self) -> str:
        """Where this call can be opened again. A move in hand is not part of it: its hold runs out by itself."""
        if self.booking:
            return reverse("operator:booking", args=[self.booking.number])
        return reverse("operator:hold", args=[self.token]) if self.hold else reverse("operator:desk")


@dataclass(frozen=True, slots=True)
class Found:
    """The answers to a search, page by page."""

    question: Question
    page: Page[Reservation]


def call_of(request: StaffRequest) -> Call:
    """The call that the posted form belongs to. Raises Http404 for a booking outside the person's scope."""
    token = request.POST.get("held", "")
    hold = hold_for_staff(request.user, token)
    return Call(token if hold else "", hold, booking_of(request.user, request.POST))


def seat_for_caller(slot: Slot, procedure: Procedure, *, people: int = 1, by: Actor) -> tuple[Hold, str]:
    """Keep internal seats, or public ones when too few are left. Raises SlotFull, SlotClosed or DeadlinePassed."""
    keep = partial(seat_hold, slot_id=slot.pk, procedure=procedure, people=people, by=by)
    try:
        hold, token = keep(seat_kind=SeatKind.INTERNAL)
    except SlotFull:
        hold, token = keep(seat_kind=SeatKind.PUBLIC)
    hold.slot = slot
    return hold, token


def channel_of(user: User) -> BookingChannel:
    """Clerks book for people who stand before them; everybody else at the desk is on the telephone."""
    return BookingChannel.COUNTER if user.role == Role.CLERK else BookingChannel.PHONE


def let_go(request: StaffRequest, token: str) -> None:
    if token:
        hold_release(token=token, by=actor_of(request))


def desk_page(
    request: StaffRequest,
    call: Call,
    *,
    caller: CallerForm | None = None,
    find: FindForm | None = None,
    found: Found | None = None,
    cancel: StaffCancelForm | None = None,
    notice: str = "",
    refusal: str = "",
    ask_beside: bool = False,
) -> HttpResponse:
    """The whole desk. Status 422 when something typed or wished was refused."""
    times = _times_form(request, call)
    people = people_at_desk(call, times)
    caller = caller or _typed_caller(request, people)
    wanted = times.wanted()
    shown = [form for form in (times, caller, find, cancel) if form and form.is_bound and form.errors]
    context: dict[str, Any] = {
        "call": call,
        "times_form": times,
        "free": free_times(request.user, wanted, _page_number(request)) if wanted else None,
        "caller": caller,
        "find": find or FindForm(),
        "found": found,
        "cancel": cancel or StaffCancelForm(booking=call.booking),
        "people": people,
        "notice": notice,
        "refusal": refusal,
        "beside_reasons": Beside.choices if ask_beside else (),
        "form": shown[0] if shown else None,
        "procedure": call.booking.procedure if call.booking else times.chosen_procedure(),
        **_hold_context(call.hold),
        **_booking_context(call.booking),
    }
    response = render(request, "reservations/operator/desk.html", context, status=INVALID if shown or refusal else 200)
    if WITHIN_CALL not in request.headers:
        response["HX-Replace-Url"] = call.address
    response["Cache-Control"] = "no-store"
    return response


def people_at_desk(call: Call, times: TimesForm) -> int:
    """For how many the time is kept; without one, how many were wished for."""
    return call.hold.people if call.hold else times.chosen_people()


def _times_form(request: StaffRequest, call: Call) -> TimesForm:
    posted = request.POST.get("procedure")
    # Wishes for another procedure do not fit a booking that was opened since.
    if posted is not None and (call.booking is None or call.booking.procedure.code == posted):
        return TimesForm(request.POST, user=request.user, booking=_movable(call.booking))
    about = call.booking or call.hold
    initial: dict[str, Any] = {"procedure": about.procedure.code} if about else {}
    if call.booking:
        initial["office"] = call.booking.office.code
    return TimesForm(initial=initial, user=request.user, booking=_movable(call.booking))


def _movable(booking: Reservation | None) -> Reservation | None:
    """The booking that a time pressed now would move."""
    return booking if booking and may_act(booking) else None


def may_act(booking: Reservation) -> bool:
    """Whether staff may still move or cancel: until the time begins; an orphaned booking has none."""
    if booking.state == ReservationState.ORPHANED:
        return True
    return booking.state == ReservationState.CONFIRMED and booking.slot.starts_at > timezone.now()


def _typed_caller(request: StaffRequest, people: int) -> CallerForm:
    """What was typed so far, kept as it is and not judged."""
    if "name" not in request.POST:
        return CallerForm(people=people)
    return CallerForm(initial=typed(CallerForm(people=people), request.POST), people=people)


def _page_number(request: StaffRequest) -> int:
    text = request.POST.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _hold_context(hold: Hold | None) -> dict[str, Any]:
    """How long the seat is kept (seconds), and whether citizens could have taken it."""
    if hold is None:
        return {}
    now = timezone.now()
    return {
        "seconds_left": max(0, int((hold.expires_at - now).total_seconds())),
        "may_extend": hold.extended < current_city().rules.hold_extensions,
        "late_for_citizens": citizens_barred(hold.slot, hold.procedure, now),
        "held_turns": turns_of_hold(hold),
    }


def _booking_context(booking: Reservation | None) -> dict[str, Any]:
    """What may be done with the booking, and which of the citizens' deadlines have passed."""
    if booking is None:
        return {}
    standing: Standing = standing_of(booking)
    acting = may_act(booking)
    party = party_of(booking)
    return {
        "standing": standing,
        "may_act": acting,
        "change_late": acting and not standing.may_change,
        "cancel_late": acting and not standing.may_cancel,
        "resend_key": uuid4(),
        "party": party if len(party) > 1 else [],
        "coming": coming(party),
        "turns": turns_of(coming(party)),
    }
