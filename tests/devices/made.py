"""Devices, lines and faults for tests, made through the actions."""

from datetime import date
from itertools import count
from uuid import uuid4

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from devices.actions import DeviceFacts, device_add, device_move, fault_report, line_add, line_assign
from devices.actions.leaving import erasure_plan
from devices.models import Device, DeviceKind, DeviceState, Erasure, ErasureCause, Fault, FaultKind, Line
from postoffices.models import Office
from tests.people import staff_member
from tests.reservations.town import Town, make_town

_numbers = count(1)


def someone(role: Role, name: str) -> User:
    """The member of staff called so, made at the first call."""
    return User.objects.filter(username=name).first() or staff_member(role, name)


def keeper() -> Actor:
    return Actor.staff(someone(Role.DEVICE_KEEPER, "keeper"))


def town() -> Town:
    """The town of this test, made at the first call."""
    if Office.objects.exists():
        office, elsewhere = Office.objects.order_by("position")[:2]
        procedure = office.procedures.get()
        return Town(office, elsewhere, procedure, procedure)
    return make_town()


def facts(**changed: object) -> DeviceFacts:
    number = next(_numbers)
    values: dict[str, object] = {
        "kind": DeviceKind.TABLET,
        "seal_number": f"T-{number:03}",
        "model": "iPad 第10世代",
        "serial": f"MIHON{number:05}",
        "received_on": date(2025, 4, 1),
        "placed_from": date(2025, 5, 1),
        "placed_until": date(2028, 3, 31),
        "ssids": ("mihon-net",),
    }
    return DeviceFacts(**values | changed)  # type: ignore[arg-type]


def a_device(**changed: object) -> Device:
    """In stock."""
    return device_add(key=uuid4(), facts=facts(**changed), by=keeper())


def a_tablet(*, office: Office | None = None, **changed: object) -> Device:
    """A tablet set up and installed, at the town's first office unless said otherwise."""
    device = a_device(**changed)
    device_move(device=device, state=DeviceState.KITTED, office=None, reason="", by=keeper())
    place = office or town().office
    return device_move(device=device, state=DeviceState.INSTALLED, office=place, reason="開設", by=keeper())


def a_line(device: Device | None = None) -> Line:
    """A line, in use in the tablet if one is given."""
    number = next(_numbers)
    line = line_add(
        key=uuid4(),
        number=f"0000000{number:04}",
        sim=f"8981000000000{number:06}",
        carrier="見本モバイル",
        plan="LTE 無制限・定額",
        begins_on=date(2025, 5, 1),
        by=keeper(),
    )
    return line_assign(line=line, device=device, reason="開設", by=keeper()) if device else line


def a_fault(*, device: Device | None = None, kind: FaultKind = FaultKind.HARDWARE) -> Fault:
    return fault_report(device=device or a_tablet(), office=None, kind=kind, text="電源が入りません。", by=keeper())


def an_erasure(*, device: Device | None = None, cause: ErasureCause = ErasureCause.RETURN) -> Erasure:
    """Planned."""
    return erasure_plan(key=uuid4(), device=device or a_tablet(), cause=cause, due_on=date(2028, 4, 30), by=keeper())
