"""Trouble with equipment becomes a fault of the device in the register, in the same moment (kitakyushu-08)."""

import uuid

from audit.actors import Actor
from devices.actions import fault_report
from devices.models import Device, Fault, FaultKind
from helpdesk.models import Ticket

ON_THE_LINE = ("回線", "通信", "つながら", "繋がら", "電波", "LTE")


def fault_begin(ticket: Ticket, *, by: Actor) -> Fault:
    """Report the inquiry's trouble to the device keepers, once; within a transaction.

    The device is the one whose seal was named, if any. What is told on the telephone leaves it in use: whether it is
    broken, the keeper says.
    """
    device = Device.objects.filter(seal_number__iexact=ticket.device_label).first() if ticket.device_label else None
    said = f"{ticket.title}\n{ticket.body}".strip()
    kind = FaultKind.NETWORK if any(word in said for word in ON_THE_LINE) else FaultKind.SOFTWARE
    return fault_report(
        device=device,
        office=None if device and device.office_id else ticket.office,
        kind=kind,
        text=said if device or not ticket.device_label else f"{said}\n機器：{ticket.device_label}",
        ticket_number=ticket.number,
        by=by,
        key=uuid.uuid5(uuid.NAMESPACE_OID, f"ticket:{ticket.pk}"),
    )
