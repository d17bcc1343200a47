"""The week of one procedure at an office, from typing over the preview to saving."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from postoffices.access import office_for
from postoffices.hours import hours_text
from postoffices.models import Office, Procedure
from postoffices.supply.procedures import Hours, hours_of
from postoffices.supply.weeks import WeekEdit, WeekKind
from reservations.supply.actions import edit_plan, supply_edit
from reservations.supply.editforms import WeekForm, offices_of, week_typed
from reservations.supply.effects import effects_of
from reservations.supply.views.calendar import CONFLICT, REFUSED, saved_words
from reservations.supply.wording import week_words


@require_safe
@requires("reservations.supply")
def week(request: StaffRequest, code: str, procedure: str) -> HttpResponse:
    """The week as it stands, and the form that changes it."""
    office, chosen = _place(request, code, procedure)
    return _page(request, office, chosen, WeekForm(initial=week_typed(_hours(office, chosen))))


def _place(request: StaffRequest, code: str, procedure: str) -> tuple[Office, Procedure]:
    """Raises Http404, also for a procedure that the office does not offer."""
    office = office_for(request.user, code)
    return office, get_object_or_404(office.procedures, code=procedure)


def _hours(office: Office, procedure: Procedure) -> Hours:
    today = timezone.localdate()
    return hours_of([office], today, today)[office.pk].get(procedure.code, Hours())


def _page(
    request: StaffRequest, office: Office, procedure: Procedure, form: WeekForm, status: int = 200
) -> HttpResponse:
    hours = _hours(office, procedure)
    context = {
        "office": office,
        "procedure": procedure,
        "form": form,
        "hours": hours_text(office.calendar),
        "words": week_words(hours.week),
        "profile_words": week_words(hours.profile_week),
    }
    return render(request, "reservations/supply/week.html", context, status=status)


@require_POST
@requires("reservations.supply")
def preview(request: StaffRequest, code: str, procedure: str) -> HttpResponse:
    """What the change would do to times and bookings; nothing is saved."""
    office, chosen = _place(request, code, procedure)
    form = WeekForm(request.POST)
    if "again" in request.POST or not form.is_valid():
        return _page(request, office, chosen, form, status=REFUSED if "again" not in request.POST else 200)
    return _preview_page(request, office, chosen, form)


def _preview_page(
    request: StaffRequest, office: Office, procedure: Procedure, form: WeekForm, refusal: str = ""
) -> HttpResponse:
    edit, offices = form.edit(procedure), offices_of(form.cleaned_data["scope"], office, procedure)
    plan = edit_plan(offices, edit)
    context: dict[str, Any] = {
        "office": office,
        "offices": offices,
        "procedure": procedure,
        "form": form,
        "edit": edit,
        "words": _words(edit, _hours(office, procedure)),
        "effects": effects_of(plan),
        "seen": plan.digest(),
        "refusal": refusal,
    }
    page = "reservations/supply/week_preview.html"
    return render(request, page, context, status=CONFLICT if refusal else 200)


def _words(edit: WeekEdit, hours: Hours) -> str:
    return week_words(hours.profile_week if edit.kind == WeekKind.PROFILE else edit.week)


@require_POST
@requires("reservations.supply")
def save(request: StaffRequest, code: str, procedure: str) -> HttpResponse:
    """Save what the preview showed. When others would lose their time by now, the preview is shown anew."""
    office, chosen = _place(request, code, procedure)
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _page(request, office, chosen, form, status=REFUSED)
    try:
        plan = supply_edit(
            offices=offices_of(form.cleaned_data["scope"], office, chosen),
            edit=form.edit(chosen),
            seen=request.POST.get("seen", ""),
            tell=request.POST.get("tell") == "on",
            by=actor_of(request),
        )
    except Refused as refused:
        return _preview_page(request, office, chosen, form, refused.message)
    messages.success(request, saved_words("受付時間", len(plan.orphaned)))
    return HttpResponseRedirect(reverse("supply:calendar", args=[code]))
