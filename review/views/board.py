"""The supervisor's view of the queue: who has what, who is there, and giving a case to somebody (kitakyushu-24)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from accounts.models import User
from audit.errors import Refused
from live.grants import grant
from review.access import case_for_reviewer
from review.actions import case_reassign
from review.errors import CannotTakeOver
from review.models import Case, Decision, FirstLook, Presence
from review.queue import may_take_over, queue_entries
from review.views.queue import TOPIC


@require_safe
@requires("review.supervise")
def board(request: StaffRequest) -> HttpResponse:
    """Cases, reviewers and today's second looks; `part` alone for pushes."""
    today = timezone.localdate()
    looks = FirstLook.objects.filter(decided_at__date=today)
    context = {
        "live_grant": grant(request, [TOPIC]),
        "entries": queue_entries(request.user),
        "here": Presence.objects.at_desk().select_related("user").order_by("came_at"),
        "reviewers": may_take_over(Case(), request.user),
        "decided": Decision.objects.filter(decided_at__date=today).count(),
        "looked": looks.count(),
        "differed": looks.that_differed().select_related("case__office", "decided_by"),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "review/board/_board.html" if part else "review/board/board.html", context)


@require_POST
@requires("review.supervise")
def reassign(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the case to the chosen reviewer, or back to everybody."""
    case = case_for_reviewer(request.user, pk)
    try:
        case = case_reassign(case=case, to=_chosen(request.POST.get("to", "")), by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        whom = (
            f"{case.meant_for.display_name}さんに任せました" if case.meant_for else "だれでも受け持てるようにしました"
        )
        messages.success(request, f"{case.office.name}の件を{whom}。")
    return redirect("review:board")


def _chosen(typed: str) -> User | None:
    """Nobody for an empty choice. Raises CannotTakeOver."""
    if not typed:
        return None
    found = User.objects.filter(pk=typed).first() if typed.isdecimal() else None
    if found is None:
        raise CannotTakeOver
    return found
