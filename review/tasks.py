"""Background work of this room."""

from celery import shared_task

from audit.actors import Actor
from review.actions import leases_release_expired, tablet_keys_erase_old, uploads_abandon_old


@shared_task
def release_expired_leases() -> None:
    """Put cases back into the queue whose reviewer's time ran out."""
    leases_release_expired(by=Actor.system("lease sweeper"))


@shared_task
def sweep_capture() -> None:
    """Throw away pictures that never arrived whole, and keys of tablets that nobody will send from any more."""
    uploads_abandon_old(by=Actor.system("capture sweeper"))
    tablet_keys_erase_old(by=Actor.system("capture sweeper"))
