"""Which documents a person brought, so that the counter knows what to photograph (kitakyushu-23)."""

from collections.abc import Collection

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city
from review.actions.capture import locked, refuse_unless_capturing
from review.errors import DocumentsMissing, DocumentsMissingWithoutPin
from review.models import CapturePlan, Case


@transaction.atomic
def plan_choose(*, case: Case, documents: Collection[str], pin_forgotten: bool, by: Actor) -> CapturePlan:
    """Keep the identity documents that will be photographed; choosing again replaces them.

    `documents` are codes of the profile. Raises DocumentsMissing, DocumentsMissingWithoutPin, NotCapturing.
    """
    rules = current_city().rules.capture
    chosen = [document.code for document in rules.chosen(documents)]
    case = locked(case)
    refuse_unless_capturing(case)
    procedure = case.visit.procedure.code
    if rules.still_needed(procedure, chosen, pin_forgotten=False):
        raise DocumentsMissing
    if rules.still_needed(procedure, chosen, pin_forgotten=pin_forgotten):
        raise DocumentsMissingWithoutPin
    plan, _made = CapturePlan.objects.update_or_create(
        case=case, defaults={"documents": chosen, "pin_forgotten": pin_forgotten}
    )
    record(action="case.plan_chosen", subject=case, by=by, detail={"documents": chosen, "pin_forgotten": pin_forgotten})
    return plan
