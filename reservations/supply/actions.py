"""The bureau's changes of supply. Each is one transaction: rules, slots and bookings change together or not at all."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office, Stop
from postoffices.supply.edits import Edit, edit_write, wait_for_other_edits
from postoffices.supply.weeks import WeekEdit, week_write
from reservations.models import Orphaning
from reservations.supply.changing import announce_supply, plan_apply
from reservations.supply.errors import NoAddress, NothingToLift, OrphanDone, SupplyChanged
from reservations.supply.occupancy import Reader, occupied, occupied_locked
from reservations.supply.plan import SupplyPlan, slots_from_now, supply_plan
from reservations.supply.restoring import restorable, restore
from reservations.supply.telling import orphans_told
from reservations.supply.wanted import stops_between
from reservations.waiting_list.offers import seats_offer

MOST_LISTED = 200


@transaction.atomic
def supply_edit(*, offices: list[Office], edit: Edit | WeekEdit, seen: str, tell: bool, by: Actor) -> SupplyPlan:
    """Store the edit and bring slots and bookings to it. Returns what was done.

    `seen` is the digest of the plan that the person saw (see `SupplyPlan.digest`); `tell` queues a message with a
    link to everyone who lost the seat. Raises SupplyChanged when others lose theirs than was shown, or SupplyBusy.
    """
    wait_for_other_edits()
    plan = edit_plan(offices, edit, read=occupied_locked)
    if plan.digest() != seen:
        raise SupplyChanged
    if isinstance(edit, Edit):
        edit_write(offices, edit)
    else:
        week_write(offices, edit)
    orphanings = plan_apply(plan, reason=edit.reason, by=by)
    detail: dict[str, object] = {"offices": [office.code for office in offices], "counts": plan.counts()}
    detail |= edit.told() | {"orphaned": plan.orphaned[:MOST_LISTED]}
    record(action="reservations.supply_edited", subject=offices[0], by=by, detail=detail)
    if tell:
        orphans_told(orphanings, by=by)
    _offer(offices, edit.first, edit.last, by=by)
    announce_supply(offices)
    return plan


def edit_plan(offices: list[Office], edit: Edit | WeekEdit, *, read: Reader = occupied) -> SupplyPlan:
    """What the edit, not stored yet, would do."""
    return supply_plan(offices, edit.first, edit.last, rule_for=edit.rule_for, hours_for=edit.hours_for, read=read)


def _offer(offices: list[Office], first: date, last: date, *, by: Actor) -> None:
    """Whoever waits for a seat comes before whoever happens to look: in the same transaction."""
    seats_offer(slots_from_now(offices, first, last).values_list("pk", flat=True), by=by)


@transaction.atomic
def slots_refit(
    *, offices: list[Office], first: date, last: date, reason: str, seen: str | None = None, by: Actor
) -> SupplyPlan:
    """Bring the slots of these days to the rules as they stand, after a profile or a holiday changed.

    With `seen`, a plan's digest, SupplyChanged is raised when others would lose their time.
    """
    wait_for_other_edits()
    plan = supply_plan(offices, first, last, read=occupied_locked)
    if seen is not None and plan.digest() != seen:
        raise SupplyChanged
    orphanings = plan_apply(plan, reason=reason, by=by)
    if offices and (plan.made or any(change.changes_anything for change in plan.changes)):
        detail = {"first_day": first.isoformat(), "last_day": last.isoformat(), "counts": plan.counts()}
        record(action="reservations.slots_refitted", subject=offices[0], by=by, detail=detail)
        announce_supply(offices)
    orphans_told(orphanings, by=by)
    _offer(offices, first, last, by=by)
    return plan


def stop_plan(stop: Stop, offices: list[Office], *, lifted: bool = False, **reading: Any) -> SupplyPlan:
    """What the stop, not stored yet, would do; with `lifted`, what comes back when it is taken away."""
    first, last = timezone.localdate(stop.starts_at), timezone.localdate(stop.ends_at)
    others = [held for held in stops_between(first, last) if held.pk != stop.pk]
    return supply_plan(offices, first, last, stops=others if lifted else [*others, stop], **reading)


def offices_stopped(stop: Stop) -> list[Office]:
    """The offices that the stop holds for."""
    return [stop.office] if stop.office else list(Office.objects.order_by("ward__position", "position"))


@transaction.atomic
def stop_begin(
    *, office: Office | None, starts_at: datetime, ends_at: datetime, reason: str, seen: str, by: Actor
) -> tuple[Stop, SupplyPlan]:
    """Stop an office, or everything (None), and queue one message to everyone concerned.

    Times that have begun are left alone. Raises SupplyChanged or SupplyBusy; then nothing has changed.
    """
    wait_for_other_edits()
    stop = Stop(office=office, starts_at=starts_at, ends_at=ends_at, reason=reason)
    offices = offices_stopped(stop)
    plan = stop_plan(stop, offices, read=occupied_locked)
    if plan.digest() != seen:
        raise SupplyChanged
    stop.save()
    orphanings = plan_apply(plan, reason=reason, stop=stop, by=by)
    detail = {"office": office.code if office else None, "counts": plan.counts()}
    record(action="reservations.stopped", subject=stop, by=by, detail=detail)
    orphans_told(orphanings, by=by)
    announce_supply(offices)
    return stop, plan


@transaction.atomic
def stop_lift(*, stop: Stop, give_back: bool, by: Actor) -> int:
    """End the stop: its times can be booked again. Returns how many bookings got their old time back.

    With `give_back`, bookings that the stop orphaned and that nobody has moved or cancelled since get their time
    again, first booked first, and are told. Raises NothingToLift.
    """
    wait_for_other_edits()
    held = Stop.objects.select_for_update(of=("self",)).select_related("office").get(pk=stop.pk)
    if held.lifted_at:
        raise NothingToLift
    offices = offices_stopped(held)
    plan = stop_plan(held, offices, lifted=True, read=occupied_locked)
    # After the holds, which are waited for: whoever books or moves has the hold and then asks for the booking.
    waiting = restorable(held, locked=True) if give_back else []
    held.lifted_at = timezone.now()
    held.save(update_fields=["lifted_at"])
    orphans_told(plan_apply(plan, reason=held.reason, by=by), by=by)
    restored = restore(waiting, by=by)
    _offer(offices, timezone.localdate(held.starts_at), timezone.localdate(held.ends_at), by=by)
    detail = {"counts": plan.counts(), "restored": len(restored)}
    record(action="reservations.stop_lifted", subject=held, by=by, detail=detail)
    announce_supply(offices)
    return len(restored)


@transaction.atomic
def orphans_tell(*, orphanings: list[Orphaning], by: Actor) -> int:
    """Send the message with a link to those of these who have an address and got none; returns how many.

    Raises NoAddress when nobody is left to be told.
    """
    keys = [orphaning.pk for orphaning in orphanings]
    held = Orphaning.objects.open().filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    told = orphans_told(list(held.select_related(*TOLD_WITH)), by=by)
    if not told:
        raise NoAddress
    record(action="reservations.orphans_told", subject=orphanings[0].reservation, by=by, detail={"told": told})
    return told


TOLD_WITH = ("reservation__slot", "reservation__office", "reservation__procedure")


@transaction.atomic
def orphan_called(*, orphaning: Orphaning, by: Actor) -> Orphaning:
    """Note that the person was told by telephone. Calling again moves the time. Raises OrphanDone."""
    held = Orphaning.objects.open().filter(pk=orphaning.pk).select_for_update(of=("self",)).first()
    if held is None:
        raise OrphanDone
    held.called_at = timezone.now()
    held.save(update_fields=["called_at"])
    record(action="reservations.orphan_called", subject=held.reservation, by=by)
    return held
