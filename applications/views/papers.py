"""Application forms as PDF: for a booking, or for an office's whole day (fukuoka-14)."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.access import application_for, applications_by_number
from applications.actions import application_draft, day_list_take_out, forms_draft, forms_take_out
from applications.batches.actions import form_batch_request
from applications.days import day_rows, printed_in_vain
from applications.forms import WorklistForm
from applications.models import Application
from applications.papers import forms_pdf
from applications.worklist import day_in
from audit.errors import Refused
from postoffices.access import office_for
from postoffices.city import current_city
from postoffices.models import Office
from reservations.access import offices_in_scope, reservation_for_staff
from vault.actions import object_read
from writing.papers import pdf

# More would keep the person before an empty page.
MOST_AT_ONCE = 8


@require_safe
@requires("applications.form")
def forms(request: StaffRequest) -> HttpResponse:
    """The bookings of an office's day with their forms."""
    typed = WorklistForm(request.GET, user=request.user, all_offices=False) if "on_year" in request.GET else None
    day = (typed.typed_day() if typed else None) or day_in(request.GET.get("day", "")) or timezone.localdate()
    office = _office(request)
    initial = {"on": day, "office": office.code if office else ""}
    context = {
        "form": typed or WorklistForm(initial=initial, user=request.user, all_offices=False),
        "day": day,
        "office": office,
        "rows": day_rows(request.user, office, day) if office else [],
        "in_vain": printed_in_vain(request.user, office, day) if office else [],
    }
    return render(request, "applications/forms.html", context)


def _office(request: StaffRequest) -> Office | None:
    """The chosen office, else the person's first. Raises Http404 for one outside the scope."""
    if code := request.GET.get("office"):
        return office_for(request.user, code)
    return offices_in_scope(request.user).order_by("ward__position", "position").first()


@require_safe
@requires("applications.form")
def form_pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The form as it is now: to be filled in, signed, or as it was sealed and kept."""
    return _pdf(request, [application_for(request.user, number)], f"shinseisho-{number}")


@require_POST
@requires("applications.form")
def booking_form_pdf(request: StaffRequest, number: str) -> HttpResponse:
    """Make the booking's form, unless it was made before, and show it."""
    try:
        application = application_draft(reservation=reservation_for_staff(request.user, number), by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("applications:forms")
    return redirect("applications:form_pdf", application.number)


@require_POST
@requires("applications.form")
def day_forms_pdf(request: StaffRequest, office: str, day: str) -> HttpResponse:
    """All forms of an office's day as one PDF; those still missing are made now. Many are made by a worker."""
    place, on = office_for(request.user, office), day_in(day)
    rows = day_rows(request.user, place, on) if on else []
    if on is None or not rows:
        messages.info(request, "この日の予約がないため、申請書はありません。")
        return redirect(_address(place, on))
    if len(rows) > MOST_AT_ONCE:
        batch = form_batch_request(office=place, day=on, by=actor_of(request))
        return redirect("applications:form_batch", batch.pk)
    drafted = forms_draft(reservations=[row.reservation for row in rows], by=actor_of(request))
    forms = applications_by_number(request.user, [application.number for application in drafted])
    return _pdf(request, forms, f"shinseisho-{place.code}-{on:%Y%m%d}")


@require_POST
@requires("applications.form")
def day_list_pdf(request: StaffRequest, office: str, day: str) -> HttpResponse:
    """The list that lies on top of the day's forms: what is there, and what has changed since it was printed."""
    place, on = office_for(request.user, office), day_in(day)
    if on is None:
        return redirect(_address(place, None))
    drafted = forms_draft(
        reservations=[row.reservation for row in day_rows(request.user, place, on)], by=actor_of(request)
    )
    context = {
        "city": current_city(),
        "office": place,
        "day": on,
        "rows": day_rows(request.user, place, on),
        "in_vain": printed_in_vain(request.user, place, on),
        "made_at": timezone.now(),
    }
    if drafted:
        day_list_take_out(applications=drafted, by=actor_of(request))
    return _file(pdf("applications/print/day_list.html", context), f"shinseisho-ichiran-{place.code}-{on:%Y%m%d}")


def _file(written: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store, private"}
    return HttpResponse(written, content_type="application/pdf", headers=headers)


def _address(office: Office, day: date | None) -> str:
    return f"{reverse('applications:forms')}?office={office.code}" + (f"&day={day.isoformat()}" if day else "")


def _pdf(request: StaffRequest, applications: Sequence[Application], name: str) -> HttpResponse:
    """Recorded, and kept by no browser or proxy: it holds addresses and signatures."""
    try:
        written = _written(request, applications)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("applications:forms")
    forms_take_out(applications=applications, by=actor_of(request))
    return _file(written, name)


def _written(request: StaffRequest, applications: Sequence[Application]) -> bytes:
    """One form that is kept already goes out as it was sealed; everything else is drawn. Raises Refused."""
    kept = applications[0].document if len(applications) == 1 else None
    if kept is not None:
        return object_read(held=kept, by=actor_of(request), purpose="application_form")
    return forms_pdf(applications, by=actor_of(request))
