"""The page that stands between the pressed time and the seat while the shield is on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.networks import client_address
from postoffices.city import current_city
from reservations.fairness.actions import shield_is_on
from reservations.fairness.errors import TooOften
from reservations.fairness.keys import network_key
from reservations.fairness.limits import Use, take
from reservations.fairness.proof import WAIT_SECONDS, is_solved, new_challenge, new_wait, wait_left, was_waited
from reservations.fairness.records import Step

OWN_FIELDS = ("csrfmiddlewaretoken", "proof", "waited")
SHOWN = 403


def behind_gate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages whose buttons take a seat: with the shield on, a pressed time asks for the proof first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and "slot" in request.POST:
            return gate_for(request) or view(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    return guarded


def gate_for(request: HttpRequest) -> HttpResponse | None:
    """None when the seat may be taken: no shield, or a proof that is good. Otherwise the page that asks for one."""
    if not shield_is_on() or is_solved(request.POST.get("proof", "")):
        return None
    ticket = request.POST.get("waited", "")
    refusal = ""
    if ticket and was_waited(ticket):
        try:
            take([Use(Step.PATIENT, network_key(client_address(request)), current_city().rules.fairness.waits)])
        except TooOften as refused:
            refusal = refused.message
        else:
            return None
    left = wait_left(ticket) if ticket else None
    kept = ticket if left else ""
    context = {
        "challenge": new_challenge().told(),
        "ticket": kept or new_wait(),
        "wait_seconds": left or WAIT_SECONDS,
        "too_early": bool(kept),
        "refusal": refusal,
        "sent": [(name, value) for name in request.POST if name not in OWN_FIELDS for value in _values(request, name)],
    }
    response = render(request, "reservations/citizen/gate.html", context, status=SHOWN)
    response["Cache-Control"] = "no-store"
    return response


def _values(request: HttpRequest, name: str) -> list[str]:
    return [str(value) for value in request.POST.getlist(name)]
