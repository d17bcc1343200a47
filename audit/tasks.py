"""Background work of this room."""

from celery import shared_task

from audit import actions
from audit.actors import Actor


@shared_task
def seal() -> None:
    """Seal everything that waits."""
    actions.seal_all(by=Actor.system("sealer"))
