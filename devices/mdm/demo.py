"""A management that lives inside the demo: it takes every command and answers some seconds later, as a tablet would."""

import hashlib
from datetime import timedelta
from typing import Any

from django.utils import timezone

from devices.mdm.events import Event
from devices.mdm.gateway import Outcome
from devices.mdm.outbox import WORKER, event_take
from devices.models import Command, CommandKind, CommandState

ANSWERS_AFTER = timedelta(seconds=2)
# Somewhere in the sea: nobody lives there.
SEA = {"Latitude": 33.98, "Longitude": 130.62, "HorizontalAccuracy": 65.0}
FACTS = {
    "DeviceName": "見本のタブレット",
    "OSVersion": "18.5",
    "ModelName": "iPad",
    "BatteryLevel": 0.82,
    "AvailableDeviceCapacity": 41.3,
    "DeviceCapacity": 64.0,
}


class DemoMdm:
    def enqueue(self, command: Command) -> Outcome:
        return Outcome(CommandState.SENT, "デモの遠隔管理が受け付けました。数秒で応答します")


def answer_waiting() -> int:
    """Answer what was sent a moment ago; returns how many."""
    before = timezone.now() - ANSWERS_AFTER
    sent = CommandState.SENT
    waiting = Command.objects.filter(state=sent, receipts__state=sent, receipts__at__lte=before).distinct()
    return sum(event_take(event=_event(command), by=WORKER) for command in waiting)


def _event(command: Command) -> Event:
    answers: dict[str, dict[str, Any]] = {CommandKind.LOCATE: SEA, CommandKind.INFO: {"QueryResponses": FACTS}}
    digest = hashlib.sha256(f"demo {command.uuid}".encode()).hexdigest()
    return Event(digest, command.target, str(command.uuid), "Acknowledged", answers.get(command.kind, {}))
