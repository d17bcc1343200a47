"""Sweepers. Each is idempotent and may run twice at once."""

from celery import shared_task

from audit.actors import Actor
from reservations.actions.holds import SWEEP_BATCH, holds_release_expired
from reservations.fairness.limits import forget_old
from reservations.horizon import slots_to_horizon


@shared_task
def release_expired_holds() -> None:
    """Give back the seats of all expired holds, batch by batch."""
    while holds_release_expired(by=Actor.system("hold sweeper")) == SWEEP_BATCH:
        continue


@shared_task
def forget_buckets() -> None:
    """Delete what the limits kept and nobody needs any more."""
    forget_old()


@shared_task
def materialise_slots() -> None:
    """Open the days that came within the horizon since the last run."""
    slots_to_horizon(by=Actor.system("slot maker"))
