"""The queue: what waits, who is there, and taking the next (kitakyushu-24)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from accounts.models import User
from audit.errors import Refused
from live.grants import grant
from review.actions import case_claim_next, presence_sign, presence_step_out
from review.queue import Colleagues, Entry, colleagues, queue_entries, queue_version

TOPIC = "review"


@require_safe
@requires("review.decide")
def queue(request: StaffRequest) -> HttpResponse:
    """The queue with nothing open."""
    live_grant = grant(request, [TOPIC])
    return render(request, "review/queue/queue.html", {"live_grant": live_grant} | queue_context(request.user))


@require_safe
@requires("review.decide")
def queue_list(request: StaffRequest) -> HttpResponse:
    """The left side alone, for pushes and polls; 304 when it would look the same."""
    here = int(text) if (text := request.GET.get("here", "")).isdecimal() else 0
    entries, others = queue_entries(request.user), colleagues(request.user)
    version = queue_version(entries, request.user, here, others)
    if request.headers.get("If-None-Match") == version:
        return HttpResponse(status=304, headers={"ETag": version})
    response = render(request, "review/queue/_queue.html", _queue(entries, others, here))
    response.headers["ETag"] = version
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def queue_context(user: User, here: int = 0) -> dict[str, Any]:
    """What the left side shows; `here` is the case that is open."""
    return _queue(queue_entries(user), colleagues(user), here)


def _queue(entries: list[Entry], others: Colleagues, here: int) -> dict[str, Any]:
    mine = next((entry.case for entry in entries if entry.mine), None)
    free = [entry.case for entry in entries if entry.claimable]
    # A tab in the background says what could be taken on: another attempt of a case is news as well.
    news = " ".join(f"{case.pk}.{case.attempt}" for case in free)
    return {"entries": entries, "here": here, "mine": mine, "free": len(free), "news": news, "others": others}


@require_POST
@requires("review.decide")
def claim_next(request: StaffRequest) -> HttpResponse:
    by = actor_of(request)
    presence_sign(by=by)
    try:
        case = case_claim_next(by=by)
    except Refused as refused:
        messages.info(request, refused.message)
        return redirect("review:queue")
    return redirect("review:case", case.pk)


@require_POST
@requires("review.decide")
def present(request: StaffRequest) -> HttpResponse:
    """A sign of life of an open screen."""
    presence_sign(by=actor_of(request))
    return HttpResponse(status=204)


@require_POST
@requires("review.decide")
def step_out(request: StaffRequest) -> HttpResponse:
    """Leave the desk, or come back to it."""
    presence_step_out(away=request.POST.get("away") == "1", by=actor_of(request))
    return redirect("review:queue")
