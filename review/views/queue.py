"""One case: pictures, what the application says, and the answer (kitakyushu-24)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.actors import Actor
from audit.errors import Refused
from live.grants import grant
from review.access import case_for_reviewer
from review.actions import case_claim, case_claim_next, case_decide, case_extend, case_release
from review.actions.decide import why_lost
from review.errors import LeaseLost
from review.forms_decide import DecideForm, carried
from review.models import Case, CaseImage, CaseState, Decision, ReasonCode, Verdict
from review.queue import Entry, holds, pictures, queue_entries, queue_version

TOPIC = "review"
ANSWERED_OR_GONE = (CaseState.APPROVED, CaseState.RESHOOT, CaseState.REJECTED, CaseState.WITHDRAWN)
DECIDED = {
    Verdict.APPROVED: "{office}の件を承認しました。窓口に伝わりました。",
    Verdict.RESHOOT: "{office}の件の撮り直しを依頼しました。窓口に伝わりました。",
    Verdict.REJECTED: "{office}の件を不可としました。窓口に伝わりました。",
}


@require_safe
@requires("review.decide")
def queue(request: StaffRequest) -> HttpResponse:
    """The queue with nothing open."""
    live_grant = grant(request, [TOPIC])
    return render(request, "review/queue/queue.html", {"live_grant": live_grant} | _queue(queue_entries(request.user)))


@require_safe
@requires("review.decide")
def queue_list(request: StaffRequest) -> HttpResponse:
    """The left side alone, for pushes and polls; 304 when it would look the same."""
    here = int(text) if (text := request.GET.get("here", "")).isdecimal() else 0
    entries = queue_entries(request.user)
    version = queue_version(entries, request.user, here)
    if request.headers.get("If-None-Match") == version:
        return HttpResponse(status=304, headers={"ETag": version})
    response = render(request, "review/queue/_queue.html", _queue(entries, here))
    response.headers["ETag"] = version
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _queue(entries: list[Entry], here: int = 0) -> dict[str, Any]:
    mine = next((entry.case for entry in entries if entry.mine), None)
    return {"entries": entries, "here": here, "mine": mine}


@require_POST
@requires("review.decide")
def claim_next(request: StaffRequest) -> HttpResponse:
    try:
        case = case_claim_next(by=actor_of(request))
    except Refused as refused:
        messages.info(request, refused.message)
        return redirect("review:queue")
    return redirect("review:case", case.pk)


@require_POST
@requires("review.decide")
def claim(request: StaffRequest, pk: int) -> HttpResponse:
    """Take this case on; notes written before a lease was lost come along."""
    case = case_for_reviewer(request.user, pk)
    form = _carried(request, case)
    try:
        case_claim(case=case, by=actor_of(request))
    except Refused as refused:
        return _page(request, case, form=form, refusal=refused.message)
    if any(form.initial.values()):
        return _page(request, case_for_reviewer(request.user, pk), form=form)
    return redirect("review:case", pk)


@require_safe
@requires("review.decide")
def case(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, case_for_reviewer(request.user, pk))


@require_POST
@requires("review.decide")
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    case = case_for_reviewer(request.user, pk)
    form = DecideForm(request.POST, walk_in=_walk_in(case))
    if case.state in ANSWERED_OR_GONE:
        return _page(request, case, form=_carried(request, case), refusal=why_lost(case).message)
    if not form.is_valid():
        return _page(request, case, form=form, status=422)
    try:
        verdict = _decide(case, form.cleaned_data, actor_of(request))
    except Refused as refused:
        return _page(
            request, case_for_reviewer(request.user, pk), form=_carried(request, case), refusal=refused.message
        )
    messages.success(request, DECIDED[verdict].format(office=case.office.name))
    return redirect("review:queue")


def _decide(case: Case, answer: dict[str, Any], by: Actor) -> Verdict:
    verdict = Verdict(answer["verdict"])
    case_decide(
        case=case,
        token=answer["token"],
        version=answer["version"],
        verdict=verdict,
        reason=ReasonCode(answer["reason"]) if answer["reason"] and verdict != Verdict.APPROVED else None,
        remarks=answer["remarks"],
        by=by,
    )
    return verdict


@require_POST
@requires("review.decide")
def extend(request: StaffRequest, pk: int) -> HttpResponse:
    """More time. As a fragment it leaves what is being written alone."""
    case = case_for_reviewer(request.user, pk)
    refusal = ""
    try:
        case_extend(case=case, token=_token(request), by=actor_of(request))
    except Refused as refused:
        refusal = refused.message
    if request.headers.get("HX-Request"):
        context = _lease(case, request) | {"lease_refusal": refusal, "extended": not refusal}
        return render(request, "review/queue/_lease.html", context, status=422 if refusal else 200)
    return _page(request, case_for_reviewer(request.user, pk), form=_carried(request, case), refusal=refusal)


@require_POST
@requires("review.decide")
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the case back for somebody else."""
    case = case_for_reviewer(request.user, pk)
    try:
        case_release(case=case, token=_token(request), by=actor_of(request))
    except Refused as refused:
        return _page(request, case, form=_carried(request, case), refusal=refused.message)
    messages.success(request, f"{case.office.name}の件を審査待ちに戻しました。")
    return redirect("review:queue")


def _token(request: StaffRequest) -> UUID:
    """The claim's token. Raises LeaseLost for anything else."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        raise LeaseLost from None


def _walk_in(case: Case) -> bool:
    return case.visit.reservation_id is None


def _carried(request: StaffRequest, case: Case) -> DecideForm:
    return carried(request.POST, walk_in=_walk_in(case))


def _page(
    request: StaffRequest, case: Case, *, form: DecideForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    live_grant = grant(request, [TOPIC])
    shown = pictures(case) if holds(case, request.user) else []
    context = {
        "live_grant": live_grant,
        "form": form or DecideForm(walk_in=_walk_in(case)),
        "refusal": refusal,
        "pictures": shown,
        "picture": _chosen(shown, request.GET.get("image", "")),
        "decisions": Decision.objects.filter(case=case).select_related("decided_by"),
        "reservation": case.visit.reservation,
        "application": case.visit.application,
    }
    context |= _queue(queue_entries(request.user), case.pk) | _lease(case, request)
    return render(request, "review/queue/case.html", context, status=422 if refusal else status)


def _lease(case: Case, request: StaffRequest) -> dict[str, Any]:
    left = (case.lease_until - timezone.now()).total_seconds() if case.lease_until else 0
    return {"case": case, "held": holds(case, request.user), "seconds_left": max(0, int(left))}


def _chosen(shown: list[CaseImage], wanted: str) -> CaseImage | None:
    """The picture named in the address, for browsers without scripts; else the first."""
    return next((image for image in shown if str(image.pk) == wanted), shown[0] if shown else None)
