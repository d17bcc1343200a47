"""Figures on screen and as a workbook, and the telephone system's files."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.access import desk_for, desks_for, file_for
from helpdesk.actions.files import calls_read, calls_take_in
from helpdesk.actions.papers import figures_take_out
from helpdesk.desks import category_name
from helpdesk.figures import By, call_figures, ticket_figures
from helpdesk.forms import FileForm, PeriodForm
from helpdesk.models import CallFile, DeskCode
from helpdesk.papers import figures_xlsx

INVALID = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTED = 20
PREVIEWED = 20


def _period(request: StaffRequest) -> PeriodForm:
    """What the address asks for; without anything the last thirty days."""
    asked = "first_year" in request.GET
    today = timezone.localdate()
    initial = {"desk": DeskCode.CITIZEN, "first": today - timedelta(days=29), "last": today}
    return PeriodForm(request.GET if asked else None, initial=initial)


def _chosen(form: PeriodForm) -> dict[str, Any]:
    """Desk, first and last day; the usual ones for an address that makes no sense."""
    return form.cleaned_data if form.is_bound and form.is_valid() else dict(form.initial)


@require_safe
@requires("helpdesk.figures")
def figures(request: StaffRequest) -> HttpResponse:
    form = _period(request)
    chosen = _chosen(form)
    wanted = request.GET.get("by", "")
    by = By(wanted) if wanted in By.values else By.DAY
    span = (chosen["desk"], chosen["first"], chosen["last"])
    found = call_figures(by, *span)
    context = {
        "form": form,
        "chosen": chosen,
        "desk_label": DeskCode(chosen["desk"]).label,
        "by": by,
        "ways": By.choices,
        "rows": found.rows,
        "total": found.total,
        "totals": [found.total],
        "months": found.months,
        "tickets": ticket_figures(*span),
        "query": request.GET.urlencode(),
        "may_see_calls": request.user.may("helpdesk.work"),
        "may_import": request.user.may("helpdesk.import"),
    }
    return render(request, "helpdesk/figures.html", context, status=INVALID if form.errors else 200)


@require_safe
@requires("helpdesk.figures")
def figures_file(request: StaffRequest) -> HttpResponse:
    """All tables of the period as one workbook."""
    chosen = _chosen(_period(request))
    desk, first, last = chosen["desk"], chosen["first"], chosen["last"]
    written = figures_xlsx(desk, first, last)
    figures_take_out(
        about=request.user, desk=desk, first=first.isoformat(), last=last.isoformat(), by=actor_of(request)
    )
    name = f"入電集計_{DeskCode(desk).label}_{first:%Y%m%d}-{last:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    return HttpResponse(written, content_type=XLSX, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("helpdesk.import")
def files(request: StaffRequest) -> HttpResponse:
    """A file to read, and those that were read."""
    desk = desk_for(request.user, request.GET.get("desk", ""))
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    refusal = ""
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            held = calls_read(desk=desk, name=upload.name, content=upload.read(), by=actor_of(request))
            return redirect("helpdesk:file", held.pk)
        except Refused as refused:
            refusal = refused.message
    listed = CallFile.objects.filter(desk=desk).defer("rows").order_by("-read_at")[:LISTED]
    desks = [(code, DeskCode(code).label) for code in desks_for(request.user)]
    context = {"form": form, "desk": desk, "desks": desks, "files": listed, "refusal": refusal}
    return render(request, "helpdesk/files.html", context, status=INVALID if refusal or form.errors else 200)


@require_safe
@requires("helpdesk.import")
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """What was read: the first rows, and every row that could not be."""
    return _file_page(request, file_for(request.user, pk))


def _file_page(request: StaffRequest, held: CallFile, refusal: str = "") -> HttpResponse:
    context = {
        "file": held,
        "rows": [_shown(row, held.desk) for row in held.rows[:PREVIEWED]],
        "desk_label": DeskCode(held.desk).label,
        "refusal": refusal,
    }
    return render(request, "helpdesk/file.html", context, status=INVALID if refusal else 200)


def _shown(row: dict[str, Any], desk: str) -> dict[str, Any]:
    """A row as people read it: moments, and the category's name."""
    moments = {
        name: row[name] and datetime.fromisoformat(row[name]) for name in ("offered_at", "answered_at", "ended_at")
    }
    return row | moments | {"category": category_name(desk, row["category"])}


@require_POST
@requires("helpdesk.import")
def file_take(request: StaffRequest, pk: int) -> HttpResponse:
    held = file_for(request.user, pk)
    try:
        calls_take_in(held=held, by=actor_of(request))
    except Refused as refused:
        return _file_page(request, held, refused.message)
    return redirect("helpdesk:file", pk)
