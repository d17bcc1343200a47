"""What the clerk's pages share: the day on the left, the visit on the right, and doing something to a visit."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import StaffRequest
from audit.errors import Refused
from counters.access import visit_for
from counters.day import bookings_of_other_days, day_entries, next_up, rail
from counters.forms import FinishForm, SearchForm
from counters.models import Visit, VisitState
from counters.times import steps
from live.grants import grant
from postoffices.access import own_office
from postoffices.city import current_city
from postoffices.models import Office

PLACE_COOKIE = "counter_place"
PLACES = tuple(str(number) for number in range(1, 10))


def place_of(request: StaffRequest) -> str:
    """The number of the counter where this tablet stands; the tablet keeps it, not the person."""
    kept = request.COOKIES.get(PLACE_COOKIE, "")
    return kept if kept in PLACES else PLACES[0]


def etag(*seen: object) -> str:
    return '"' + "-".join(map(str, seen)) + '"'


def then(request: StaffRequest, pk: int, act: Callable[[Visit], Any]) -> HttpResponse:
    """Do it and show the visit; a refusal becomes a message there."""
    try:
        act(visit_for(request.user, pk))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("counters:visit", pk)


def visit_screen(request: StaffRequest, visit: Visit) -> HttpResponse:
    return screen(request, "counters/visit.html", about(visit))


def about(visit: Visit, *, signing: bool = False) -> dict[str, Any]:
    """What the right side needs. The case comes from the room above by its reverse relation."""
    application, case = visit.application, getattr(visit, "case", None)
    return {
        "here": reverse("counters:visit", args=[visit.pk]),
        "visit": visit,
        "reservation": visit.reservation,
        "person": visit.reservation or getattr(application, "applicant", None),
        "assisted_allowed": current_city().rules.signature.assisted,
        "application": application,
        "case": case,
        "version": etag(visit.state, visit.review_result, application and application.state, case and case.version),
        "rail": rail(visit, signing=signing),
        "steps": steps(visit) if visit.state in (VisitState.FINISHED, VisitState.LEFT) else [],
        "finish_form": FinishForm(visit=visit),
        "paper_allowed": current_city().rules.signature.paper_allowed(timezone.localdate()),
        "has_fees": bool(current_city().rules.counter.fees_of(visit.procedure.code)),
    }


def screen(request: StaffRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    office = own_office(request.user)
    grants = {"live_grant": grant(request, [f"office:{office.code}"])}
    return render(request, template, day_of(request, office) | grants | context, status=status)


def day_of(request: StaffRequest, office: Office) -> dict[str, Any]:
    """The left side."""
    search = SearchForm(request.GET or None)
    number = search.cleaned_data.get("number", "") if search.is_bound and search.is_valid() else ""
    today = timezone.localdate()
    entries, left_open = day_entries(office, today)
    found = [entry for entry in entries if number in entry.number] if number else entries
    return {
        "office": office,
        "search": search,
        "entries": found,
        "left_open": left_open,
        "next_up": next_up(entries),
        "to_receive": sum(entry.state == VisitState.EXPECTED for entry in entries),
        "in_hand": sum(entry.open and entry.state != VisitState.EXPECTED for entry in entries),
        "of_other_days": bookings_of_other_days(office, today, number) if number and not found else [],
        "today": today,
        "with_tickets": office.code in current_city().rules.counter.ticket_offices,
        "place": place_of(request),
        "places": PLACES,
        "here": request.GET.get("here", request.path),
    }
