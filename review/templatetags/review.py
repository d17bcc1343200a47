"""`{% load review %}`: what templates ask of a case."""

from typing import Any

from django import template

from counters.models import Visit
from review.expected import Expected
from review.expected import expected_wait as expected
from review.forms_capture import PlanForm
from review.guide import Step, asks_for_documents, steps_for
from review.models import Case, CaseImage, Decision, Verdict
from review.talk import talk_context

register = template.Library()


@register.filter
def pictures_of_attempt(case: Case) -> list[CaseImage]:
    """The pictures of the present attempt that were not taken out, in the order they came."""
    return list(case.images.filter(attempt=case.attempt, removed_at__isnull=True))


@register.filter
def last_decision(case: Case) -> Decision | None:
    """The city's newest answer."""
    answers = case.decisions.select_related("decided_by").prefetch_related("image_remarks__image")
    return answers.order_by("-decided_at").first()


@register.simple_tag
def guide(visit: Visit, case: Case | None) -> list[Step]:
    """What to photograph for this person, and how far it is."""
    return steps_for(visit, case)


@register.filter
def missing(steps: list[Step]) -> list[Step]:
    """The steps for which nothing was sent."""
    return [step for step in steps if step.missing]


@register.simple_tag
def plan_form(visit: Visit) -> PlanForm | None:
    """The choice of identity documents, as it stands; None when the procedure asks for none."""
    return PlanForm(None, visit=visit) if asks_for_documents(visit) else None


@register.simple_tag
def expected_wait(case: Case | None = None) -> Expected:
    """How long the city will take, for this case or one sent now."""
    return expected(case if isinstance(case, Case) else None)


@register.simple_tag
def talk_at_counter(case: Case) -> dict[str, Any]:
    """Questions and answers as the counter sees them."""
    return talk_context(case, for_counter=True)


@register.filter
def verdict_word(verdict: str) -> str:
    return str(Verdict(verdict).label)
