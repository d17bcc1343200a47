"""Management over the air: commands, the wipe by two people, where a lost tablet is, and what the server tells."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from accounts.factors import factor_check, offer_to
from audit.errors import Refused
from devices.access import device_for
from devices.actions import command_request, places_view, wipe_confirm, wipe_request, wipe_withdraw
from devices.forms import CommandForm, WipeForm
from devices.mdm.events import LONGEST, is_genuine, read_event
from devices.mdm.outbox import WORKER, event_take
from devices.models import CommandKind, Device, Wipe
from devices.views.register import INVALID, TOPICS, device_page
from live.grants import grant


@require_POST
@requires("devices.keep")
def command(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask the tablet for something; a worker sends it, and the page shows what comes of it."""
    device = device_for(request.user, pk)
    form = CommandForm(request.POST)
    if not form.is_valid():
        return device_page(request, device, refusal="命令を選んでください。")
    kind = CommandKind(form.cleaned_data["kind"])
    try:
        command_request(device=device, kind=kind, by=actor_of(request))
    except Refused as refused:
        return device_page(request, device, refusal=refused.message)
    messages.success(request, f"{device.seal_number}に「{kind.label}」を送ります。結果は「遠隔管理」に出ます。")
    return redirect("devices:device", pk)


@require_POST
@requires("devices.locate")
def places(request: StaffRequest, pk: int) -> HttpResponse:
    """Where the tablet was; the look is on record."""
    device = device_for(request.user, pk)
    context = {"device": device, "places": places_view(device=device, by=actor_of(request))}
    response = render(request, "devices/where.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.wipe")
def wipe(request: StaffRequest, pk: int) -> HttpResponse:
    """The first person asks with a reason, another one confirms; both give the second factor again."""
    device = device_for(request.user, pk)
    asked = device.wipes.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).first()
    if request.method != "POST":
        return _wipe_page(request, device, asked, WipeForm(device=device, asked=asked))
    if asked and "withdraw" in request.POST:
        return _withdrawn(request, device, asked)
    form = WipeForm(request.POST, device=device, asked=asked)
    if not form.is_valid():
        return _wipe_page(request, device, asked, form)
    try:
        factor_check(request, request.user, form.cleaned_data)
        words = _step(request, device, asked, form)
    except Refused as refused:
        return _wipe_page(request, device, asked, form, refused.message)
    messages.success(request, words)
    return redirect("devices:device", pk)


def _step(request: StaffRequest, device: Device, asked: Wipe | None, form: WipeForm) -> str:
    by = actor_of(request)
    if asked is None:
        wipe_request(device=device, reason=form.cleaned_data["reason"], person=request.user, by=by)
        return f"{device.seal_number}の初期化を依頼しました。別の人が確認すると、命令を送ります。"
    wipe_confirm(wipe=asked, person=request.user, by=by)
    return f"二人の確認がそろいました。{device.seal_number}に初期化の命令を送ります。"


def _withdrawn(request: StaffRequest, device: Device, asked: Wipe) -> HttpResponse:
    try:
        wipe_withdraw(wipe=asked, by=actor_of(request))
    except Refused as refused:
        return _wipe_page(request, device, asked, WipeForm(device=device, asked=asked), refused.message)
    messages.success(request, f"{device.seal_number}の初期化の依頼を取りやめました。")
    return redirect("devices:device", device.pk)


def _wipe_page(
    request: StaffRequest, device: Device, asked: Wipe | None, form: WipeForm, refusal: str = ""
) -> HttpResponse:
    context = {
        "live_grant": grant(request, TOPICS),
        "device": device,
        "asked": asked,
        "own": asked is not None and asked.requested_by_id == request.user.pk,
        "offer": offer_to(request, request.user),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "devices/wipe.html", context, status=INVALID if refusal or form.errors else 200)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """A message of NanoMDM. What is not signed leaves no trace; one that was taken before changes nothing."""
    if not settings.MDM:
        raise Http404
    body = request.body
    if len(body) > LONGEST or not is_genuine(request.headers.get("X-Hmac-Signature", ""), body):
        return JsonResponse({"state": "refused"}, status=401)
    try:
        is_new = event_take(event=read_event(body), by=WORKER)
    except Refused as refused:
        return JsonResponse({"state": "not understood", "message": refused.message}, status=400)
    return JsonResponse({"state": "taken" if is_new else "known"})
