"""Background work of this room: idempotent, started by beat."""

from celery import shared_task

from audit.actors import Actor
from vault.actions import objects_erase_due
from vault.contents import sweep


@shared_task
def sweep_orphans() -> None:
    """Delete ciphertexts that no readable object needs."""
    sweep()


@shared_task
def erase_due() -> None:
    """Erase what the retention rules no longer let us keep."""
    objects_erase_due(by=Actor.system("retention"))
