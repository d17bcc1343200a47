"""Another time for a booking. The old one is kept until the new one is certain."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actors import Actor
from audit.errors import Refused
from reservations.access import hold_by_token
from reservations.actions import hold_extend, hold_release, reservation_move
from reservations.availability import times
from reservations.citizen.gate import behind_gate
from reservations.citizen.personal import personal_page
from reservations.citizen.places import places_by_ward
from reservations.citizen.road import bookable_office, slot_number
from reservations.citizen.standing import standing_of
from reservations.citizen.taking import take_seat
from reservations.citizen.together import coming, party_of, turns_of, turns_of_hold
from reservations.citizen.views.choose import CONFLICT, day_of, month_context
from reservations.citizen.views.fill import countdown_context
from reservations.citizen.views.links import behind_link
from reservations.errors import HoldExpired, HoldNotExtendable, SlotClosed
from reservations.models import Hold, Reservation
from reservations.tokens import token_hash


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
@behind_gate
@behind_link
def change(request: HttpRequest, held: Reservation, token: str) -> HttpResponse:
    """Month and times of the booked place, or of another (`?office=`); a pressed time is held."""
    if not standing_of(held).may_change:
        return HttpResponseRedirect(_page(token))
    if request.method != "POST":
        return _change_page(request, held, token)
    slot_id = slot_number(request.POST)
    if slot_id is None:
        return _change_page(request, held, token, refusal=SlotClosed.message)
    try:
        people = len(coming(party_of(held)))
        _hold, hold_token = take_seat(request, slot_id=slot_id, procedure=held.procedure, people=people)
    except Refused as refused:
        return _change_page(request, held, token, refusal=refused.message)
    return HttpResponseRedirect(reverse("booking:change_confirm", args=[token, hold_token]))


@personal_page
@require_safe
@behind_link
def change_places(request: HttpRequest, held: Reservation, token: str) -> HttpResponse:
    """Other places that offer the same procedure."""
    if not standing_of(held).may_change:
        return HttpResponseRedirect(_page(token))
    context = {
        "reservation": held,
        "procedure": held.procedure,
        "wards": places_by_ward(held.procedure, len(coming(party_of(held)))),
        "change_url": reverse("booking:change", args=[token]),
    }
    return render(request, "reservations/citizen/change_places.html", context)


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def change_confirm(request: HttpRequest, held: Reservation, token: str, hold_token: str) -> HttpResponse:
    """Old and new time side by side; a repeated click finds the change done."""
    if held.moved_token_hash == token_hash(hold_token):
        return HttpResponseRedirect(f"{_page(token)}?done=changed")
    hold = hold_by_token(hold_token)
    if hold is None:
        return _change_page(request, held, token, refusal=HoldExpired.message)
    if request.method != "POST":
        return _confirm_page(request, held, hold, (token, hold_token))
    try:
        reservation_move(reservation=held, token=hold_token, by=Actor.citizen())
    except Refused as refused:
        return _change_page(request, held, token, refusal=refused.message)
    return HttpResponseRedirect(f"{_page(token)}?done=changed")


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def change_extend(request: HttpRequest, held: Reservation, token: str, hold_token: str) -> HttpResponse:
    """Start the hold's minutes anew (WCAG 2.2.1). Somebody who opens the address gets the confirmation."""
    page = reverse("booking:change_confirm", args=[token, hold_token])
    if request.method != "POST":
        return HttpResponseRedirect(page)
    try:
        hold_extend(token=hold_token, by=Actor.citizen())
    except HoldExpired as refused:
        return _change_page(request, held, token, refusal=refused.message)
    except HoldNotExtendable as refused:
        hold = hold_by_token(hold_token)
        if hold is None:
            return _change_page(request, held, token, refusal=HoldExpired.message)
        return _confirm_page(request, held, hold, (token, hold_token), refusal=refused.message)
    return HttpResponseRedirect(f"{page}?done=extended")


@personal_page
@require_POST
@behind_link
def change_stop(request: HttpRequest, held: Reservation, token: str, hold_token: str) -> HttpResponse:
    """Leave everything as it is and give the new time back at once."""
    hold_release(token=hold_token, by=Actor.citizen())
    return HttpResponseRedirect(_page(token))


def _page(token: str) -> str:
    return reverse("booking:reservation", args=[token])


def _confirm_page(
    request: HttpRequest, held: Reservation, hold: Hold, tokens: tuple[str, str], *, refusal: str = ""
) -> HttpResponse:
    """Old and new time, and the minutes left of the hold. `tokens` are the booking's and the hold's."""
    context = {
        "reservation": held,
        "hold": hold,
        "token": tokens[0],
        "hold_token": tokens[1],
        "turns": turns_of(coming(party_of(held))),
        "new_turns": turns_of_hold(hold),
        "addresses": {"extend": reverse("booking:change_extend", args=tokens)},
        "notice": _("時間を延ばしました。") if request.GET.get("done") == "extended" and not refusal else "",
        "refusal": refusal,
    }
    status = CONFLICT if refusal else 200
    page = "reservations/citizen/change_confirm.html"
    return render(request, page, context | countdown_context(hold), status=status)


def _change_page(request: HttpRequest, held: Reservation, token: str, *, refusal: str = "") -> HttpResponse:
    context = _change_context(request, held, token) | {"refusal": refusal}
    return render(request, "reservations/citizen/change.html", context, status=CONFLICT if refusal else 200)


def _change_context(request: HttpRequest, held: Reservation, token: str) -> dict[str, Any]:
    try:
        office = bookable_office(held.procedure, request.GET.get("office", held.office.code))
    except Http404:
        office = held.office  # it takes no bookings any more: the page then offers the other places
    wanted = request.GET.get("day", "")
    shown = request.GET.get("month", "") or wanted[:7]
    people = len(coming(party_of(held)))
    return month_context(office, held.procedure, shown, people) | {
        "people_choices": [],  # those who come are those who booked
        "reservation": held,
        "token": token,
        "change_url": reverse("booking:change", args=[token]),
        "day": day_of(wanted) if wanted else None,
        "times": times(office, held.procedure, day_of(wanted), people) if wanted else [],
    }
