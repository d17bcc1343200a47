"""The citizen's pages of the waiting list. No account: the link opens the place in the queue."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.networks import client_address
from audit.actors import Actor
from audit.errors import Refused
from postoffices.city import current_city
from reservations.citizen.personal import personal_page
from reservations.citizen.road import bookable_office, online_procedure, posted
from reservations.fairness.keys import contact_key, network_key
from reservations.fairness.limits import Use, take
from reservations.fairness.records import Step
from reservations.models import Waiter, WaitState
from reservations.waiting_list.access import waiter_by_link
from reservations.waiting_list.actions import offer_take_up, wait_register, wait_withdraw
from reservations.waiting_list.errors import SeatsFree
from reservations.waiting_list.forms import WaitForm
from writing.languages import current_language

CONFLICT, INVALID = 409, 422


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, procedure: str, office: str) -> HttpResponse:
    """Where, when, and how to be told."""
    chosen = online_procedure(procedure)
    place = bookable_office(chosen, office)
    form = WaitForm(posted(request), procedure=chosen, office=place)
    refusal, is_free = "", False
    if form.is_valid():
        try:
            return HttpResponseRedirect(_entry(_registered(request, form)) + "?done=registered")
        except Refused as refused:
            refusal, is_free = refused.message, isinstance(refused, SeatsFree)
    context = {"form": form, "procedure": chosen, "office": place, "refusal": refusal, "is_free": is_free}
    status = CONFLICT if refusal else INVALID if form.errors else 200
    return render(request, "reservations/waiting_list/register.html", context, status=status)


def _registered(request: HttpRequest, form: WaitForm) -> str:
    """Register; returns the link's token. Raises AlreadyWaiting, SeatsFree or TooOften."""
    rules = current_city().rules.fairness
    contact = {name: form.cleaned_data[name] for name in ("email", "phone")}
    keys = {contact_key(told) for told in contact.values() if told}
    # Each registration sends a mail: by their contact, nobody can be sent one after the other.
    uses = [Use(Step.CONTACT, key, rules.tries_per_contact) for key in keys]
    take([Use(Step.WAIT, network_key(client_address(request)), rules.bookings), *uses])
    language = current_language().code
    return wait_register(wanted=form.wanted(), **contact, language=language, by=Actor.citizen())[1]


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
        held = offer_take_up(waiter=waiter, presented=token, by=Actor.citizen())
    except Refused as refused:
        return _entry_page(request, waiter, token, refusal=refused.message)
    wish = f"?slot={waiter.slot_id}&procedure={waiter.procedure.code}"
    return HttpResponseRedirect(reverse("booking:form", args=[held]) + wish)


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
    context: dict[str, Any] = {
        "waiter": waiter,
        "token": token,
        "registered": request.GET.get("done") == "registered",
        "offered": waiter.state == WaitState.OFFERED,
        "waiting": waiter.state == WaitState.WAITING,
        "refusal": refusal,
    }
    page = "reservations/waiting_list/entry.html"
    return render(request, page, context, status=CONFLICT if refusal else 200)
