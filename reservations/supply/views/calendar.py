"""The bureau's calendar of one office, and an edit from typing over the preview to saving."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from postoffices.access import office_for, offices_for
from postoffices.forms import month_asked
from postoffices.models import Office
from postoffices.rules import months_after
from postoffices.supply.days import almanac
from reservations.deadlines import last_bookable_day
from reservations.supply.actions import edit_plan, supply_edit
from reservations.supply.calendar import day_cells, month_cells, month_ends, procedures_of, week_of
from reservations.supply.editforms import EditForm
from reservations.supply.effects import effects_of
from reservations.supply.wording import day_changes, edits_of

REFUSED = 422
CONFLICT = 409


@require_safe
@requires("reservations.supply")
def home(request: StaffRequest) -> HttpResponse:
    """The calendar of the first office."""
    first = offices_for(request.user).order_by("ward__position", "position").first()
    if first is None:
        return render(request, "reservations/supply/no_office.html")
    return HttpResponseRedirect(reverse("supply:calendar", args=[first.code]))


@require_safe
@requires("reservations.supply")
def calendar(request: StaffRequest, code: str) -> HttpResponse:
    """A month (`?month=2026-12`) or a week (`?week=2026-12-06`), with the form for an edit beside it."""
    office = _place(request, code)
    chosen = _day(request.GET.get("day", ""))
    form = EditForm(initial={"first": chosen} if chosen else None, office=office)
    return _page(request, office, form)


def _page(request: StaffRequest, office: Office, form: EditForm, status: int = 200) -> HttpResponse:
    context = _shown(request, office) | {
        "office": office,
        "offices": offices_for(request.user).order_by("ward__position", "position"),
        "form": form,
        "horizon": last_bookable_day(),
    }
    return render(request, "reservations/supply/calendar.html", context, status=status)


def _shown(request: StaffRequest, office: Office) -> dict[str, Any]:
    if week := _day(request.GET.get("week", "")):
        return _week(office, week - timedelta(days=(week.weekday() + 1) % 7))
    return _month(office, month_asked(request.GET.get("month", ""), timezone.localdate()))


def _week(office: Office, sunday: date) -> dict[str, Any]:
    saturday = sunday + timedelta(days=6)
    held = almanac([office], sunday, saturday)
    rows, seats = week_of(office, sunday)
    return {
        "sunday": sunday,
        "days": day_cells(office, held, seats),
        "rows": rows,
        "edits": edits_of(office, held, sunday, saturday),
        "procedures": procedures_of(office, held),
        "before": sunday - timedelta(days=7),
        "after": sunday + timedelta(days=7),
    }


def _month(office: Office, month: date) -> dict[str, Any]:
    held = almanac([office], *month_ends(month))
    return {
        "month": month,
        "weeks": month_cells(office, held, month),
        "edits": edits_of(office, held, month, months_after(month, 1) - timedelta(days=1)),
        "procedures": procedures_of(office, held),
        "before": months_after(month, -1),
        "after": months_after(month, 1),
    }


def _place(request: StaffRequest, code: str) -> Office:
    """The office with its procedures, which form, table and week all name. Raises Http404."""
    office = office_for(request.user, code)
    prefetch_related_objects([office], "procedures")
    return office


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@requires("reservations.supply")
def preview(request: StaffRequest, code: str) -> HttpResponse:
    """What the edit would do to times and bookings; nothing is saved."""
    office = _place(request, code)
    form = EditForm(request.POST, office=office)
    if "again" in request.POST or not form.is_valid():
        return _page(request, office, form, status=REFUSED if "again" not in request.POST else 200)
    return _preview_page(request, office, form)


def _preview_page(request: StaffRequest, office: Office, form: EditForm, refusal: str = "") -> HttpResponse:
    edit, offices = form.edit(), form.offices(office)
    plan = edit_plan(offices, edit)
    changes, more_days = day_changes(offices, edit)
    context = {
        "office": office,
        "offices": offices,
        "form": form,
        "edit": edit,
        "effects": effects_of(plan),
        "changes": changes,
        "more_days": more_days,
        "seen": plan.digest(),
        "refusal": refusal,
    }
    return render(request, "reservations/supply/preview.html", context, status=CONFLICT if refusal else 200)


@require_POST
@requires("reservations.supply")
def save(request: StaffRequest, code: str) -> HttpResponse:
    """Save what the preview showed. When others would lose their time by now, the preview is shown anew."""
    office = _place(request, code)
    form = EditForm(request.POST, office=office)
    if not form.is_valid():
        return _page(request, office, form, status=REFUSED)
    edit, tell = form.edit(), request.POST.get("tell") == "on"
    try:
        plan = supply_edit(
            offices=form.offices(office),
            edit=edit,
            seen=request.POST.get("seen", ""),
            tell=tell,
            by=actor_of(request),
        )
    except Refused as refused:
        return _preview_page(request, office, form, refused.message)
    messages.success(request, saved_words("予約枠", len(plan.orphaned)))
    return HttpResponseRedirect(f"{reverse('supply:calendar', args=[code])}?month={edit.first:%Y-%m}")


def saved_words(what: str, orphaned: int) -> str:
    """What was changed, and what is to be done about those who lost their time."""
    if orphaned:
        lost = f"枠がなくなった予約が{orphaned}件あります。"
        return f"{what}を変更しました。{lost}「枠のない予約」で案内の状況を確認してください。"
    return f"{what}を変更しました。"
