"""Steps four and five: who comes, and the confirmation. What was typed travels in the form itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actors import Actor
from audit.errors import Refused
from postoffices.city import current_city
from reservations.access import hold_by_token, reservation_by_link, slot_by_id
from reservations.actions import hold_extend, hold_release
from reservations.availability import times
from reservations.citizen.forms import PersonForm, drawn, drawn_empty, typed_person
from reservations.citizen.gate import behind_gate, gate_for
from reservations.citizen.personal import personal_page
from reservations.citizen.road import Wish, carried, slot_number, wish_of
from reservations.citizen.taking import book_seat, take_seat
from reservations.citizen.together import people_of, person_label, turns_of_hold
from reservations.citizen.views.choose import CONFLICT, INVALID, day_of, month_context
from reservations.errors import HoldExpired, HoldNotExtendable, SlotClosed
from reservations.fairness.errors import AlreadyBooked
from reservations.models import Hold

GONE = 410


def by_button(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that only a button opens. Somebody who opens its address, or restores a tab, gets the form."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseRedirect(wish_of(request).address("form", token))
        return view(request, token)

    return unpacked(opened)


def unpacked(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """The buttons for another language send what was typed as one field: every field stands once on its page."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        if "typed" in request.POST:
            request.POST = QueryDict(request.POST["typed"])
        return view(request, token)

    return opened


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
@unpacked
def form(request: HttpRequest, token: str) -> HttpResponse:
    """The empty form; by POST with what was typed, on the way back from the confirmation."""
    hold = hold_by_token(token)
    wish = wish_of(request, hold)
    if hold is None:
        return _without_hold(request, token, wish)
    return _form_page(request, hold, token, wish, _typed(request, hold.people))


@personal_page
@by_button
def extend(request: HttpRequest, token: str) -> HttpResponse:
    """Start the hold's minutes anew; what was typed stays."""
    wish = wish_of(request)
    filled = _typed(request, wish.people)
    try:
        hold = hold_extend(token=token, by=Actor.citizen())
    except HoldNotExtendable as refused:
        current = hold_by_token(token)
        if current is None:
            return _without_hold(request, token, wish)
        return _form_page(request, current, token, wish, filled, refusal=refused.message)
    except HoldExpired:
        return _without_hold(request, token, wish)
    return _form_page(request, hold, token, wish, filled, notice=_("時間を延ばしました。"))


@personal_page
@by_button
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was typed before anything is booked."""
    return _confirmation(request, token)


@personal_page
@by_button
def book(request: HttpRequest, token: str) -> HttpResponse:
    """Book. A second submission leads to the first one's booking. The wish is read only when that fails."""
    filled = PersonForm(request.POST, people=people_of(request.GET))
    if not filled.is_valid():
        return _confirmation(request, token)
    try:
        book_seat(request, token=token, person=filled.person(), companions=filled.companions())
    except HoldExpired:
        return _without_hold(request, token, wish_of(request))
    except AlreadyBooked as refused:
        return _confirmation(request, token, refusal=_who_has_booked(refused, filled))
    except Refused as refused:
        return _confirmation(request, token, refusal=refused.message)
    return HttpResponseRedirect(reverse("booking:reservation", args=[token]) + "?done=booked")


def _who_has_booked(refused: AlreadyBooked, filled: PersonForm) -> str:
    """Of several people, the refusal names the one it is about."""
    if not filled.companion_fields:
        return refused.message
    return f"{person_label(refused.place)}：{_(refused.message)}"


