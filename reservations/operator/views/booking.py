"""A new booking: times, hold, caller, confirmed."""

from collections.abc import Callable
from functools import partial, wraps

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from reservations.access import reservation_for_staff
from reservations.actions import hold_extend, reservation_book
from reservations.citizen.together import person_label
from reservations.errors import HoldExpired, SlotClosed
from reservations.fairness.errors import AlreadyBooked, TooManyForContact
from reservations.fairness.rule import Beside
from reservations.models import Reservation
from reservations.operator.access import hold_for_staff, slot_for_staff
from reservations.operator.desk import (
    LAPSED,
    Call,
    call_of,
    channel_of,
    desk_page,
    let_go,
    people_at_desk,
    seat_for_caller,
)
from reservations.operator.forms import CallerForm, TimesForm, person_of

NO_TIME = "日時がまだ選ばれていません。空いている日時から選んでください。"


def by_button(view: Callable[[StaffRequest], HttpResponse]) -> Callable[[StaffRequest], HttpResponse]:
    """What only a button opens. Its address alone, as after signing in again, leads to the desk."""

    @wraps(view)
    def opened(request: StaffRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else redirect("operator:desk")

    return opened


@requires("reservations.book_for")
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """A new call; `?again=<number>` begins with the person of an earlier booking."""
    number = request.GET.get("again", "")
    if not number:
        return desk_page(request, Call())
    earlier = reservation_for_staff(request.user, number)
    return desk_page(request, Call(), caller=CallerForm(initial=person_of(earlier)))


@requires("reservations.book_for")
@require_safe
def hold(request: StaffRequest, token: str) -> HttpResponse:
    """The time that is kept, after a reload."""
    held = hold_for_staff(request.user, token)
    return desk_page(request, Call(token, held), refusal="") if held else desk_page(request, Call(), refusal=LAPSED)


@requires("reservations.book_for")
@by_button
def times(request: StaffRequest) -> HttpResponse:
    """Search the free times; what else was typed stays."""
    return desk_page(request, call_of(request))


@requires("reservations.book_for")
@by_button
def take(request: StaffRequest) -> HttpResponse:
    """Keep the pressed time; a time kept before is given back."""
    call = call_of(request)
    slot = slot_for_staff(request.user, request.POST.get("slot", ""))
    wishes = TimesForm(request.POST, user=request.user, booking=call.booking)
    procedure = wishes.chosen_procedure()
    try:
        if procedure is None:
            raise SlotClosed
        held, token = seat_for_caller(slot, procedure, people=wishes.chosen_people(), by=actor_of(request))
    except Refused as refused:
        return desk_page(request, call, refusal=refused.message)
    let_go(request, call.token)
    return desk_page(request, Call(token, held, call.booking))


@requires("reservations.book_for")
@by_button
def extend(request: StaffRequest) -> HttpResponse:
    call = call_of(request)
    try:
        held = hold_extend(token=call.token, by=actor_of(request))
    except Refused as refused:
        return desk_page(request, call, refusal=LAPSED if isinstance(refused, HoldExpired) else refused.message)
    again = hold_for_staff(request.user, call.token) or held
    return desk_page(request, Call(call.token, again, call.booking), notice="お取り置きの時間を延ばしました。")


@requires("reservations.book_for")
@by_button
def release(request: StaffRequest) -> HttpResponse:
    """Give the time back; the caller's data stays."""
    call = call_of(request)
    let_go(request, call.token)
    return desk_page(request, Call(booking=call.booking), notice="日時のお取り置きをやめました。")


@requires("reservations.book_for")
@by_button
def leave(request: StaffRequest) -> HttpResponse:
    """The call is over: nothing is kept, the desk is empty."""
    let_go(request, request.POST.get("held", ""))
    return redirect("operator:desk")


@requires("reservations.book_for")
@by_button
def book(request: StaffRequest) -> HttpResponse:
    """Book what is kept. A second press leads to the first one's booking."""
    call = call_of(request)
    wishes = TimesForm(request.POST, user=request.user)
    caller = CallerForm(request.POST, people=people_at_desk(call, wishes))
    if not request.POST.get("held"):
        return desk_page(request, call, refusal=NO_TIME)
    if not caller.is_valid():
        return desk_page(request, call, caller=caller)
    try:
        booked = _booked(request, caller)
    except (AlreadyBooked, TooManyForContact) as refused:
        return desk_page(request, call, caller=caller, refusal=_about(refused, caller), ask_beside=True)
    except Refused as refused:
        return desk_page(request, call, refusal=refused.message)
    return redirect_done(booked, "booked")


def _about(refused: Refused, caller: CallerForm) -> str:
    """Of several people, the refusal names the one it is about."""
    if not caller.companion_fields or not isinstance(refused, AlreadyBooked):
        return refused.message
    return f"{person_label(refused.place)}：{refused.message}"


def _booked(request: StaffRequest, caller: CallerForm) -> Reservation:
    """Book the hold. One that ran out while they talked is taken once more if the time is still free."""
    by, channel, person = actor_of(request), channel_of(request.user), caller.person()
    beside = beside_of(request.POST.get("beside", ""))
    book = partial(
        reservation_book, person=person, companions=caller.companions(), channel=channel, beside=beside, by=by
    )
    try:
        return book(token=request.POST["held"])
    except HoldExpired:
        return book(token=taken_again(request))


def beside_of(reason: str) -> Beside | None:
    """Why the rules of fairness do not bind this booking; None when the person at the desk chose nothing."""
    return Beside(reason) if reason in Beside.values else None


def taken_again(request: StaffRequest, booking: Reservation | None = None) -> str:
    """The token of a new hold of the time that was kept before, for the `booking` that moves or for who was typed in.

    Raises Refused when it is gone.
    """
    slot = slot_for_staff(request.user, request.POST.get("held_slot", ""))
    wishes = TimesForm(request.POST, user=request.user, booking=booking)
    procedure = wishes.chosen_procedure()
    if procedure is None:
        raise SlotClosed
    return seat_for_caller(slot, procedure, people=wishes.chosen_people(), by=actor_of(request))[1]


def redirect_done(booking: Reservation, done: str) -> HttpResponse:
    response = redirect("operator:booking", number=booking.number)
    response["Location"] += f"?done={done}"
    return response
