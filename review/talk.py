"""The lines between the reviewer and the counter as a fragment, for both ends."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import StaffRequest
from review.forms_decide import new_key
from review.models import Case, CaseMessage, MessageKind


def lines(case: Case, *, for_counter: bool = False) -> list[CaseMessage]:
    """Questions and answers in their order; the reviewers' own notes only for reviewers."""
    written = CaseMessage.objects.filter(case=case).select_related("written_by")
    return list(written.exclude(kind=MessageKind.HANDOVER) if for_counter else written)


def talk_context(case: Case, *, for_counter: bool = False) -> dict[str, Any]:
    written = lines(case, for_counter=for_counter)
    last = written[-1] if written else None
    return {
        "case": case,
        "lines": written,
        "talk_version": f'"{case.pk}-{len(written)}"',
        "talk_key": new_key(),
        "open_question": last is not None and last.kind == MessageKind.QUESTION,
        "for_counter": for_counter,
        "talk_url": reverse("review:talk_at_counter", args=[case.visit_id])
        if for_counter
        else reverse("review:talk", args=[case.pk]),
    }


def talk_response(request: StaffRequest, case: Case, *, refusal: str = "", for_counter: bool = False) -> HttpResponse:
    """304 when nothing new was written; what could not be sent answers 422 and leaves what was typed."""
    context = talk_context(case, for_counter=for_counter) | {"talk_refusal": refusal}
    version = context["talk_version"]
    if request.method == "GET" and request.headers.get("If-None-Match") == version:
        return HttpResponse(status=304, headers={"ETag": version})
    response = render(request, "review/talk/_lines.html", context, status=422 if refusal else 200)
    response.headers["ETag"] = version
    response.headers["Cache-Control"] = "private, no-cache"
    return response
