"""The citizen's pages of the waiting list. No account: the link opens the place in the queue."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.networks import client_address
from audit.actors import Actor
from audit.errors import Refused
from reservations.citizen.gate import gate_for
from reservations.citizen.personal import personal_page
from reservations.citizen.road import Wish, bookable_office, online_procedure, posted
from reservations.citizen.together import people_of
from reservations.fairness.keys import network_key
from reservations.fairness.limits import registration_from
from reservations.models import Waiter, WaitState
from reservations.waiting_list.access import waiter_by_link
from reservations.waiting_list.actions import offer_take_up, wait_withdraw
from reservations.waiting_list.errors import SeatsFree
from reservations.waiting_list.forms import WaitForm
from reservations.waiting_list.outcome import has_become
from reservations.waiting_list.registering import wait_confirm, wait_register
from writing.languages import current_language

CONFLICT, INVALID = 409, 422


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, procedure: str, office: str) -> HttpResponse:
    """Where, when, and how to be told. With the shield on, the proof comes before the registration."""
    chosen = online_procedure(procedure)
    place = bookable_office(chosen, office)
    initial = {"people": str(people_of(request.GET))}
    form = WaitForm(posted(request), procedure=chosen, office=place, initial=initial)
    refusal, is_free = "", False
    if form.is_valid():
        if asked_for := gate_for(request):
            return asked_for
        try:
            token = _registered(request, form)
            if not token:
                return HttpResponseRedirect(reverse("booking:wait_sent", args=[procedure, office]))
            return HttpResponseRedirect(_entry(token) + "?done=registered")
        except Refused as refused:
            refusal, is_free = refused.message, isinstance(refused, SeatsFree)
    context = {"form": form, "procedure": chosen, "office": place, "refusal": refusal, "is_free": is_free}
    status = CONFLICT if refusal else INVALID if form.errors else 200
    return render(request, "reservations/waiting_list/register.html", context, status=status)


def _registered(request: HttpRequest, form: WaitForm) -> str:
    """Register; returns the page's token, empty when it comes by mail. Raises AlreadyWaiting, SeatsFree or TooOften."""
    address, told = client_address(request), form.told(current_language().code)
    registration_from(address, phone=told.phone, email=told.email)
    return wait_register(
        wanted=form.wanted(),
        told=told,
        key=form.cleaned_data["key"],
        network=network_key(address),
        by=Actor.citizen(),
    )[1]


@personal_page
@require_safe
def sent(request: HttpRequest, procedure: str, office: str) -> HttpResponse:
    """A mail is on its way, whose link is to be opened: the same for every address, known or not."""
    chosen = online_procedure(procedure)
    context = {"procedure": chosen, "office": bookable_office(chosen, office)}
    return render(request, "reservations/waiting_list/sent.html", context)


@personal_page
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The button behind the mail's link. Not the link itself: programs that look into mails open links."""
    waiter = waiter_by_link(token)
    try:
        wait_confirm(waiter=waiter, by=Actor.citizen())
    except Refused as refused:
        return _entry_page(request, waiter, token, refusal=refused.message)
    return HttpResponseRedirect(_entry(token) + "?done=registered")


@personal_page
@require_safe
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands; with an offer, the way to the form."""
    return _entry_page(request, waiter_by_link(token), token)


@personal_page
@require_POST
def take_up(request: HttpRequest, token: str) -> HttpResponse:
    """On to the form, with the seat that is kept."""
    waiter = waiter_by_link(token)
    try:
        held = offer_take_up(waiter=waiter, by=Actor.citizen())
    except Refused as refused:
        return _entry_page(request, waiter, token, refusal=refused.message)
    assert waiter.slot is not None, "waiter_offered"  # noqa: S101 (an offer names its slot)
    return HttpResponseRedirect(Wish(waiter.slot, waiter.procedure, waiter.people).address("form", held))


@personal_page
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Stop waiting; an offered seat goes to the next."""
    waiter = waiter_by_link(token)
    try:
        wait_withdraw(waiter=waiter, by=Actor.citizen())
    except Refused as refused:
        return _entry_page(request, waiter, token, refusal=refused.message)
    return HttpResponseRedirect(_entry(token))


def _entry(token: str) -> str:
    return reverse("booking:wait_entry", args=[token])


def _entry_page(request: HttpRequest, waiter: Waiter, token: str, *, refusal: str = "") -> HttpResponse:
    state = has_become(waiter)
    context: dict[str, Any] = {
        "waiter": waiter,
        "token": token,
        "registered": request.GET.get("done") == "registered",
        "heading": state.label,
        "asked": state == WaitState.ASKED,
        "offered": state == WaitState.OFFERED,
        "waiting": state == WaitState.WAITING,
        "booked": state == WaitState.BOOKED,
        "refusal": refusal,
    }
    page = "reservations/waiting_list/entry.html"
    return render(request, page, context, status=CONFLICT if refusal else 200)
