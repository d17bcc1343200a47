"""The clerk's tablet: the day on the left, one visit on the right."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.actions import application_sign, application_sign_on_paper
from applications.models import ApplicationState, with_check_state
from audit.errors import Refused
from counters.access import visit_for
from counters.actions import visit_arrive, visit_finish, visit_leave, visit_miss, visit_serve, visit_walk_in
from counters.day import bookings_of_other_days, day_entries, rail
from counters.forms import FinishForm, SearchForm, SignatureForm, WalkInForm
from counters.models import Outcome, Visit, VisitState
from live.grants import grant
from postoffices.access import own_office
from postoffices.city import current_city
from postoffices.models import Office
from reservations.access import reservation_for_staff, reservations_in_scope


@require_safe
@requires("counters.serve")
def day(request: StaffRequest) -> HttpResponse:
    """The office's day; nothing chosen yet."""
    return _screen(request, "counters/day.html", {})


@require_safe
@requires("counters.serve")
def day_list(request: StaffRequest) -> HttpResponse:
    """The left side alone, for pushes and searching."""
    return render(request, "counters/_day_list.html", _day(request, own_office(request.user)))


@require_safe
@requires("counters.serve")
def booking(request: StaffRequest, number: str) -> HttpResponse:
    """A booking whose person has not arrived; one that has is shown as its visit."""
    reservation = with_check_state(reservations_in_scope(request.user)).get(
        pk=reservation_for_staff(request.user, number).pk
    )
    visit = getattr(reservation, "visit", None)
    if visit is not None and visit.state != "missed":
        return redirect("counters:visit", visit.pk)
    over = reservation.slot.starts_at <= timezone.now()
    for_today = timezone.localdate(reservation.slot.starts_at) == timezone.localdate()
    context = {"reservation": reservation, "missed": visit, "over": over, "for_today": for_today, "rail": rail(None)}
    return _screen(request, "counters/booking.html", context)


