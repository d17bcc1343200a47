"""The switch of the proof of work."""

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from reservations.fairness.records import Shield
from reservations.statements import Statement


@transaction.atomic
def shield_set(*, on: bool, by: Actor) -> Shield:
    """Ask everybody for the proof of work before a seat is kept, or stop asking. Works at once, everywhere."""
    shield, _made = Shield.objects.select_for_update().get_or_create(pk=1)
    if shield.on != on:
        shield.on = on
        shield.save(update_fields=["on", "changed_at"])
        record(action="reservations.shield_raised" if on else "reservations.shield_lowered", subject=shield, by=by)
    return shield


_RAISED = Statement(lambda: Shield.objects.filter(pk=1, on=True).values_list("pk"))


def shield_is_on() -> bool:
    return bool(_RAISED.rows())
