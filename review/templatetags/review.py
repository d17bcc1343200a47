"""`{% load review %}`: what templates ask of a case."""

from django import template

from counters.models import Visit
from review.forms_capture import PlanForm
from review.guide import Step, asks_for_documents, steps_for
from review.models import Case, CaseImage, Decision

register = template.Library()


@register.filter
def pictures_of_attempt(case: Case) -> list[CaseImage]:
    """The pictures of the present attempt that were not taken out, in the order they came."""
    return list(case.images.filter(attempt=case.attempt, removed_at__isnull=True))


@register.filter
def last_decision(case: Case) -> Decision | None:
    """The city's newest answer."""
    return case.decisions.select_related("decided_by").order_by("-decided_at").first()


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
