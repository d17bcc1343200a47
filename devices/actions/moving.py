"""Moves of devices and lines, each with its line of history and its event; the actions beside it say when."""

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from devices.errors import OfficeNeeded, SameOffice
from devices.models import (
    DEVICE_MOVES,
    IN_TABLET,
    LINE_MOVES,
    WITHOUT_OFFICE,
    Device,
    DeviceMove,
    DeviceState,
    Line,
    LineMove,
    LineState,
)
from live.notify import notify
from postoffices.models import Office

TOPIC = "devices"


def locked_device(device: Device) -> Device:
    return Device.objects.select_for_update(of=("self",)).select_related("office").get(pk=device.pk)


def locked_line(line: Line) -> Line:
    return Line.objects.select_for_update(of=("self",)).select_related("device").get(pk=line.pk)


def move(device: Device, state: DeviceState, *, office: Office | None, reason: str, by: Actor) -> Device:
    """Write the state and place of a locked device. From `installed` to `installed` is a change of the office.

    Raises MoveNotAllowed, OfficeNeeded, SameOffice.
    """
    before, office_before = device.state, device.office
    if state == before == DeviceState.INSTALLED:
        if office is None or office == office_before:
            raise SameOffice
    else:
        refuse_unless_allowed(DEVICE_MOVES, before, state)
    device.state = state
    device.office = None if state in WITHOUT_OFFICE else office or office_before
    if state == DeviceState.INSTALLED and device.office is None:
        raise OfficeNeeded
    device.save(update_fields=["state", "office"])
    note(device, before, office_before, reason, by)
    detail = {"before": before, "state": state, "office": device.office.code if device.office else ""}
    record(action="device.moved", subject=device, by=by, detail=detail)
    return device


def note(device: Device, before: str, office_before: Office | None, reason: str, by: Actor) -> None:
    """A line of the device's history, and word to open screens."""
    DeviceMove.objects.create(
        device=device,
        by_id=by.user_id,
        state_before=before,
        state=device.state,
        office_before=office_before,
        office=device.office,
        reason=reason,
    )
    notify(topic=TOPIC, kind="device", id=device.pk)


def move_line(line: Line, state: LineState, *, device: Device | None, reason: str, by: Actor) -> Line:
    """Write the state and tablet of a locked line. Raises MoveNotAllowed."""
    before = line.state
    refuse_unless_allowed(LINE_MOVES, before, state)
    line.state = state
    line.device = device if state in IN_TABLET else None
    line.save(update_fields=["state", "device"])
    LineMove.objects.create(
        line=line, by_id=by.user_id, state_before=before, state=state, device=device or line.device, reason=reason
    )
    detail = {"before": before, "state": state, "device": device.pk if device else None}
    record(action="line.moved", subject=line, by=by, detail=detail)
    notify(topic=TOPIC, kind="device", id=line.pk)
    return line


def suspend_lines_of(device: Device, reason: str, by: Actor) -> None:
    """A lost tablet's line must not be used by whoever finds it."""
    for line in Line.objects.select_for_update(of=("self",)).filter(device=device, state=LineState.ACTIVE):
        move_line(line, LineState.SUSPENDED, device=device, reason=reason, by=by)


def release_lines_of(device: Device, reason: str, by: Actor) -> None:
    """A tablet that is gone leaves its line for another one."""
    for line in Line.objects.select_for_update(of=("self",)).filter(device=device, state__in=IN_TABLET):
        move_line(line, LineState.READY, device=device, reason=reason, by=by)
