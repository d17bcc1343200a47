"""Sweepers. Each is idempotent and may run twice at once."""

from celery import shared_task

from audit.actors import Actor
from helpdesk.actions import rings_end


@shared_task
def end_rings() -> None:
    """Close calls whose hang-up was lost."""
    rings_end(by=Actor.system("telephone"))
