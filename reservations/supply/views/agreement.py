"""Slots that differ from the rules: what bringing them about would do, and doing it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from reservations.supply.agreement import Whole, slots_that_differ, supply_agree
from reservations.supply.effects import effects_of
from reservations.supply.forms import AgreementForm
from reservations.supply.views.calendar import CONFLICT, REFUSED, saved_words


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reservations.supply")
def agreement(request: StaffRequest) -> HttpResponse:
    """The comparison as it is now. Posted: the slots are brought to the rules, if nobody else is concerned by then."""
    form = AgreementForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=REFUSED)
    try:
        plan = supply_agree(reason=form.cleaned_data["reason"], seen=request.POST.get("seen", ""), by=actor_of(request))
    except Refused as refused:
        return _page(request, form, refused.message, CONFLICT)
    messages.success(request, saved_words("予約枠", len(plan.orphaned)))
    return HttpResponseRedirect(reverse("supply:agreement"))


def _page(request: StaffRequest, form: AgreementForm, refusal: str = "", status: int = 200) -> HttpResponse:
    plan = Whole.now().plan()
    context = {
        "form": form,
        "differing": slots_that_differ(plan),
        "effects": effects_of(plan),
        "seen": plan.digest(),
        "refusal": refusal,
    }
    return render(request, "reservations/supply/agreement.html", context, status=status)
