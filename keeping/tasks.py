"""Background work of this room: idempotent, started by beat."""

from celery import shared_task

from audit.actors import Actor
from keeping.rows.sweeping import rows_sweep
from keeping.storage.measuring import storage_measure


@shared_task
def sweep_rows() -> None:
    """Erase rows that the retention rules no longer let us keep."""
    rows_sweep(by=Actor.system("retention"))


@shared_task
def measure_storage() -> None:
    """How much of the room for data is used; warns in time."""
    storage_measure(by=Actor.system("storage"))
