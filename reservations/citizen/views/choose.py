"""Steps one to three: procedure, place, time. A chosen time is held at once."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refused
from postoffices.city import current_city
from postoffices.eligibility import eligibility
from postoffices.known import known_procedures
from postoffices.models import Office, Procedure
from reservations.availability import soonest, times
from reservations.citizen.forms import EligibilityForm
from reservations.citizen.gate import behind_gate
from reservations.citizen.gone import answers_old_links
from reservations.citizen.months import month_page
from reservations.citizen.places import bookable_from, next_free_anywhere, own_hours, places_by_ward
from reservations.citizen.road import bookable_office, hold_address, online_procedure, posted, slot_number
from reservations.citizen.taking import take_seat
from reservations.citizen.together import choices_of_people, people_of
from reservations.deadlines import last_bookable_day
from reservations.errors import SlotClosed
from writing.dates import local_day

CONFLICT = 409
INVALID = 422
# As many as leave the calendar in sight on a phone.
SOON_TIMES = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "reservations/citizen/home.html")


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """Step one."""
    offered = [procedure for procedure in known_procedures() if procedure.bookable_online]
    return render(request, "reservations/citizen/procedures.html", {"procedures": offered})


@require_http_methods(["GET", "HEAD", "POST"])
@answers_old_links
def procedure(request: HttpRequest, procedure: str) -> HttpResponse:
    """What to bring, and whether one may come: the dates are judged here and kept nowhere."""
    chosen = online_procedure(procedure)
    form = EligibilityForm(posted(request), procedure=chosen)
    answer = None
    if form.is_valid():
        answer = eligibility(
            chosen,
            birth_date=form.cleaned_data["birth_date"],
            certificate_expiry=form.cleaned_data.get("certificate_expiry"),
            card_expiry=form.cleaned_data["card_expiry"],
            today=timezone.localdate(),
            rules=current_city().rules.eligibility,
        )
    instead = _instead(answer.instead) if answer else None
    context = {"procedure": chosen, "form": form, "answer": answer, "instead": instead}
    status = INVALID if form.errors else 200
    return render(request, "reservations/citizen/procedure.html", context, status=status)


def _instead(rule: str) -> Procedure | None:
    """The procedure of another rule that somebody is sent to."""
    return next((procedure for procedure in known_procedures() if rule and procedure.eligibility == rule), None)


@require_safe
@answers_old_links
def places(request: HttpRequest, procedure: str) -> HttpResponse:
    """Step two."""
    chosen = online_procedure(procedure)
    people = people_of(request.GET)
    wards = places_by_ward(chosen, people)
    context = people_context(people) | {
        "procedure": chosen,
        "wards": wards,
        "next_free": next_free_anywhere(wards),
        "last_day": last_bookable_day(),
    }
    return render(request, "reservations/citizen/places.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_old_links
@behind_gate
def month(request: HttpRequest, procedure: str, office: str) -> HttpResponse:
    """Step three: the month, and the times that are free soonest. This address is the office's deep link."""
    chosen = online_procedure(procedure)
    place = bookable_office(chosen, office)
    refusal = ""
    if request.method == "POST":
        taken = hold_chosen(request, chosen)
        if isinstance(taken, HttpResponse):
            return taken
        refusal = taken.message
    people = people_of(request.POST if refusal else request.GET)
    context = month_context(place, chosen, request.GET.get("month", ""), people) | {"refusal": refusal}
    return render(request, "reservations/citizen/month.html", context, status=CONFLICT if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_old_links
@behind_gate
def day(request: HttpRequest, procedure: str, office: str, day: str) -> HttpResponse:
    """The times of one day, each a button."""
    chosen = online_procedure(procedure)
    place = bookable_office(chosen, office)
    wanted = day_of(day)
    refusal = ""
    if request.method == "POST":
        taken = hold_chosen(request, chosen)
        if isinstance(taken, HttpResponse):
            return taken
        refusal = taken.message
    people = people_of(request.POST if refusal else request.GET)
    context = people_context(people) | {
        "procedure": chosen,
        "office": place,
        "day": wanted,
        "times": times(place, chosen, wanted, people),
        "soonest": soonest(place, chosen, SOON_TIMES, people) if refusal else [],
        "refusal": refusal,
    }
    return render(request, "reservations/citizen/day.html", context, status=CONFLICT if refusal else 200)


def hold_chosen(request: HttpRequest, procedure: Procedure) -> HttpResponseRedirect | Refused:
    """Hold the time whose button was pressed and go on to the form; or why that was refused."""
    slot_id = slot_number(request.POST)
    if slot_id is None:
        return SlotClosed()
    people = people_of(request.POST)
    try:
        hold, token = take_seat(request, slot_id=slot_id, procedure=procedure, people=people)
    except Refused as refused:
        return refused
    return HttpResponseRedirect(hold_address("form", token, slot_id=hold.slot_id, procedure=procedure, people=people))


def people_context(people: int) -> dict[str, Any]:
    """How many come, and how the page's addresses say so."""
    several = people > 1
    return {
        "people": people,
        "people_choices": choices_of_people(people),
        "people_query": f"?people={people}" if several else "",
        "and_people": f"&people={people}" if several else "",
    }


def month_context(office: Office, procedure: Procedure, wanted: str, people: int = 1) -> dict[str, Any]:
    """What every page with a month needs."""
    free = soonest(office, procedure, SOON_TIMES, people)
    first_free = local_day(free[0].starts_at) if free else None
    return people_context(people) | {
        "procedure": procedure,
        "office": office,
        "soonest": free,
        "month": month_page(office, procedure, wanted, first_free, people),
        "last_day": last_bookable_day(),
        "bookable_from": bookable_from(office),
        "own_hours": own_hours(office, procedure),
    }


def day_of(text: str) -> date:
    """A day in an address. Raises Http404."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
