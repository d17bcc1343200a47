"""Emergency stops: preview, stop, who was told and who must be called, lift."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from postoffices.models import Stop
from reservations.supply.actions import offices_stopped, stop_begin, stop_lift, stop_plan
from reservations.supply.effects import effects_of
from reservations.supply.forms import LiftForm, StopForm
from reservations.supply.restoring import restorable
from reservations.supply.views.calendar import CONFLICT, REFUSED
from reservations.supply.worklist import stop_standing

MOST_STOPS = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reservations.supply")
def stops(request: StaffRequest) -> HttpResponse:
    """The form and the stops so far. Posted, it shows what the stop would do; nothing is saved yet."""
    form = StopForm(request.POST or None, initial=_from_now())
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        return _preview(request, form)
    return _form_page(request, form, REFUSED if request.method == "POST" and "again" not in request.POST else 200)


def _form_page(request: StaffRequest, form: StopForm, status: int) -> HttpResponse:
    context = {"form": form, "stops": Stop.objects.select_related("office")[:MOST_STOPS]}
    return render(request, "reservations/supply/stops.html", context, status=status)


def _from_now() -> dict[str, object]:
    now = timezone.localtime()
    return {"from_day": now.date(), "from_time": f"{now:%H:%M}", "to_day": now.date()}


def _preview(request: StaffRequest, form: StopForm, refusal: str = "") -> HttpResponse:
    begins, ends = form.moments()
    stop = Stop(office=form.stopped_office(), starts_at=begins, ends_at=ends, reason=form.cleaned_data["reason"])
    plan = stop_plan(stop, offices_stopped(stop))
    context = {"form": form, "stop": stop, "effects": effects_of(plan), "seen": plan.digest(), "refusal": refusal}
    return render(request, "reservations/supply/stop_preview.html", context, status=CONFLICT if refusal else 200)


@require_POST
@requires("reservations.supply")
def begin(request: StaffRequest) -> HttpResponse:
    """Stop, and lead to the page that says who was told."""
    form = StopForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, REFUSED)
    begins, ends = form.moments()
    try:
        stop, _plan = stop_begin(
            office=form.stopped_office(),
            starts_at=begins,
            ends_at=ends,
            reason=form.cleaned_data["reason"],
            seen=request.POST.get("seen", ""),
            by=actor_of(request),
        )
    except Refused as refused:
        return _preview(request, form, refused.message)
    messages.success(request, "予約の受付を停止しました。")
    return HttpResponseRedirect(reverse("supply:stop", args=[stop.pk]))


@require_safe
@requires("reservations.supply")
def stop_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was told, who has no address, what has become of the bookings; and lifting."""
    stop = get_object_or_404(Stop.objects.select_related("office"), pk=pk)
    return _stop_page(request, stop)


def _stop_page(request: StaffRequest, stop: Stop, refusal: str = "") -> HttpResponse:
    context = {
        "stop": stop,
        "standing": stop_standing(stop),
        "restorable": 0 if stop.lifted_at else len(restorable(stop)),
        "form": LiftForm(),
        "refusal": refusal,
    }
    return render(request, "reservations/supply/stop.html", context, status=CONFLICT if refusal else 200)


@require_POST
@requires("reservations.supply")
def lift(request: StaffRequest, pk: int) -> HttpResponse:
    stop = get_object_or_404(Stop.objects.select_related("office"), pk=pk)
    form = LiftForm(request.POST)
    form.is_valid()
    try:
        restored = stop_lift(stop=stop, give_back=form.cleaned_data["give_back"], by=actor_of(request))
    except Refused as refused:
        return _stop_page(request, stop, refused.message)
    messages.success(request, f"緊急停止を解除しました。元の日時に戻した予約は{restored}件です。")
    return HttpResponseRedirect(reverse("supply:stop", args=[pk]))
