"""Background work of this room."""

from celery import shared_task

from audit.actors import Actor
from review.actions import leases_release_expired


@shared_task
def release_expired_leases() -> None:
    """Put cases back into the queue whose reviewer's time ran out."""
    leases_release_expired(by=Actor.system("lease sweeper"))
