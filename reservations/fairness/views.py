"""The dashboard of suspicious patterns, and the switch of the proof of work."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.models import AuditEvent
from reservations.fairness import patterns
from reservations.fairness.actions import shield_set
from reservations.models import Shield

CHANGES = 5


@requires("reservations.fairness")
@require_safe
def dashboard(request: StaffRequest) -> HttpResponse:
    """What looks like a bot or like trade with seats; whom it was, nobody can read here."""
    shield = Shield.objects.filter(pk=1).first() or Shield(pk=1)
    context = {
        "shield": shield,
        "changes": AuditEvent.objects.about(shield)[:CHANGES],
        "networks": patterns.networks_holding(),
        "refused": patterns.refused_today(),
        "contacts": patterns.crowded_contacts(),
        "churn": patterns.churning_persons(),
        "names": patterns.many_names(),
    }
    return render(request, "reservations/fairness/dashboard.html", context)


@requires("reservations.fairness")
@require_POST
def shield(request: StaffRequest) -> HttpResponse:
    """Switch on or off; everybody is asked, or no longer asked, from the next click on."""
    shield_set(on=request.POST.get("on") == "1", by=actor_of(request))
    return redirect("fairness:dashboard")
