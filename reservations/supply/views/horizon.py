"""How many days ahead citizens may book, from typing over the preview to saving."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from postoffices.city import current_city
from reservations.supply.forms import HorizonForm
from reservations.supply.horizon import horizon_set, reach_of
from reservations.supply.views.calendar import CONFLICT, REFUSED
from reservations.supply.views.deadlines import deadlines_page


@require_POST
@requires("reservations.supply")
def preview(request: StaffRequest) -> HttpResponse:
    """What the number would do to days, times and bookings; nothing is saved."""
    form = HorizonForm(request.POST)
    if "again" in request.POST or not form.is_valid():
        return deadlines_page(request, reach=form, status=200 if "again" in request.POST else REFUSED)
    return _preview_page(request, form)


def _preview_page(request: StaffRequest, form: HorizonForm, refusal: str = "") -> HttpResponse:
    try:
        reach = reach_of(form.chosen())
    except Refused as refused:
        form.add_error(None if form.chosen() is None else "days", refused.message)
        return deadlines_page(request, reach=form, status=REFUSED)
    context = {"form": form, "reach": reach, "seen": current_city().horizon_days, "refusal": refusal}
    status = CONFLICT if refusal else 200
    return render(request, "reservations/supply/horizon_preview.html", context, status=status)


@require_POST
@requires("reservations.supply")
def save(request: StaffRequest) -> HttpResponse:
    """Save what the preview showed. When another number holds by now, the preview is shown anew."""
    form, typed = HorizonForm(request.POST), request.POST.get("seen", "")
    if not form.is_valid():
        return deadlines_page(request, reach=form, status=REFUSED)
    try:
        seen = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
        made = horizon_set(days=form.chosen(), seen=seen, by=actor_of(request))
    except Refused as refused:
        return _preview_page(request, form, refused.message)
    added = f"{made:,}枠を作りました。" if made else ""
    messages.success(request, f"予約できる期間を変更しました。{added}")
    return HttpResponseRedirect(reverse("supply:deadlines"))
