"""Faults, from the report to the end. A fault that breaks the device takes it out of use at once."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from devices.actions.moving import TOPIC, locked_device, move, suspend_lines_of
from devices.errors import OtherOffice
from devices.models import (
    BREAKING,
    DEVICE_MOVES,
    FAULT_MOVES,
    Device,
    DeviceState,
    Fault,
    FaultKind,
    FaultState,
    FaultStep,
)
from live.notify import notify
from postoffices.models import Office


@transaction.atomic
def fault_report(
    *,
    device: Device | None,
    office: Office | None,
    kind: FaultKind,
    text: str,
    ticket_number: str = "",
    by: Actor,
    key: UUID | None = None,
) -> Fault:
    """Somebody tells of a trouble. The same `key` again gives the first report.

    A device that broke is `faulty` from now on, a lost one `lost` and its line suspended; software and line troubles
    leave it as it is, and so does a state from which it cannot become so. Raises OtherOffice when both are named and
    the device stands elsewhere.
    """
    key = key or uuid4()
    if made := Fault.objects.filter(key=key).first():
        return made
    held = locked_device(device) if device else None
    if held and office and held.office_id and held.office_id != office.pk:
        raise OtherOffice
    fault = Fault.objects.create(
        key=key,
        device=held,
        office=office or (held.office if held else None),
        kind=kind,
        text=text,
        ticket_number=ticket_number,
        reported_by_id=by.user_id,
    )
    FaultStep.objects.create(fault=fault, by_id=by.user_id, state=fault.state)
    record(action="fault.reported", subject=fault, by=by, detail={"kind": kind, "device": held.pk if held else None})
    if held:
        _take_out_of_use(held, fault, by)
    notify(topic=TOPIC, kind="fault", id=fault.pk)
    return fault


@transaction.atomic
def fault_take(*, fault: Fault, text: str, by: Actor) -> Fault:
    """Somebody looks into it; `text` says what was done so far. Raises MoveNotAllowed."""
    return fault_moved(locked_fault(fault), FaultState.HANDLING, text, by)


@transaction.atomic
def fault_repair(*, fault: Fault, cause: str, measures: str, back_to: DeviceState | None = None, by: Actor) -> Fault:
    """It works again. A faulty or lost device goes `back_to` where it stood (installed), or into the store.

    Raises MoveNotAllowed.
    """
    held = locked_fault(fault)
    held.cause, held.measures, held.ended_at = cause, measures, timezone.now()
    device = locked_device(held.device) if held.device else None
    if device and back_to and device.state in (DeviceState.FAULTY, DeviceState.LOST):
        move(device, back_to, office=None, reason=f"{held.number} 復旧", by=by)
    return fault_moved(held, FaultState.REPAIRED, measures, by)


@transaction.atomic
def fault_close(*, fault: Fault, text: str, by: Actor) -> Fault:
    """Nothing is left to do. Raises MoveNotAllowed."""
    held = locked_fault(fault)
    held.closed_at = timezone.now()
    return fault_moved(held, FaultState.CLOSED, text, by)


def locked_fault(fault: Fault) -> Fault:
    return Fault.objects.select_for_update(of=("self",)).select_related("device").get(pk=fault.pk)


def fault_moved(fault: Fault, state: FaultState, text: str, by: Actor) -> Fault:
    """A locked fault in its new state, saved with everything that was set on it."""
    before = fault.state
    refuse_unless_allowed(FAULT_MOVES, before, state)
    fault.state = state
    fault.save()
    FaultStep.objects.create(fault=fault, by_id=by.user_id, state=state, text=text)
    record(action="fault.moved", subject=fault, by=by, detail={"before": before, "state": state})
    notify(topic=TOPIC, kind="fault", id=fault.pk)
    return fault


def _take_out_of_use(device: Device, fault: Fault, by: Actor) -> None:
    if fault.kind == FaultKind.LOST:
        state = DeviceState.LOST
    elif fault.kind in BREAKING:
        state = DeviceState.FAULTY
    else:
        return
    if state in DEVICE_MOVES[DeviceState(device.state)]:
        move(device, state, office=None, reason=f"{fault.number} {fault.get_kind_display()}", by=by)
    if state == DeviceState.LOST:
        suspend_lines_of(device, "紛失のため", by)
