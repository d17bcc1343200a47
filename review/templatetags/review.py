"""`{% load review %}`: what templates ask of a case."""

from django import template

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
