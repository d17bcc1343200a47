"""The register: the list and its papers, one device, and what its keeper writes."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from devices.access import device_for, devices_for, place_for, places
from devices.actions import device_add, device_change, device_move
from devices.forms import DeviceForm, MoveForm, facts_of, new_device, next_states
from devices.forms_leaving import KittingForm
from devices.listing import Chosen, by_office, chips, listed, next_seal_number
from devices.managing import management_of
from devices.models import Device, DeviceKind, DeviceState
from devices.papers.register import register_pdf, register_workbook, seals_pdf
from live.grants import grant

TOPICS = ["devices"]
INVALID = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires("devices.view")
def device_list(request: StaffRequest) -> HttpResponse:
    """The register, narrowed by what the address says; by place with `by=office`."""
    live_grant = grant(request, TOPICS)
    chosen = Chosen.of(request.GET)
    kinds, states = chips(request.user, chosen)
    context = {
        "live_grant": live_grant,
        "devices": listed(request.user, chosen),
        "offices": places(),
        "kinds": kinds,
        "states": states,
        "chosen": chosen,
        "query": chosen.address(),
        "may_keep": request.user.may("devices.keep"),
    }
    return render(request, "devices/list.html", context)


@require_safe
@requires("devices.view")
def by_place(request: StaffRequest) -> HttpResponse:
    """What stands where: every place with its devices, for checking an office's devices on the spot."""
    context = {"offices": by_office(devices_for(request.user).for_list()), "live_grant": grant(request, TOPICS)}
    return render(request, "devices/by_place.html", context)


@require_safe
@requires("devices.view")
def register_file(request: StaffRequest, form: str) -> HttpResponse:
    """The register as it is narrowed, `pdf` or `xlsx`; `seals` are the seals of these devices."""
    chosen = Chosen.of(request.GET)
    devices = list(listed(request.user, chosen))
    if form == "xlsx":
        return _file(register_workbook(devices), XLSX, "機器台帳.xlsx")
    if form == "pdf":
        return _file(register_pdf(devices, narrowed=_words(request, chosen)), "application/pdf", "機器台帳.pdf")
    if form == "seals":
        return _file(seals_pdf(devices), "application/pdf", "機器管理シール.pdf")
    raise Http404


def _words(request: StaffRequest, chosen: Chosen) -> str:
    office = place_for(request.user, chosen.office).name if chosen.office else ""
    kind = DeviceKind(chosen.kind).label if chosen.kind else ""
    state = DeviceState(chosen.state).label if chosen.state else ""
    words = f"「{chosen.words}」を含む" if chosen.words else ""
    return "、".join(filter(None, [kind, state, office, words]))


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type, headers={"Cache-Control": "no-store, private"})
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.keep")
def new(request: StaffRequest) -> HttpResponse:
    """A new device; `like` takes over what the one before it has in common with the next."""
    form = DeviceForm(request.POST or None, initial=_proposed(request))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = device_add(key=form.cleaned_data["key"], facts=form.facts(), by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"{made.seal_number}（{made.get_kind_display()}）を登録しました。")
            if "again" in request.POST:
                return redirect(f"{request.path}?like={made.pk}")
            return redirect("devices:device", made.pk)
    context = {"form": form, "device": None, "refusal": refusal}
    return render(request, "devices/edit.html", context, status=INVALID if refusal or form.errors else 200)


def _proposed(request: StaffRequest) -> dict[str, Any]:
    like = request.GET.get("like", "")
    model = Device.objects.filter(pk=int(like)).first() if like.isdecimal() and len(like) < 10 else None
    held = facts_of(model) | {"serial": "", "udid": "", "key": uuid4()} if model else new_device()
    return held | {"seal_number": next_seal_number(DeviceKind(held["kind"]))}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.keep")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right what stands in the register about a device."""
    device = device_for(request.user, pk)
    form = DeviceForm(request.POST or None, initial=facts_of(device))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            device_change(device=device, facts=form.facts(), by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"{device.seal_number}の登録内容を変更しました。")
            return redirect("devices:device", pk)
    context = {"form": form, "device": device, "refusal": refusal}
    return render(request, "devices/edit.html", context, status=INVALID if refusal or form.errors else 200)


@require_safe
@requires("devices.view")
def device(request: StaffRequest, pk: int) -> HttpResponse:
    return device_page(request, device_for(request.user, pk))


def device_page(
    request: StaffRequest,
    shown: Device,
    *,
    refusal: str = "",
    form: MoveForm | None = None,
    kitting: KittingForm | None = None,
) -> HttpResponse:
    """One device with its line, faults and history; status 422 when something was refused or typed wrongly."""
    live_grant = grant(request, TOPICS)
    shown.refresh_from_db()
    may_keep = request.user.may("devices.keep")
    context = {
        "live_grant": live_grant,
        "device": shown,
        "lines": shown.lines.all(),
        "faults": shown.faults.for_list(),
        "moves": shown.moves.select_related("by", "office", "office_before"),
        "may_keep": may_keep,
        "form": form or MoveForm(device=shown),
        "may_move": may_keep and bool(next_states(shown)),
        "kitting": kitting or KittingForm(device=shown),
        "may_kit": may_keep and shown.state == DeviceState.STOCK,
        "kitted": shown.kitting.select_related("by"),
        "may_wipe": request.user.may("devices.wipe"),
        "may_locate": request.user.may("devices.locate"),
        **management_of(shown),
        "refusal": refusal,
    }
    wrong = bool(refusal or (form and form.errors) or (kitting and kitting.errors))
    return render(request, "devices/device.html", context, status=INVALID if wrong else 200)


@require_POST
@requires("devices.keep")
def move(request: StaffRequest, pk: int) -> HttpResponse:
    shown = device_for(request.user, pk)
    form = MoveForm(request.POST, device=shown)
    if not form.is_valid():
        return device_page(request, shown, form=form)
    state = DeviceState(form.cleaned_data["state"])
    try:
        moved = device_move(
            device=shown,
            state=state,
            office=form.cleaned_data["office"] if state == DeviceState.INSTALLED else None,
            reason=form.cleaned_data["reason"],
            by=actor_of(request),
        )
    except Refused as refused:
        return device_page(request, shown, refusal=refused.message, form=form)
    messages.success(request, f"{moved.seal_number}を「{moved.get_state_display()}」（{moved.place}）にしました。")
    return redirect("devices:device", pk)


def keeper_only(request: StaffRequest) -> None:
    """Raises PermissionDenied for somebody who may only look."""
    if not request.user.may("devices.keep"):
        raise PermissionDenied
