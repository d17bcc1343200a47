"""Deadlines per office and procedure, and on the same page how many days ahead citizens may book."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from postoffices.city import current_city
from postoffices.models import DeadlineRule, DeadlineStep
from postoffices.supply.deadlines import deadline_remove, deadline_set
from reservations.deadlines import last_bookable_day
from reservations.supply.forms import DeadlineForm, HorizonForm
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
    return deadlines_page(request, form=form, status=REFUSED if request.method == "POST" else 200)


def deadlines_page(
    request: StaffRequest, *, form: DeadlineForm | None = None, reach: HorizonForm | None = None, status: int = 200
) -> HttpResponse:
    """The page with both forms; the one that was refused keeps what was typed."""
    city = current_city()
    context = {
        "form": form or DeadlineForm(),
        "profile": [(step.label, getattr(city.rules.deadlines, step)) for step in DeadlineStep],
        "rules": DeadlineRule.objects.select_related("office", "procedure").order_by("step", "office", "procedure"),
        "reach": reach or HorizonForm(initial={"days": city.horizon_days}),
        "city": city,
        "last_day": last_bookable_day(),
        "refused": reach or form,
    }
    return render(request, "reservations/supply/deadlines.html", context, status=status)


@require_POST
@requires("reservations.supply")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a deadline back."""
    deadline_remove(rule=get_object_or_404(DeadlineRule, pk=pk), by=actor_of(request))
    messages.success(request, "期限を元に戻しました。")
    return HttpResponseRedirect(reverse("supply:deadlines"))
