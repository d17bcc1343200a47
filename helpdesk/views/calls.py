"""The call screen: what rings, the call that is being had, and what the operator needs meanwhile."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.access import booking_named, bookings_of_number, call_for, calls_in_scope, desk_for, desks_for
from helpdesk.actions import Handled, call_answer, call_handle, call_take_by_hand, callback_promise, ticket_open
from helpdesk.actions.papers import caller_look_up
from helpdesk.desks import categories, category_name, desk_now, desk_of, takes_personal_data
from helpdesk.forms import CallForm, TakeForm
from helpdesk.models import Call, CallResult, DeskCode, Line, Ticket, TicketChannel
from helpdesk.search import answers
from live.grants import grant
from postoffices.city import current_city
from writing.text import digits

INVALID = 422
SHOWN = 20
NO_BOOKING = "この予約番号の予約は見つかりません。番号を確かめるか、空欄にしてください。"


@require_safe
@requires("helpdesk.answer")
def calls(request: StaffRequest) -> HttpResponse:
    """What rings now, a call to take by hand, and the calls of today."""
    return _board(request, TakeForm())


def _board(request: StaffRequest, form: TakeForm, refusal: str = "") -> HttpResponse:
    desk = desk_for(request.user, request.GET.get("desk", ""))
    live_grant = grant(request, [f"helpdesk:{desk}"])
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    latest = calls_in_scope(request.user).filter(desk=desk, offered_at__gte=today).select_related("operator", "ticket")
    shown = list(latest.order_by("-offered_at")[:SHOWN])
    context = {
        "live_grant": live_grant,
        "desk": desk,
        "desks": [(code, DeskCode(code).label) for code in desks_for(request.user)],
        "facts": desk_of(desk),
        "now_of_desk": desk_now(desk),
        "ringing": list(Call.objects.waiting(desk)),
        "unfinished": list(Call.objects.unfinished_of(request.user).filter(desk=desk)[:5]),
        "latest": [(call, category_name(desk, call.category)) for call in shown],
        "take_form": form,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "helpdesk/calls.html", context, status=INVALID if refusal or form.errors else 200)


@require_POST
@requires("helpdesk.answer")
def take(request: StaffRequest) -> HttpResponse:
    """The telephone rings beside the screen: note that it was answered now."""
    desk = desk_for(request.user, request.POST.get("desk", ""))
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _board(request, form)
    typed = form.cleaned_data
    call = call_take_by_hand(
        desk=desk, number=typed["number"], line=Line(typed["line"]), key=typed["key"], by=actor_of(request)
    )
    return redirect("helpdesk:call", call.pk)


@require_POST
@requires("helpdesk.answer")
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the call that rings."""
    held = call_for(request.user, pk)
    try:
        call_answer(call=held, by=actor_of(request))
    except Refused as refused:
        return _board(request, TakeForm(), refused.message)
    return redirect("helpdesk:call", pk)


@require_safe
@requires("helpdesk.answer")
def call(request: StaffRequest, pk: int) -> HttpResponse:
    held = call_for(request.user, pk)
    initial = {"category": held.category, "result": held.result or CallResult.ANSWERED, "note": held.note}
    initial |= {"line": held.line, "passed_to": held.passed_to, "phone": held.caller_number}
    if held.reservation:
        initial["booking"] = held.reservation.number
    if held.office:
        initial["office"] = held.office.code
    return _call_page(request, held, CallForm(desk=held.desk, initial=initial))


def _call_page(request: StaffRequest, held: Call, form: CallForm, refusal: str = "") -> HttpResponse:
    """Past calls and bookings of the number are shown with the call, and that they were is written down."""
    bookings = bookings_of_number(request.user, held.caller_number) if takes_personal_data(held.desk) else []
    earlier = calls_in_scope(request.user).of_number(held.caller_number).exclude(pk=held.pk).order_by("-offered_at")
    past = list(earlier.select_related("ticket")[:5])
    if bookings or past:
        caller_look_up(about=request.user, bookings=len(bookings), calls=len(past), by=actor_of(request))
    live_tickets = Ticket.objects.live().filter(desk=held.desk, phone=held.caller_number).exclude(phone="")
    context: dict[str, Any] = {
        "call": held,
        "desk": desk_of(held.desk),
        "form": form,
        "refusal": refusal,
        "bookings": bookings,
        "past": [(one, category_name(one.desk, one.category)) for one in past],
        "open_tickets": list(live_tickets.order_by("-opened_at")[:3]),
        "categories": categories(held.desk),
        "referrals": current_city().rules.counter.referrals,
        "is_own": held.operator_id == request.user.pk,
        "may_book": takes_personal_data(held.desk) and request.user.may("reservations.book_for"),
        "no_person": not takes_personal_data(held.desk),
        "key": uuid.uuid4(),
    }
    return render(request, "helpdesk/call.html", context, status=INVALID if refusal or form.errors else 200)


@require_POST
@requires("helpdesk.answer")
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    """Note the call down, with the inquiry or the callback that it leads to. Everything or nothing."""
    held = call_for(request.user, pk)
    form = CallForm(request.POST, desk=held.desk)
    if not form.is_valid():
        return _call_page(request, held, form)
    try:
        _finished(request, held, form)
    except Refused as refused:
        return _call_page(request, held, form, refused.message)
    messages.success(request, "電話の内容を記録しました。")
    response = redirect("helpdesk:calls")
    response["Location"] += f"?desk={held.desk}"
    return response


@transaction.atomic
def _finished(request: StaffRequest, held: Call, form: CallForm) -> None:
    """The keys follow from the call, so that pressing twice makes one inquiry and one callback."""
    by, handled = actor_of(request), form.handled()
    handled = _with_booking(request, form, handled)
    ticket = None
    if handled.result == CallResult.TICKET:
        asked = replace(form.asked(), reservation=handled.reservation, known_at=held.answered_at)
        ticket = ticket_open(desk=held.desk, channel=TicketChannel.CALL, asked=asked, key=f"call:{held.key}", by=by)
    done = call_handle(call=held, handled=handled, ticket=ticket, by=by)
    if handled.result == CallResult.CALLBACK:
        callback_promise(desk=held.desk, promise=form.promise(), key=held.key, call=done, by=by)


def _with_booking(request: StaffRequest, form: CallForm, handled: Handled) -> Handled:
    """Raises Refused for a number that no booking has."""
    number = digits(form.cleaned_data["booking"])
    if not number:
        return handled
    booking = booking_named(request.user, number)
    if booking is None:
        raise Refused(NO_BOOKING)
    return replace(handled, office=handled.office or booking.office, reservation=booking)


@require_POST
@requires("helpdesk.answer")
def find(request: StaffRequest) -> HttpResponse:
    """The one search, as a fragment that follows the typing. Posted: what is typed stands in no address."""
    desk = desk_for(request.user, request.POST.get("desk", ""))
    words = request.POST.get("q", "")[:100]
    context = {"answers": answers(desk, words), "words": words.strip(), "desk": desk}
    page = "helpdesk/_answers.html" if request.headers.get("HX-Request") else "helpdesk/answers.html"
    return render(request, page, context)
