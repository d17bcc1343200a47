"""Who is to be called back, and every try."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.access import callback_for, desks_for
from helpdesk.actions import callback_give_up, callback_try
from helpdesk.models import Callback, CallbackState
from live.grants import grant

CONFLICT = 409
SHOWN = 100
OVER = 20


@require_safe
@requires("helpdesk.answer")
def callbacks(request: StaffRequest) -> HttpResponse:
    return _page(request)


def _page(request: StaffRequest, refusal: str = "") -> HttpResponse:
    desks = desks_for(request.user)
    live_grant = grant(request, [f"helpdesk:{desk}" for desk in desks])
    held = Callback.objects.filter(desk__in=desks).annotate(tried=Count("tries")).select_related("ticket", "owner")
    context = {
        "live_grant": live_grant,
        "due": held.filter(state=CallbackState.DUE).order_by("next_at")[:SHOWN],
        "over": held.exclude(state=CallbackState.DUE).order_by("-ended_at")[:OVER],
        "now": timezone.now(),
        "several_desks": len(desks) > 1,
        "refusal": refusal,
    }
    return render(request, "helpdesk/callbacks.html", context, status=CONFLICT if refusal else 200)


@require_POST
@requires("helpdesk.answer")
def tried(request: StaffRequest, pk: int) -> HttpResponse:
    """Reached, not reached, or given up."""
    held = callback_for(request.user, pk)
    how = request.POST.get("how", "")
    try:
        if how == "give_up":
            callback_give_up(callback=held, by=actor_of(request))
        elif how in ("reached", "not_reached"):
            callback_try(callback=held, reached=how == "reached", by=actor_of(request))
    except Refused as refused:
        return _page(request, refused.message)
    return redirect("helpdesk:callbacks")
