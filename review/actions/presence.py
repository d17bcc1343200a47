"""Who is at the desk. A sign of life every few seconds is no event of the audit log; coming and going is."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from review.models import PRESENT_SECONDS, Presence


@transaction.atomic
def presence_sign(*, by: Actor) -> Presence:
    """The reviewer's screen is open. Somebody who stepped out stays out until they say otherwise."""
    now = timezone.now()
    gone = now - timedelta(seconds=PRESENT_SECONDS)
    seen, made = Presence.objects.select_for_update().get_or_create(
        user_id=by.staff_id, defaults={"came_at": now, "seen_at": now}
    )
    comes = made or seen.seen_at < gone
    seen.seen_at = now
    if comes:
        seen.came_at, seen.away = now, False
        _came_or_went("reviewer.came", seen, by)
    seen.save()
    return seen


@transaction.atomic
def presence_step_out(*, away: bool, by: Actor) -> Presence:
    """Leave the desk with the screen open, or come back. Saying it twice changes nothing."""
    seen = presence_sign(by=by)
    if seen.away != away:
        seen.away = away
        seen.save(update_fields=["away"])
        _came_or_went("reviewer.stepped_out" if away else "reviewer.came", seen, by)
    return seen


def _came_or_went(action: str, seen: Presence, by: Actor) -> None:
    record(action=action, subject=seen, by=by)
    notify(topic="review", kind="presence", id=by.staff_id)
