"""Setting up, replacement and erasure on screen."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.actors import Actor
from audit.errors import Refused
from devices.access import device_for, erasure_for, erasures_for, fault_for
from devices.actions.leaving import (
    device_kit,
    device_replace,
    erasure_approve,
    erasure_clear,
    erasure_confirm,
    erasure_plan,
    erasure_purge,
    erasure_refuse,
    erasure_submit,
)
from devices.forms_leaving import (
    CITYS_TURN,
    KEEPERS_TURN,
    ClearForm,
    ErasureForm,
    KittingForm,
    PurgeForm,
    RemarksForm,
    ReplaceForm,
)
from devices.models import Erasure, ErasureCause, ErasureState, Level, Method
from devices.papers.erasure import certificate_pdf
from devices.views.faults import fault_page
from devices.views.register import INVALID, TOPICS, device_page, keeper_only
from live.grants import grant
from writing.forms import Form


@require_POST
@requires("devices.keep")
def kit(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything that the profile asks for was checked: the device may go to an office."""
    device = device_for(request.user, pk)
    form = KittingForm(request.POST, device=device)
    if not form.is_valid():
        return device_page(request, device, kitting=form)
    try:
        device_kit(device=device, checked=form.cleaned_data["points"], by=actor_of(request))
    except Refused as refused:
        return device_page(request, device, refusal=refused.message, kitting=form)
    messages.success(request, f"{device.seal_number}の初期設定を確認しました。設置できます。")
    return redirect("devices:device", pk)


@require_POST
@requires("devices.keep")
def replace(request: StaffRequest, pk: int) -> HttpResponse:
    """Another device in the place of the one that the fault is about."""
    fault = fault_for(request.user, pk)
    if fault.device is None:
        return fault_page(request, fault, refusal="機器の分からない障害では、交換できません。")
    form = ReplaceForm(request.POST, device=fault.device)
    if not form.is_valid():
        return fault_page(request, fault, replacing=form)
    try:
        made = device_replace(fault=fault, by=actor_of(request), **form.cleaned_data)
    except Refused as refused:
        return fault_page(request, fault, refusal=refused.message, replacing=form)
    cost = "無償で" if made.free else "協議のうえ"
    messages.success(request, f"{made.old.seal_number}を{cost}{made.new.seal_number}と交換しました。")
    return redirect("devices:fault", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.view")
def erasures(request: StaffRequest) -> HttpResponse:
    """Every erasure, those with the nearest day first; a POST by the keeper begins one."""
    form = ErasureForm(request.POST) if request.method == "POST" else ErasureForm()
    refusal = ""
    if request.method == "POST":
        keeper_only(request)
        if form.is_valid():
            typed = form.cleaned_data | {"cause": ErasureCause(form.cleaned_data["cause"])}
            try:
                made = erasure_plan(by=actor_of(request), **typed)
            except Refused as refused:
                refusal = refused.message
            else:
                return redirect("devices:erasure", made.pk)
    context = {
        "live_grant": grant(request, TOPICS),
        "erasures": erasures_for(request.user).for_list(),
        "today": timezone.localdate(),
        "may_keep": request.user.may("devices.keep"),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "devices/erasures.html", context, status=INVALID if refusal or form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.view")
def erasure(request: StaffRequest, pk: int) -> HttpResponse:
    """One erasure; a POST is its next step, by whoever's turn it is."""
    shown = erasure_for(request.user, pk)
    if request.method != "POST":
        return _page(request, shown, None)
    form = _form_of(request, shown)
    if not form.is_valid():
        return _page(request, shown, form)
    try:
        _step(shown, form, actor_of(request))
    except Refused as refused:
        return _page(request, shown, form, refused.message)
    messages.success(request, f"{shown.number}を記録しました。")
    return redirect("devices:erasure", pk)


def _form_of(request: StaffRequest, shown: Erasure) -> Form:
    """The form of the step that was sent. Raises PermissionDenied when it is not this person's turn."""
    state = ErasureState(shown.state)
    if state in KEEPERS_TURN and request.user.may("devices.keep"):
        return {"clear": ClearForm, "purge": PurgeForm, "submit": Form}[KEEPERS_TURN[state]](request.POST)
    if state in CITYS_TURN and request.user.may("devices.approve"):
        return (RemarksForm if "refuse" in request.POST else Form)(request.POST)
    raise PermissionDenied


def _step(shown: Erasure, form: Form, by: Actor) -> Erasure:
    typed: dict[str, Any] = form.cleaned_data
    if isinstance(form, RemarksForm):
        return erasure_refuse(erasure=shown, remarks=typed["remarks"], by=by)
    if isinstance(form, ClearForm):
        method, level = Method(typed["method"]), Level(typed["level"])
        return erasure_clear(
            erasure=shown, method=method, level=level, place=typed["place"], agreement=typed["agreement"], by=by
        )
    if isinstance(form, PurgeForm):
        return erasure_purge(erasure=shown, method=Method(typed["method"]) if typed["method"] else None, by=by)
    match ErasureState(shown.state):
        case ErasureState.CLEARED:
            return erasure_confirm(erasure=shown, by=by)
        case ErasureState.SUBMITTED:
            return erasure_approve(erasure=shown, by=by)
    return erasure_submit(erasure=shown, by=by)


def _page(request: StaffRequest, shown: Erasure, form: Form | None, refusal: str = "") -> HttpResponse:
    live_grant = grant(request, TOPICS)
    shown.refresh_from_db()
    state = ErasureState(shown.state)
    keepers = KEEPERS_TURN.get(state, "") if request.user.may("devices.keep") else ""
    citys = CITYS_TURN.get(state, "") if request.user.may("devices.approve") else ""
    fresh = {"clear": ClearForm, "purge": PurgeForm}.get(keepers, Form)()
    context = {
        "live_grant": live_grant,
        "erasure": shown,
        "device": shown.device,
        "today": timezone.localdate(),
        "turn": keepers,
        "citys_turn": citys,
        "form": form or fresh,
        "remarks_form": form if isinstance(form, RemarksForm) else RemarksForm(),
        "refusal": refusal,
    }
    wrong = bool(refusal or (form and form.errors))
    return render(request, "devices/erasure.html", context, status=INVALID if wrong else 200)


@require_safe
@requires("devices.view")
def erasure_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """消去証明書: as it was approved, or as it would be handed in."""
    shown = erasure_for(request.user, pk)
    content = bytes(shown.certificate) if shown.certificate else certificate_pdf(shown)
    response = HttpResponse(content, content_type="application/pdf", headers={"Cache-Control": "no-store, private"})
    name = content_disposition_header(as_attachment=True, filename=f"消去証明書_{shown.number}.pdf")
    response["Content-Disposition"] = name or "attachment"
    return response
