"""Sweepers. Each is idempotent and may run twice at once."""

from celery import shared_task

from audit.actors import Actor
from reservations.actions.holds import SWEEP_BATCH, holds_release_expired
from reservations.fairness.limits import forget_old
from reservations.horizon import slots_to_horizon
from reservations.reminders.sweep import reminders_plan_missing
from reservations.supply.agreement import supply_compare
from reservations.waiting_list.actions import free_seats_pass_on, offers_settle, waits_end
from reservations.waiting_list.registering import asks_end


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
def offer_seats() -> None:
    """Close what is over on the waiting list, then offer what is free."""
    by = Actor.system("waiting list")
    offers_settle(by=by)
    asks_end(by=by)
    waits_end(by=by)
    free_seats_pass_on(by=by)


@shared_task
def plan_reminders() -> None:
    """Plan the reminders of the next days that are missing."""
    reminders_plan_missing(by=Actor.system("reminders"))


@shared_task
def materialise_slots() -> None:
    """Open the days that came within the horizon since the last run, and see whether all slots are as the rules say."""
    by = Actor.system("slot maker")
    slots_to_horizon(by=by)
    supply_compare(by=by)