@require_POST
@requires("counters.serve")
def arrive(request: StaffRequest, number: str) -> HttpResponse:
    reservation = reservation_for_staff(request.user, number)
    try:
        visit = visit_arrive(reservation=reservation, by=actor_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("counters:booking", number)
    return redirect("counters:visit", visit.pk)


@require_POST
@requires("counters.serve")
def miss(request: StaffRequest, number: str) -> HttpResponse:
    """The booked person did not come. 受付する undoes it."""
    reservation = reservation_for_staff(request.user, number)
    try:
        visit_miss(reservation=reservation, by=actor_of(request))
        messages.success(request, "来局なしとして記録しました。来られたときは「受付する」を押してください。")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("counters:booking", number)


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def walk_in(request: StaffRequest) -> HttpResponse:
    """Somebody came without a booking."""
    office = own_office(request.user)
    form = WalkInForm(request.POST or None, office=office)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        visit = visit_walk_in(office=office, procedure=typed["procedure"], key=typed["key"], by=actor_of(request))
        return redirect("counters:visit", visit.pk)
    status = 422 if request.method == "POST" else 200
    return _screen(request, "counters/walk_in.html", {"form": form, "rail": rail(None)}, status)


def _version(request: StaffRequest, pk: int) -> str | None:
    """What the right side shows changes with these; the review's version counts its own changes."""
    own = Visit.objects.filter(pk=pk, office=own_office(request.user))
    row = own.values_list("state", "review_result", "application__state", "case__version").first()
    return _etag(*row) if row else None


def _etag(*seen: object) -> str:
    return '"' + "-".join(map(str, seen)) + '"'


@require_safe
@requires("counters.serve")
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    return _visit_screen(request, visit_for(request.user, pk))


@require_safe
@requires("counters.serve")
@condition(etag_func=_version)
def visit_pane(request: StaffRequest, pk: int) -> HttpResponse:
    """The right side alone, while the city reviews."""
    return render(request, "counters/_visit.html", _visit(visit_for(request.user, pk)))


@require_POST
@requires("counters.serve")
def serve(request: StaffRequest, pk: int) -> HttpResponse:
    return _then(request, pk, lambda visit: visit_serve(visit=visit, by=actor_of(request)))


@require_http_methods(["GET", "POST"])
@requires("applications.sign")
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """The applicant signs on the screen."""
    visit = visit_for(request.user, pk)
    if not _to_be_signed(visit):
        return redirect("counters:visit", pk)
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _signed(request, visit, form)
    status = 422 if request.method == "POST" else 200
    return _screen(request, "counters/sign.html", _visit(visit, signing=True) | {"form": form}, status)


def _to_be_signed(visit: Visit) -> bool:
    """Whether the person is at the counter and the form waits for a signature."""
    application = visit.application
    return (
        visit.state == VisitState.SERVING and application is not None and application.state == ApplicationState.DRAFTED
    )


def _signed(request: StaffRequest, visit: Visit, form: SignatureForm) -> HttpResponse:
    assert visit.application is not None  # noqa: S101 - the caller has looked
    application, strokes = visit.application, form.cleaned_data["strokes"]
    return _then(
        request, visit.pk, lambda _: application_sign(application=application, strokes=strokes, by=actor_of(request))
    )


@require_POST
@requires("applications.sign")
def sign_on_paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The printed form was signed by hand, while the profile allows it."""
    visit = visit_for(request.user, pk)
    application = visit.application
    if application is None or not _to_be_signed(visit):
        return redirect("counters:visit", pk)
    return _then(request, pk, lambda _: application_sign_on_paper(application=application, by=actor_of(request)))


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    """The visit's outcome; before the city's answer too, when papers are missing or the person is sent elsewhere."""
    visit = visit_for(request.user, pk)
    form = FinishForm(request.POST if request.method == "POST" else None, visit=visit)
    if request.method == "GET" and visit.state != VisitState.SERVING:
        return redirect("counters:visit", pk)
    if not form.is_valid():
        context = _visit(visit) | {"form": form, "finish_form": form}
        return _screen(request, "counters/finish.html", context, 422 if form.is_bound else 200)
    outcome, note = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["note"]
    return _then(request, pk, lambda visit: visit_finish(visit=visit, outcome=outcome, note=note, by=actor_of(request)))


@require_POST
@requires("counters.serve")
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """The person went away before the end."""
    return _then(request, pk, lambda visit: visit_leave(visit=visit, by=actor_of(request)))


def _then(request: StaffRequest, pk: int, act: Any) -> HttpResponse:
    """Do it and show the visit; a refusal becomes a message there."""
    try:
        act(visit_for(request.user, pk))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("counters:visit", pk)


def _visit_screen(request: StaffRequest, visit: Visit) -> HttpResponse:
    return _screen(request, "counters/visit.html", _visit(visit))


def _visit(visit: Visit, *, signing: bool = False) -> dict[str, Any]:
    """What the right side needs. The case comes from the room above by its reverse relation."""
    application, case = visit.application, getattr(visit, "case", None)
    return {
        "here": reverse("counters:visit", args=[visit.pk]),
        "visit": visit,
        "reservation": visit.reservation,
        "application": application,
        "case": case,
        "version": _etag(visit.state, visit.review_result, application and application.state, case and case.version),
        "rail": rail(visit, signing=signing),
        "finish_form": FinishForm(visit=visit),
        "paper_allowed": current_city().rules.signature.paper_allowed(timezone.localdate()),
    }


def _screen(request: StaffRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    office = own_office(request.user)
    grants = {"live_grant": grant(request, [f"office:{office.code}"])}
    return render(request, template, _day(request, office) | grants | context, status=status)


def _day(request: StaffRequest, office: Office) -> dict[str, Any]:
    """The left side."""
    search = SearchForm(request.GET or None)
    number = search.cleaned_data.get("number", "") if search.is_bound and search.is_valid() else ""
    entries = day_entries(office, timezone.localdate())
    found = [entry for entry in entries if number in entry.number] if number else entries
    return {
        "office": office,
        "search": search,
        "entries": found,
        "to_receive": sum(entry.state == VisitState.EXPECTED for entry in entries),
        "in_hand": sum(entry.open and entry.state != VisitState.EXPECTED for entry in entries),
        "of_other_days": bookings_of_other_days(office, timezone.localdate(), number) if number and not found else [],
        "today": timezone.localdate(),
        "here": request.GET.get("here", request.path),
    }
