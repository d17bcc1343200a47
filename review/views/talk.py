"""The counter's end of a question: read it and answer, while the person waits."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from counters.access import visit_for
from review.actions import question_answer
from review.forms_decide import QuestionForm
from review.models import Case
from review.talk import talk_response


def _case(request: StaffRequest, visit_pk: int) -> Case:
    """The case of a visit of the clerk's own office. Raises Http404."""
    case: Case | None = getattr(visit_for(request.user, visit_pk), "case", None)
    if case is None:
        raise Http404
    return case


@require_safe
@requires("review.capture")
def talk_at_counter(request: StaffRequest, visit_pk: int) -> HttpResponse:
    return talk_response(request, _case(request, visit_pk), for_counter=True)


@require_POST
@requires("review.capture")
def answer(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """Answer the city. A plain form comes back to the visit."""
    case = _case(request, visit_pk)
    form = QuestionForm(request.POST)
    refusal = ""
    if form.is_valid():
        try:
            question_answer(case=case, by=actor_of(request), **form.cleaned_data)
        except Refused as refused:
            refusal = refused.message
    else:
        refusal = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if request.headers.get("HX-Request"):
        return talk_response(request, case, refusal=refusal, for_counter=True)
    if refusal:
        messages.error(request, refusal)
    return redirect("counters:visit", visit_pk)
