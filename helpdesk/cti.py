"""The telephone system's messages: who may send them, and what they say."""

import hashlib
import hmac
import json
import re
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from helpdesk.actions import Event
from helpdesk.errors import EventRefused
from helpdesk.models import CtiKind
from writing.text import digits

# Older than this a message is taken for one that somebody recorded.
MOST_SECONDS_OFF = 300
LONGEST = 4096  # bytes
LONGEST_ID = 80
FARTHEST_DAYS = 31
LONGEST_NUMBER = 15
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")


def signature(timestamp: str, body: bytes) -> str:
    """What a message must carry."""
    return "sha256=" + hmac.new(settings.CTI_SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(timestamp: str, signed: str, body: bytes) -> bool:
    """Whether the message comes from the telephone system, and was sent just now."""
    if not settings.CTI_SECRET or not _SIGNATURE.fullmatch(signed) or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if not hmac.compare_digest(signature(timestamp, body), signed):
        return False
    return abs(time.time() - int(timestamp)) <= MOST_SECONDS_OFF


def read_event(body: bytes) -> Event:
    """Raises EventRefused for what cannot be understood."""
    try:
        said = json.loads(body)
    except ValueError:
        raise EventRefused from None
    if not isinstance(said, dict) or said.get("event") not in CtiKind.values:
        raise EventRefused
    return Event(
        event_id=_text(said, "id", needed=True),
        kind=CtiKind(said["event"]),
        call_id=_text(said, "call", needed=True),
        at=_moment(said.get("at")),
        number=digits(_text(said, "from"))[:LONGEST_NUMBER],
        operator=_text(said, "operator"),
    )


def _text(said: dict[str, Any], name: str, *, needed: bool = False) -> str:
    value = said.get(name) or ""
    if not isinstance(value, str) or len(value) > LONGEST_ID or "\x00" in value or (needed and not value):
        raise EventRefused
    return value


def _moment(value: object) -> datetime:
    """An aware moment near now: a clock that is months off would fall into the wrong figures for good."""
    try:
        at = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at) or abs((timezone.now() - at).days) > FARTHEST_DAYS:
        raise EventRefused
    return at
