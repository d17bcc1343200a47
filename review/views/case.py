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
from review.actions import case_claim, case_decide, case_extend, case_hand_over, case_release, question_ask
from review.actions.decide import why_lost
from review.checklist import points_for
from review.errors import LeaseLost
from review.forms_decide import DecideForm, HandOverForm, QuestionForm, carried
from review.models import Case, CaseImage, CaseState, Decision, FirstLook, ReasonCode, Verdict
from review.queue import holds, may_take_over, pictures
from review.talk import talk_context, talk_response
from review.views.queue import TOPIC, queue_context

ANSWERED_OR_GONE = (CaseState.APPROVED, CaseState.RESHOOT, CaseState.REJECTED, CaseState.WITHDRAWN)
REMARKS = ("image_remarks__image",)
DECIDED = {
    Verdict.APPROVED: "{office}の件を承認しました。窓口に伝わりました。",
    Verdict.RESHOOT: "{office}の件の撮り直しを依頼しました。窓口に伝わりました。",
    Verdict.REJECTED: "{office}の件を不可としました。窓口に伝わりました。",
}
FOR_SECOND = "{office}の件の確認を記録しました。二人目の確認が終わると、窓口に伝わります。"


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
    shown = pictures(case)
    form = DecideForm(request.POST, points=points_for(case, shown), images=_of_attempt(case, shown))
    if case.state in ANSWERED_OR_GONE:
        return _page(request, case, form=_carried(request, case), refusal=why_lost(case).message)
    if not form.is_valid():
        return _page(request, case, form=form, status=422)
    try:
        said = _decide(case, form, actor_of(request))
    except Refused as refused:
        return _page(
            request, case_for_reviewer(request.user, pk), form=_carried(request, case), refusal=refused.message
        )
    messages.success(request, said.format(office=case.office.name))
    return redirect("review:queue")


def _decide(case: Case, form: DecideForm, by: Actor) -> str:
    """Write the answer down; what to say of it."""
    answer = form.cleaned_data
    verdict = Verdict(answer["verdict"])
    decided = case_decide(
        case=case,
        token=answer["token"],
        version=answer["version"],
        verdict=verdict,
        reason=ReasonCode(answer["reason"]) if answer["reason"] and verdict != Verdict.APPROVED else None,
        findings=form.findings(),
        by=by,
    )
    return FOR_SECOND if isinstance(decided, FirstLook) else DECIDED[verdict]


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


@require_POST
@requires("review.decide")
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """A question to the counter. As a fragment it leaves what is being written alone."""
    case = case_for_reviewer(request.user, pk)
    form = QuestionForm({"text": request.POST.get("question", ""), "key": request.POST.get("question_key", "")})
    refusal = ""
    if form.is_valid():
        try:
            question_ask(case=case, token=_token(request), by=actor_of(request), **form.cleaned_data)
        except Refused as refused:
            refusal = refused.message
    else:
        refusal = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if request.headers.get("HX-Request"):
        return talk_response(request, case, refusal=refusal)
    return _page(request, case_for_reviewer(request.user, pk), form=_carried(request, case), refusal=refusal)


@require_safe
@requires("review.decide")
def talk(request: StaffRequest, pk: int) -> HttpResponse:
    """The lines between city and counter, for pushes and polls."""
    return talk_response(request, case_for_reviewer(request.user, pk))


@require_POST
@requires("review.decide")
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the case to a colleague."""
    case = case_for_reviewer(request.user, pk)
    form = HandOverForm(request.POST, colleagues=may_take_over(case, request.user))
    if not form.is_valid():
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, case, form=_carried(request, case), refusal=said)
    to, note = form.cleaned_data["to"], form.cleaned_data["note"]
    try:
        case_hand_over(case=case, token=_token(request), to=to, note=note, by=actor_of(request))
    except Refused as refused:
        return _page(request, case, form=_carried(request, case), refusal=refused.message)
    messages.success(request, f"{case.office.name}の件を{to.display_name}さんに引き継ぎました。")
    return redirect("review:queue")


def _token(request: StaffRequest) -> UUID:
    """The claim's token. Raises LeaseLost for anything else."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        raise LeaseLost from None


def _carried(request: StaffRequest, case: Case) -> DecideForm:
    shown = pictures(case)
    return carried(request.POST, points=points_for(case, shown), images=_of_attempt(case, shown))


def _of_attempt(case: Case, shown: list[CaseImage]) -> list[CaseImage]:
    return [image for image in shown if image.attempt == case.attempt]


def _page(
    request: StaffRequest, case: Case, *, form: DecideForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    live_grant = grant(request, [TOPIC])
    held, kept = holds(case, request.user), pictures(case)
    shown = kept if held else []
    form = form or DecideForm(points=points_for(case, kept), images=_of_attempt(case, kept))
    context = {
        "live_grant": live_grant,
        "form": form,
        "refusal": refusal,
        "pictures": shown,
        "picture": _chosen(shown, request.GET.get("image", "")),
        "remarkable": form.image_fields() if held else [],
        "decisions": Decision.objects.filter(case=case).select_related("decided_by").prefetch_related(*REMARKS),
        "reservation": case.visit.reservation,
        "application": case.visit.application,
        "colleagues": may_take_over(case, request.user) if held else [],
    }
    queue = queue_context(request.user, case.pk)
    context["kept_for"] = next((entry.meant_for for entry in queue["entries"] if entry.case.pk == case.pk), "")
    context |= queue | _lease(case, request) | talk_context(case)
    return render(request, "review/queue/case.html", context, status=422 if refusal else status)


def _lease(case: Case, request: StaffRequest) -> dict[str, Any]:
    left = (case.lease_until - timezone.now()).total_seconds() if case.lease_until else 0
    return {"case": case, "held": holds(case, request.user), "seconds_left": max(0, int(left))}


def _chosen(shown: list[CaseImage], wanted: str) -> CaseImage | None:
    """The picture named in the address, for browsers without scripts; else the first."""
    return next((image for image in shown if str(image.pk) == wanted), shown[0] if shown else None)
