"""Commands asked for in tests, and the webhook by which their answers come."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone

from devices.actions import command_request
from devices.mdm.events import signature
from devices.models import Command, CommandKind, Device
from tests.devices.made import keeper

HOOK = "/api/mdm/events"
UDID = "MIHON-UDID-7"


def asked(tablet: Device, kind: CommandKind = CommandKind.LOCK) -> Command:
    return command_request(device=tablet, kind=kind, by=keeper())


def now_state(command: Command) -> str:
    command.refresh_from_db()
    return str(command.state)


def tells(body: bytes, signed: str = "") -> int:
    """The status of the webhook's answer."""
    answer = Client().post(
        HOOK, body, content_type="application/json", headers={"X-Hmac-Signature": signed or signature(body)}
    )
    return answer.status_code


def later(minutes: int = 10) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)
