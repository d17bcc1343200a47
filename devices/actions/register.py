"""The register: adding a device, putting its facts right, moving it."""

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from devices.actions.moving import locked_device, move, note, release_lines_of, suspend_lines_of
from devices.errors import NotByHand, OpenCommands, SealNumberTaken
from devices.models import BY_PROCEDURE, GONE, Device, DeviceKind, DeviceState
from postoffices.models import Office


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What stands in the register about a device, but for its state and place."""

    kind: DeviceKind
    seal_number: str
    model: str
    serial: str
    received_on: date
    placed_from: date
    placed_until: date
    udid: str = ""
    ssids: tuple[str, ...] = ()

    def written_to(self, device: Device) -> None:
        for held in fields(self):
            value = getattr(self, held.name)
            setattr(device, held.name, list(value) if held.name == "ssids" else value)


@transaction.atomic
def device_add(*, key: UUID, facts: DeviceFacts, by: Actor, unit: UUID | None = None) -> Device:
    """A new device, in stock. The same `key` again gives the first one. Raises SealNumberTaken."""
    if made := Device.objects.filter(key=key).first():
        return made
    device = Device(key=key)
    if unit:
        device.unit = unit
    facts.written_to(device)
    _saved(device)
    note(device, "", None, "登録", by)
    record(action="device.added", subject=device, by=by, detail={"kind": facts.kind})
    return device


@transaction.atomic
def device_change(*, device: Device, facts: DeviceFacts, by: Actor) -> Device:
    """Put the register right. Raises SealNumberTaken, and OpenCommands for another UDID while commands are open."""
    held = locked_device(device)
    if facts.udid != held.udid and held.commands.open().exists():
        raise OpenCommands
    before = {field.name: getattr(held, field.name) for field in fields(facts)}
    facts.written_to(held)
    _saved(held)
    changed = sorted(name for name, value in before.items() if getattr(held, name) != value)
    record(action="device.changed", subject=held, by=by, detail={"fields": changed})
    return held


@transaction.atomic
def device_move(*, device: Device, state: DeviceState, office: Office | None, reason: str, by: Actor) -> Device:
    """Set up, installed, brought back, lost, found, removed: whatever a person does by hand.

    A lost tablet's line is suspended, one that is removed leaves its line free.
    Raises NotByHand, MoveNotAllowed, OfficeNeeded, SameOffice.
    """
    if state in BY_PROCEDURE:
        raise NotByHand
    held = move(locked_device(device), state, office=office, reason=reason, by=by)
    if state == DeviceState.LOST:
        suspend_lines_of(held, "紛失のため", by)
    elif state in GONE:
        release_lines_of(held, "撤去のため", by)
    return held


def _saved(device: Device) -> None:
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError as taken:
        if not any(name in str(taken) for name in ("seal_number", "device_serial", "device_udid")):
            raise
        raise SealNumberTaken from taken
