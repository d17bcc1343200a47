"""What NanoMDM tells: its webhook, signed, sent once and never again."""

import hashlib
import hmac
import json
import math
import plistlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from devices.errors import EventRefused

LONGEST = 1_000_000
# What a tablet tells about itself that somebody wants to see.
SHOWN = ("DeviceName", "OSVersion", "ModelName", "BatteryLevel", "AvailableDeviceCapacity", "DeviceCapacity")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Event:
    """A message about one tablet; `uuid` and `status` say what became of a command, if it is about one."""

    digest: str
    udid: str
    uuid: str = ""
    status: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


def signature(body: bytes) -> str:
    """What X-Hmac-Signature must carry."""
    secret = settings.MDM["webhook_secret"] if settings.MDM else ""
    return b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_genuine(signed: str, body: bytes) -> bool:
    return bool(settings.MDM) and hmac.compare_digest(signature(body).encode(), signed.encode())


def read_event(body: bytes) -> Event:
    """Raises EventRefused for what cannot be understood."""
    try:
        said = json.loads(body)
    except ValueError:
        raise EventRefused from None
    if not isinstance(said, dict):
        raise EventRefused
    digest = hashlib.sha256(body).hexdigest()
    told = said.get("acknowledge_event") or said.get("checkin_event")
    if not isinstance(told, dict) or not isinstance(told.get("udid"), str):
        raise EventRefused
    uuid = str(told.get("command_uuid") or "")
    return Event(
        digest=digest,
        udid=told["udid"],
        uuid=uuid.lower() if _UUID.fullmatch(uuid) else "",
        status=str(told.get("status") or ""),
        answer=_answer(told.get("raw_payload")),
    )


def _answer(raw: object) -> dict[str, Any]:
    """The tablet's own words; nothing when they cannot be read."""
    if not isinstance(raw, str):
        return {}
    try:
        held = plistlib.loads(b64decode(raw, validate=True))
    except Exception:  # noqa: BLE001 -- plistlib raises whatever its parser does; the event's state counts all the same
        return {}
    return held if isinstance(held, dict) else {}


def facts_of(answer: dict[str, Any]) -> dict[str, str | float]:
    """What is shown of a DeviceInformation, numbers and short texts only."""
    held = answer.get("QueryResponses")
    if not isinstance(held, dict):
        return {}
    facts: dict[str, str | float] = {}
    for name in SHOWN:
        value = held.get(name)
        if isinstance(value, str):
            facts[name] = value.replace("\x00", "")[:60]
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            facts[name] = round(float(value), 2)
    return facts


def number_of(answer: dict[str, Any], name: str, most: float) -> float | None:
    """A coordinate or distance, if it is a number within bounds."""
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if abs(value) <= most else None
