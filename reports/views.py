"""Reports on screen: ask for one, watch it being made, take the files."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from live.grants import grant
from reports.access import report_for
from reports.actions import report_remark, report_request
from reports.forms import RemarksForm, RequestForm
from reports.models import Report, ReportKind, ReportState
from reports.papers import report_context
from vault.responses import object_response

TOPICS = ["reports"]
LISTED = 60


@requires("reports.view")
def report_list(request: StaffRequest) -> HttpResponse:
    """The newest reports; who may make one gets the form, and POST asks for it."""
    may_make = request.user.may("reports.make")
    if request.method == "POST" and not may_make:
        raise PermissionDenied
    refusal = ""
    form = RequestForm(request.POST or None, initial={"day": timezone.localdate() - timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        try:
            return _request(request, form)
        except Refused as error:
            refusal = error.message
    wrong = request.method == "POST"
    reports = Report.objects.order_by("-first_day", "kind")[:LISTED]
    context = {
        "form": form,
        "reports": reports,
        "refusal": refusal,
        "live_grant": grant(request, TOPICS),
        "may_make": may_make,
    }
    return render(request, "reports/list.html", context, status=422 if wrong else 200)


def _request(request: StaffRequest, form: RequestForm) -> HttpResponse:
    report = report_request(
        kind=ReportKind(form.cleaned_data["kind"]), day=form.cleaned_data["day"], by=actor_of(request)
    )
    return redirect("reports:report", report.pk)


@require_safe
@requires("reports.view")
def report_page(request: StaffRequest, pk: int) -> HttpResponse:
    report = report_for(request.user, pk)
    context = {
        "report": report,
        "remarks_form": RemarksForm(initial={"remarks": report.remarks}),
        "live_grant": grant(request, TOPICS),
        "may_make": request.user.may("reports.make"),
    }
    if report.figures:
        context |= report_context(report)
    return render(request, "reports/report.html", context)


def _version(request: HttpRequest, pk: int) -> str | None:
    seen = Report.objects.filter(pk=pk).values_list("state", "step", "made_at", "attempts").first()
    return '"' + "-".join(map(str, seen)) + '"' if seen else None


@require_safe
@requires("reports.view")
@condition(etag_func=_version)
def report_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The fragment that moves while a worker makes the report. A finished one reloads the page once."""
    report = report_for(request.user, pk)
    response = render(request, "reports/_progress.html", {"report": report})
    if report.state not in (ReportState.REQUESTED, ReportState.MAKING):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires("reports.make")
def report_remarks(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the remarks; with 「保存して作り直す」 the report is made anew at once."""
    report = report_for(request.user, pk)
    form = RemarksForm(request.POST)
    context = {"report": report, "remarks_form": form, "form": form, "may_make": True}
    if not form.is_valid():
        return render(request, "reports/report.html", context | report_context(report), status=422)
    report_remark(report=report, remarks=form.cleaned_data["remarks"], by=actor_of(request))
    try:
        report_request(kind=ReportKind(report.kind), day=report.first_day, by=actor_of(request))
    except Refused as error:
        messages.warning(request, error.message)
    return redirect("reports:report", pk)


@require_safe
@requires("reports.view")
def report_file(request: StaffRequest, pk: int, form: str) -> HttpResponse:
    """The finished report as `pdf` or `xlsx`. Raises Http404 while there is none."""
    report = report_for(request.user, pk)
    held = {"pdf": report.pdf, "xlsx": report.xlsx}.get(form)
    if held is None:
        raise Http404
    response = object_response(request, held, actor_of(request), "report")
    name = f"{report.get_kind_display()}_{report.first_day:%Y-%m-%d}.{form}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