@personal_page
@by_button
@behind_gate
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Another time, without losing what was typed: by month, day and time, all in one form."""
    wish = wish_of(request)
    slot_id = slot_number(request.POST)
    slot = slot_by_id(slot_id) if slot_id else None
    if slot is None:
        return _again_page(request, token, wish, refusal=SlotClosed.message if slot_id else "")
    chosen = Wish(slot, wish.procedure, wish.people)
    try:
        hold, new_token = take_seat(request, slot_id=slot.pk, procedure=wish.procedure, people=wish.people)
    except Refused as refused:
        return _again_page(request, token, wish, refusal=refused.message, status=CONFLICT)
    hold_release(token=token, by=Actor.citizen())
    return _filled_page(request, hold, new_token, chosen, judge_empty=False)


def _confirmation(request: HttpRequest, token: str, *, refusal: str = "") -> HttpResponse:
    hold = hold_by_token(token)
    wish = wish_of(request, hold)
    if hold is None:
        return _without_hold(request, token, wish)
    return _filled_page(request, hold, token, wish, refusal=refusal)


def _without_hold(request: HttpRequest, token: str, wish: Wish) -> HttpResponse:
    """The hold is gone: booked already, or over. What was typed is carried to a new hold of the same time."""
    if _is_booked(token):
        return HttpResponseRedirect(reverse("booking:reservation", args=[token]))
    if request.method != "POST":
        return _again_page(request, token, wish, refusal=HoldExpired.message, status=GONE)
    if gate := gate_for(request):
        return gate
    try:
        hold, new_token = take_seat(request, slot_id=wish.slot.pk, procedure=wish.procedure, people=wish.people)
    except Refused:
        return _again_page(request, token, wish, refusal=HoldExpired.message, status=CONFLICT)
    notice = _("お取りしておく時間が過ぎていたため、同じ日時をもう一度お取りしました。予約はまだ完了していません。")
    return _filled_page(request, hold, new_token, wish, notice=notice, judge_empty=False)


def _is_booked(token: str) -> bool:
    try:
        reservation_by_link(token)
    except Http404:
        return False
    return True


def _filled_page(
    request: HttpRequest,
    hold: Hold,
    token: str,
    wish: Wish,
    *,
    notice: str = "",
    refusal: str = "",
    judge_empty: bool = True,
) -> HttpResponse:
    """The confirmation when everything is right, else the form with its errors.

    `judge_empty=False`: somebody who has typed nothing yet gets the form without errors.
    """
    if not judge_empty and not any(value for _name, value in carried(request.POST)):
        return _form_page(request, hold, token, wish, None, notice=notice)
    filled = PersonForm(request.POST, people=hold.people)
    if not filled.is_valid():
        return _form_page(request, hold, token, wish, filled, notice=notice, status=INVALID)
    context = _hold_context(hold, token, wish) | {
        "form": filled,
        "person": filled.person(),
        "companions": list(enumerate(filled.companions(), 2)),
        "carried": carried(request.POST),
        "typed": urlencode(carried(request.POST)),
        "notice": notice,
        "refusal": refusal,
    }
    return render(request, "reservations/citizen/confirm.html", context, status=CONFLICT if refusal else 200)


def _typed(request: HttpRequest, people: int) -> PersonForm | None:
    """The form with what was typed so far, None before anything was."""
    return typed_person(request.POST, people) if request.POST else None


def _form_page(
    request: HttpRequest,
    hold: Hold,
    token: str,
    wish: Wish,
    filled: PersonForm | None,
    *,
    notice: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = _hold_context(hold, token, wish) | {
        "form": filled,
        "fields": drawn(filled) if filled else drawn_empty(hold.people),
        "typed": urlencode(carried(request.POST)),
        "notice": notice,
        "refusal": refusal,
    }
    return render(request, "reservations/citizen/form.html", context, status=CONFLICT if refusal else status)


def _hold_context(hold: Hold, token: str, wish: Wish) -> dict[str, Any]:
    """Times, addresses and the hold's countdown."""
    return countdown_context(hold) | {
        "wish": wish,
        "turns": turns_of_hold(hold),
        "addresses": {name: wish.address(name, token) for name in ("form", "extend", "confirm", "book", "again")},
    }


def countdown_context(hold: Hold) -> dict[str, Any]:
    """What the countdown shows: the hold with its seconds left, and whether it can be extended again."""
    left = hold.expires_at - timezone.now()
    return {
        "hold": hold,
        "seconds_left": max(0, int(left.total_seconds())),
        "may_extend": hold.extended < current_city().rules.hold_extensions,
    }


def _again_page(request: HttpRequest, token: str, wish: Wish, *, refusal: str = "", status: int = 200) -> HttpResponse:
    wanted = request.POST.get("day", "")
    shown = request.POST.get("month", "") or wanted[:7]
    context = month_context(wish.office, wish.procedure, shown, wish.people) | {
        "wish": wish,
        "carried": carried(request.POST),
        "typed": urlencode(carried(request.POST)),
        "day": day_of(wanted) if wanted else None,
        "times": times(wish.office, wish.procedure, day_of(wanted), wish.people) if wanted else [],
        "action": wish.address("again", token),
        "refusal": refusal,
    }
    return render(request, "reservations/citizen/again.html", context, status=status)
