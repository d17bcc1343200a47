"""Calling by number, and where this tablet stands."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from counters.actions import visit_call, visit_call_back, visit_call_next
from counters.views.parts import PLACE_COOKIE, PLACES, place_of, then
from postoffices.access import own_office

A_YEAR = 366 * 24 * 60 * 60


@require_POST
@requires("counters.serve")
def call_next(request: StaffRequest) -> HttpResponse:
    """Whose turn it is comes to this tablet's counter."""
    try:
        visit = visit_call_next(office=own_office(request.user), to=place_of(request), by=actor_of(request))
    except Refused as refusal:
        messages.info(request, refusal.message)
        return redirect("counters:day")
    return redirect("counters:visit", visit.pk)


@require_POST
@requires("counters.serve")
def call(request: StaffRequest, pk: int) -> HttpResponse:
    return then(request, pk, lambda visit: visit_call(visit=visit, to=place_of(request), by=actor_of(request)))


@require_POST
@requires("counters.serve")
def call_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody answered the call."""
    return then(request, pk, lambda visit: visit_call_back(visit=visit, by=actor_of(request)))


@require_POST
@requires("counters.serve")
def place(request: StaffRequest) -> HttpResponse:
    """The number of the counter where this tablet stands."""
    answer = redirect("counters:day")
    chosen = request.POST.get("place", "")
    if chosen in PLACES:
        answer.set_cookie(
            PLACE_COOKIE, chosen, max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
        messages.success(request, f"この端末を窓口{chosen}にしました。")
    return answer
