"""A booking that stands: found, moved, cancelled, told once more."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from reservations.access import reservation_for_staff
from reservations.actions import bookings_look_up, details_send, party_cancel, reservation_cancel, reservation_move
from reservations.errors import HoldExpired
from reservations.models import CancelReason, Reservation
from reservations.operator.desk import Call, Found, call_of, desk_page
from reservations.operator.forms import FindForm, StaffCancelForm
from reservations.operator.search import Kind, bookings_asked_for, understand
from reservations.operator.views.booking import NO_TIME, by_button, redirect_done, taken_again

PER_PAGE = 20
DONE = {
    "booked": "予約を受け付けました。",
    "moved": "日時を変更しました。前の日時は取り消されています。",
    "cancelled": "予約を取り消しました。",
    "sent": "予約の内容をメールで送ります。",
}


@requires("reservations.book_for")
@by_button
def find(request: StaffRequest) -> HttpResponse:
    """Posted, so that names stay out of addresses and their logs. That somebody searched is written down."""
    call = call_of(request)
    form = FindForm(request.POST)
    if not form.is_valid():
        return desk_page(request, call, find=form)
    try:
        question = understand(form.cleaned_data["q"])
    except Refused as refused:
        return desk_page(request, call, find=form, refusal=refused.message)
    answers = bookings_asked_for(request.user, question)
    page = Paginator(answers, PER_PAGE).get_page(request.POST.get("found_page"))
    total = page.paginator.count
    # The booking that was open is done with; one in the middle of a move is not.
    call = call if call.hold else Call()
    bookings_look_up(about=request.user, kind=question.kind, found=total, by=actor_of(request))
    if question.kind is Kind.NUMBER and total == 1 and not call.hold:
        return desk_page(request, Call(booking=_whole(request, page.object_list[0])), find=form)
    return desk_page(request, call, find=form, found=Found(question, page))


def _whole(request: StaffRequest, found: Reservation) -> Reservation:
    return reservation_for_staff(request.user, found.number)


@requires("reservations.book_for")
@require_safe
def booking(request: StaffRequest, number: str) -> HttpResponse:
    shown = reservation_for_staff(request.user, number)
    return desk_page(request, Call(booking=shown), notice=DONE.get(request.GET.get("done", ""), ""))


@requires("reservations.book_for")
@by_button
def move(request: StaffRequest) -> HttpResponse:
    """Move the open booking to the kept time; until then the old time stands."""
    call = call_of(request)
    if call.booking is None or not request.POST.get("held"):
        return desk_page(request, call, refusal=NO_TIME)
    by = actor_of(request)
    try:
        try:
            moved = reservation_move(reservation=call.booking, token=request.POST["held"], by=by)
        except HoldExpired:
            moved = reservation_move(reservation=call.booking, token=taken_again(request, call.booking), by=by)
    except Refused as refused:
        return desk_page(request, call, refusal=refused.message)
    return redirect_done(moved, "moved")


@requires("reservations.book_for")
@require_POST
def cancel(request: StaffRequest, number: str) -> HttpResponse:
    held = reservation_for_staff(request.user, number)
    form = StaffCancelForm(request.POST, booking=held)
    if not form.is_valid():
        return desk_page(request, Call(booking=held), cancel=form)
    try:
        reason = CancelReason(form.cleaned_data["reason"])
        if form.asks_who:
            party_cancel(reservation=held, places=form.places(held), reason=reason, by=actor_of(request))
        else:
            reservation_cancel(reservation=held, reason=reason, by=actor_of(request))
    except Refused as refused:
        return desk_page(request, Call(booking=held), refusal=refused.message)
    return redirect_done(held, "cancelled")


@requires("reservations.book_for")
@require_POST
def resend(request: StaffRequest, number: str) -> HttpResponse:
    """Mail the booking once more; `key` makes a double press one mail."""
    held = reservation_for_staff(request.user, number)
    try:
        details_send(reservation=held, key=_key(request), by=actor_of(request))
    except Refused as refused:
        return desk_page(request, Call(booking=held), refusal=refused.message)
    return redirect_done(held, "sent")


def _key(request: StaffRequest) -> UUID:
    """Raises Refused for a form that somebody has taken apart."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refused from None
