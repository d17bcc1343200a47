"""Staff pages: the city's places, and one place with its month."""

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, requires
from postoffices.access import office_for, offices_for
from postoffices.forms import month_asked
from postoffices.hours import hours_text
from postoffices.models import Ward
from postoffices.overview import calendar_rows, capacity_on, closures_text, month_grid, office_rows
from postoffices.rules import months_after

WHOLE_OFFICE = (
    "procedures",
    "capacity_periods",
    "calendar__weekly_hours",
    "calendar__closures",
    "calendar__dated_openings",
)


@require_safe
@requires("postoffices.view")
def office_list(request: StaffRequest) -> HttpResponse:
    """All places by ward, with hours, capacity and today's state; one ward with `?ward=`."""
    now = timezone.now()
    offices = offices_for(request.user)
    ward = request.GET.get("ward", "")
    calendars = calendar_rows(now)
    wards = office_rows(offices.filter(ward__code=ward) if ward else offices, calendars, now)
    rows = [row for held in wards for row in held.rows]
    context = {
        "wards": wards,
        "filters": Ward.objects.all(),
        "chosen": ward,
        "total": len(rows),
        "open_today": sum(row.today.is_open for row in rows),
        "calendars": calendars,
        "today": timezone.localtime(now).date(),
    }
    return render(request, "postoffices/list.html", context)


@require_safe
@requires("postoffices.view")
def office_page(request: StaffRequest, code: str) -> HttpResponse:
    """One place: facts, the month's calendar with reasons, capacity periods."""
    office = office_for(request.user, code)
    prefetch_related_objects([office], *WHOLE_OFFICE)
    today = timezone.localdate()
    month = month_asked(request.GET.get("month", ""), today)
    context = {
        "office": office,
        "procedures": office.procedures.all(),
        "month": month,
        "weeks": month_grid(office, month, today),
        "before": months_after(month, -1),
        "after": months_after(month, 1),
        "capacity": office.capacity_periods.all(),
        "current": capacity_on(office, today),
        "hours": hours_text(office.calendar),
        "closures": closures_text(office.calendar),
    }
    return render(request, "postoffices/office.html", context)
