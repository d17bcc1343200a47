"""Background work of this room: idempotent, started by beat."""

from celery import shared_task

from audit.actors import Actor
from keeping.rows.sweeping import rows_sweep


@shared_task
def sweep_rows() -> None:
    """Erase rows that the retention rules no longer let us keep."""
    rows_sweep(by=Actor.system("retention"))
