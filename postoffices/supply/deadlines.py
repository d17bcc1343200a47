"""Deadlines set on screen: they hold at once, over the profile's, without a restart."""

from datetime import time

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from postoffices.city import forget_city
from postoffices.models import DeadlineRule, DeadlineStep, Office, Procedure


@transaction.atomic
def deadline_set(
    *, office: Office | None, procedure: Procedure | None, step: DeadlineStep, days_before: int, at: time, by: Actor
) -> DeadlineRule:
    """Set the deadline of a place (None: all); one that stands there already is changed.

    Other processes follow within CACHED_SECONDS (see `postoffices.city`).
    """
    values = {"days_before": days_before, "at": at}
    rule, _new = DeadlineRule.objects.update_or_create(
        office=office, procedure=procedure, step=step, defaults=values, create_defaults=values
    )
    record(action="postoffices.deadline_set", subject=rule, by=by, detail=_detail(rule))
    transaction.on_commit(forget_city)
    forget_city()
    return rule


@transaction.atomic
def deadline_remove(*, rule: DeadlineRule, by: Actor) -> None:
    """Take the deadline back: the less specific one, in the end the profile's, holds again."""
    record(action="postoffices.deadline_removed", subject=rule, by=by, detail=_detail(rule))
    rule.delete()
    transaction.on_commit(forget_city)
    forget_city()


def _detail(rule: DeadlineRule) -> dict[str, object]:
    return {
        "office": rule.office.code if rule.office else None,
        "procedure": rule.procedure.code if rule.procedure else None,
        "step": rule.step,
        "days_before": rule.days_before,
        "at": rule.at.isoformat(),
    }
