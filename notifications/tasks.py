"""Wake-ups. Lost ones do no harm: `deliver_due` runs every few seconds and finds what is due."""

from celery import shared_task

from notifications.delivery import WORKER, deliver_one
from notifications.outbox import claims_release_expired, messages_drop_late

MOST_PER_RUN = 50


@shared_task
def deliver(message_id: int) -> None:
    """Send one message, unless someone else has it already or its time has not come."""
    deliver_one(message_id)


@shared_task
def deliver_due() -> int:
    """Free what dead workers held, then send what is due, at most MOST_PER_RUN; returns how many."""
    claims_release_expired(by=WORKER)
    messages_drop_late(by=WORKER)
    delivered = 0
    while delivered < MOST_PER_RUN and deliver_one():
        delivered += 1
    return delivered
