"""Deadlines per office and procedure."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from postoffices.city import current_city
from postoffices.models import DeadlineRule, DeadlineStep
from postoffices.supply.deadlines import deadline_remove, deadline_set
from reservations.supply.forms import DeadlineForm
from reservations.supply.views.calendar import REFUSED


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reservations.supply")
def deadlines(request: StaffRequest) -> HttpResponse:
    """The profile's deadlines, those set here, and a form for another."""
    form = DeadlineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office, procedure = form.place()
        typed = form.cleaned_data
        deadline_set(
            office=office,
            procedure=procedure,
            step=DeadlineStep(typed["step"]),
            days_before=typed["days_before"],
            at=typed["at"],
            by=actor_of(request),
        )
        messages.success(request, "期限を変更しました。すぐに有効になります。")
        return HttpResponseRedirect(reverse("supply:deadlines"))
    rules = current_city().rules.deadlines
    context = {
        "form": form,
        "profile": [(step.label, getattr(rules, step)) for step in DeadlineStep],
        "rules": DeadlineRule.objects.select_related("office", "procedure").order_by("step", "office", "procedure"),
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "reservations/supply/deadlines.html", context, status=status)


@require_POST
@requires("reservations.supply")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a deadline back."""
    deadline_remove(rule=get_object_or_404(DeadlineRule, pk=pk), by=actor_of(request))
    messages.success(request, "期限を元に戻しました。")
    return HttpResponseRedirect(reverse("supply:deadlines"))
