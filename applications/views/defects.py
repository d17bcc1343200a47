"""Defects: the bureau asks the applicant, and hands the booking back to the city or ends it."""

import uuid
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.access import check_for
from applications.actions import check_give_up, defect_resolve
from applications.contacts.actions import defect_call_note, defect_notice_send
from applications.contacts.records import ContactResult
from applications.contacts.steps import next_step
from applications.contacts.texts import is_approved, text_called, working_moment, written
from applications.defects import PARTS, Part, contacts_of, defect_rows, defects, part_in, turn_chips
from applications.forms import CallForm, EndForm, HandleForm, NoticeForm
from applications.models import CHECK_MOVES, CheckState, EndReason, ExistenceCheck
from audit.errors import Refused
from live.grants import grant

PER_PAGE = 50
TRY_AGAIN_AT = time(10)


@require_safe
@requires("applications.defects")
def defect_list(request: StaffRequest) -> HttpResponse:
    live_grant = grant(request, ["existence"])
    part = part_in(request.GET.get("state", ""))
    page = Paginator(defects(request.user, part), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "live_grant": live_grant,
        "state": part,
        "turn": PARTS[part],
        "chips": turn_chips(request.user, part),
        "page": page,
        "rows": defect_rows(page.object_list),
        "today": timezone.localdate(),
    }
    return render(request, "applications/defects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("applications.defects")
def defect(request: StaffRequest, number: str) -> HttpResponse:
    """One defect with what was tried and what comes next; a POST hands the booking back to the city."""
    check = check_for(request.user, number)
    if request.method != "POST":
        return _page(request, check)
    form = HandleForm(request.POST)
    if not form.is_valid():
        return _page(request, check, form=form)
    try:
        defect_resolve(check=check, note=form.cleaned_data["note"], by=actor_of(request))
    except Refused as refused:
        return _page(request, check, form=form, refusal=refused.message)
    messages.success(request, f"{check.reservation.name}さんの予約を、市の再確認に回しました。")
    return redirect("applications:defects")


def _page(request: StaffRequest, check: ExistenceCheck, *, refusal: str = "", **forms: Any) -> HttpResponse:
    """`forms`: those that were filled in, by their names in the template."""
    state, contacts = CheckState(check.state), contacts_of(check)
    visit = check.reservation.slot.starts_at
    context = {
        "check": check,
        "reservation": check.reservation,
        "contacts": contacts,
        "step": next_step(check, contacts),
        "answers": check.reservation.check_answers.select_related("by"),
        "may_resolve": CheckState.RESOLVED in CHECK_MOVES[state],
        "may_give_up": CheckState.GIVEN_UP in CHECK_MOVES[state],
        "form": HandleForm(),
        "end_form": EndForm(auto_id="end-%s"),
        "notice_form": NoticeForm(auto_id="notice-%s"),
        "call_form": CallForm(visit=visit, initial=_next_try(visit)),
        **forms,
    }
    context |= {"refusal": refusal, "failed": next(iter(forms.values()), None)}
    return render(request, "applications/defect.html", context, status=422 if refusal or forms else 200)


def _next_try(visit: datetime) -> dict[str, Any]:
    """The next working day at ten, unless the visit comes first."""
    moment = timezone.localtime(working_moment(1, TRY_AGAIN_AT, visit))
    return {"next_on": moment.date(), "next_time": moment.time()}


@require_POST
@requires("applications.defects")
def notice(request: StaffRequest, number: str) -> HttpResponse:
    """The chosen text as it would go out; sent once somebody has looked at it."""
    check = check_for(request.user, number)
    form = NoticeForm(request.POST, auto_id="notice-%s")
    text = text_called(form.cleaned_data["text"]) if form.is_valid() else None
    if text is None:
        return _page(request, check, notice_form=form)
    if "sure" not in request.POST:
        key = form.cleaned_data["key"] or uuid.uuid4()
        context = {"check": check, "reservation": check.reservation, "text": text, "mail": written(text, check)}
        return render(request, "applications/notice.html", context | {"key": key, "approved": is_approved(text)})
    try:
        defect_notice_send(check=check, text=text, key=form.cleaned_data["key"] or uuid.uuid4(), by=actor_of(request))
    except Refused as refused:
        return _page(request, check, refusal=refused.message)
    messages.success(request, f"{check.reservation.name}さんへのメールを送信に回しました。")
    return redirect("applications:defect", number)


@require_POST
@requires("applications.defects")
def call(request: StaffRequest, number: str) -> HttpResponse:
    """Notes a call with its result and the next step."""
    check = check_for(request.user, number)
    form = CallForm(request.POST, visit=check.reservation.slot.starts_at)
    if not form.is_valid():
        return _page(request, check, call_form=form)
    told = form.cleaned_data
    try:
        defect_call_note(
            check=check,
            result=ContactResult(told["result"]),
            note=told["call_note"],
            next_at=told["next_at"],
            key=told["key"] or uuid.uuid4(),
            by=actor_of(request),
        )
    except Refused as refused:
        return _page(request, check, refusal=refused.message)
    messages.success(request, "電話の結果を記録しました。")
    return redirect("applications:defect", number)


@require_POST
@requires("applications.defects")
def give_up(request: StaffRequest, number: str) -> HttpResponse:
    """Ends check and booking. Asks on a page of its own first: it cannot be taken back."""
    check = check_for(request.user, number)
    form = EndForm(request.POST, auto_id="end-%s")
    if not form.is_valid():
        return _page(request, check, end_form=form)
    reason, note = EndReason(form.cleaned_data["reason"]), form.cleaned_data["note"]
    if "sure" not in request.POST:
        context = {"check": check, "reservation": check.reservation, "reason": reason, "note": note}
        return render(request, "applications/give_up.html", context)
    try:
        check_give_up(check=check, reason=reason, note=note, by=actor_of(request))
    except Refused as refused:
        return _page(request, check, end_form=form, refusal=refused.message)
    messages.success(request, f"{check.reservation.name}さんの予約を取り消し、枠を空けました。")
    return redirect(f"{reverse('applications:defects')}?state={Part.ENDED}")
