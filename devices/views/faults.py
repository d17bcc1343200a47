"""Faults: the list, one with its course and its report, and what an office reports from its tablet."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from devices.access import clerks_office, devices_for, fault_for, faults_for
from devices.actions import fault_close, fault_repair, fault_report, fault_take
from devices.actions.leaving import not_free_because
from devices.forms import FaultForm, FaultStepForm, KeepersFaultForm
from devices.forms_leaving import ReplaceForm
from devices.listing import FAULT_VIEWS, OPEN, listed_faults
from devices.models import Device, DeviceState, Fault, FaultKind, FaultState, Replacement
from devices.papers.faults import fault_pdf as paper_of
from devices.views.register import INVALID, TOPICS, keeper_only
from live.grants import grant
from postoffices.city import current_city

SHOWN_TO_CLERK = 10


@require_safe
@requires("devices.view")
def faults(request: StaffRequest) -> HttpResponse:
    state = request.GET.get("state", OPEN)
    context = {
        "live_grant": grant(request, TOPICS),
        "faults": listed_faults(request.user, state)[:500],
        "state": state if state in FAULT_VIEWS else OPEN,
        "views": FAULT_VIEWS.items(),
        "may_keep": request.user.may("devices.keep"),
    }
    return render(request, "devices/faults.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.keep")
def fault_new(request: StaffRequest) -> HttpResponse:
    """What the keeper was told by telephone."""
    devices = Device.objects.in_use().select_related("office").order_by("seal_number")
    initial = {"key": uuid4(), "device": request.GET.get("device", "")}
    form = KeepersFaultForm(request.POST or None, devices=devices, initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data | {"kind": FaultKind(form.cleaned_data["kind"])}
        try:
            made = fault_report(by=actor_of(request), **typed)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"障害 {made.number} を受け付けました。")
            return redirect("devices:fault", made.pk)
    context = {"form": form, "refusal": refusal}
    return render(request, "devices/fault_new.html", context, status=INVALID if refusal or form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.view")
def fault(request: StaffRequest, pk: int) -> HttpResponse:
    """One fault; a POST by the keeper says what was done."""
    shown = fault_for(request.user, pk)
    if request.method != "POST":
        return fault_page(request, shown)
    keeper_only(request)
    form = FaultStepForm(request.POST)
    if not form.is_valid():
        return fault_page(request, shown, form=form)
    try:
        moved = _moved(shown, form, request)
    except Refused as refused:
        return fault_page(request, shown, refusal=refused.message, form=form)
    messages.success(request, f"障害 {moved.number} を「{moved.get_state_display()}」にしました。")
    return redirect("devices:fault", pk)


def _moved(shown: Fault, form: FaultStepForm, request: StaffRequest) -> Fault:
    typed, by = form.cleaned_data, actor_of(request)
    if typed["act"] == "take":
        return fault_take(fault=shown, text=typed["text"], by=by)
    if typed["act"] == "close":
        return fault_close(fault=shown, text=typed["text"], by=by)
    back_to = DeviceState(typed["back_to"]) if typed["back_to"] else None
    return fault_repair(fault=shown, cause=typed["cause"], measures=typed["text"], back_to=back_to, by=by)


def fault_page(
    request: StaffRequest,
    shown: Fault,
    *,
    refusal: str = "",
    form: FaultStepForm | None = None,
    replacing: ReplaceForm | None = None,
) -> HttpResponse:
    live_grant = grant(request, TOPICS)
    shown.refresh_from_db()
    device = shown.device
    broken = device is not None and device.state in (DeviceState.FAULTY, DeviceState.LOST)
    context = {
        "live_grant": live_grant,
        "fault": shown,
        "steps": shown.steps.select_related("by"),
        "may_keep": request.user.may("devices.keep"),
        "may_repair": shown.state in (FaultState.REPORTED, FaultState.HANDLING),
        "may_close": shown.state in (FaultState.REPAIRED, FaultState.REPLACED),
        "asks_where": broken,
        "form": form or FaultStepForm(),
        "replacing": replacing or (ReplaceForm(device=device) if device else None),
        "not_free": not_free_because(device, shown.kind, deliberate=False) if device else "",
        "replacement": Replacement.objects.filter(fault=shown).select_related("new").first(),
        "refusal": refusal,
    }
    wrong = bool(refusal or (form and form.errors) or (replacing and replacing.errors))
    return render(request, "devices/fault.html", context, status=INVALID if wrong else 200)


@require_safe
@requires("devices.view")
def fault_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """障害対応報告書."""
    shown = fault_for(request.user, pk)
    response = HttpResponse(paper_of(shown), content_type="application/pdf", headers={"Cache-Control": "no-store"})
    name = content_disposition_header(as_attachment=True, filename=f"障害対応報告書_{shown.number}.pdf")
    response["Content-Disposition"] = name or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.report")
def own(request: StaffRequest) -> HttpResponse:
    """The office's devices, and the form with which a clerk tells of a trouble."""
    office = clerks_office(request.user)
    devices = devices_for(request.user).filter(office=office).order_by("seal_number")
    form = FaultForm(request.POST or None, devices=devices, initial={"key": uuid4()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data | {"kind": FaultKind(form.cleaned_data["kind"])}
        try:
            made = fault_report(office=office, by=actor_of(request), **typed)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"機器担当に伝えました（受付番号 {made.number}）。")
            return redirect("devices:own")
    context = {
        "office": office,
        "devices": devices,
        "faults": faults_for(request.user).for_list()[:SHOWN_TO_CLERK],
        "form": form,
        "refusal": refusal,
        "desk": current_city().helpdesk,
    }
    return render(request, "devices/own.html", context, status=INVALID if refusal or form.errors else 200)
