"""Mails that came back: delivery status notifications (RFC 3464), as a mail server hands them in."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from email.message import Message as MailPart
from email.parser import BytesParser
from typing import Any

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Left
from django.utils import timezone

from audit.actors import Actor
from notifications.delivery import without_addresses
from notifications.models import Message
from notifications.outbox import message_bounced

BY = Actor.system("bounces")
# Mail servers try for five days; a notice later than this is about nothing that matters any more.
REMEMBERED = timedelta(days=14)
MOST_BYTES = 1_000_000
OURS = re.compile(r"<([0-9a-f]{40})@")


def bounce_take(content: bytes) -> Message | None:
    """Mark the message that the notice is about as bounced. None when it tells of no failure, or of no mail of ours.

    A notice given in twice changes nothing the second time.
    """
    notice = BytesParser(policy=policy.default).parsebytes(content[:MOST_BYTES])
    reason = _failure(notice)
    found = _message(notice) if reason else None
    if found and reason:
        message_bounced(message=found, reason=reason, by=BY)
    return found


def _failure(notice: "MailPart[str, Any]") -> str:
    """Why, in the server's words; empty when no recipient failed for good (delays are told of too)."""
    for fields in _status_fields(notice):
        if str(fields.get("Action", "")).strip().lower() == "failed":
            status = " ".join(str(fields.get(name, "")) for name in ("Status", "Diagnostic-Code")).split()
            return f"届かずに戻りました: {without_addresses(' '.join(status))}"
    return ""


def _status_fields(notice: "MailPart[str, Any]") -> "Iterator[MailPart[str, Any]]":
    for part in notice.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, MailPart)) if isinstance(blocks, list) else ()


def _message(notice: "MailPart[str, Any]") -> Message | None:
    """The message whose Message-ID the returned mail carries."""
    for part in notice.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers") and (digest := _digest(part)):
            return _by_digest(digest)
    return None


def _digest(part: "MailPart[str, Any]") -> str:
    inner = part.get_payload()
    if isinstance(inner, list) and inner:
        text = str(inner[0].get("Message-ID", "")) if isinstance(inner[0], MailPart) else ""
    else:
        content = part.get_payload(decode=True)
        returned = BytesParser(policy=policy.default).parsebytes(content if isinstance(content, bytes) else b"")
        text = str(returned.get("Message-ID", ""))
    found = OURS.search(text)
    return found.group(1) if found else ""


def message_of_id(message_id: str) -> Message | None:
    """The message that went out as this Message-ID; None when it is none of ours, or too long ago."""
    found = OURS.match(message_id)
    return _by_digest(found.group(1)) if found else None


def _by_digest(digest: str) -> Message | None:
    """Message-IDs follow from keys (`delivery.message_id_of`), so they are compared and stand nowhere."""
    in_bytes = Func(F("key"), Value("UTF8"), function="convert_to")
    hashed = Func(Func(in_bytes, function="sha256"), Value("hex"), function="encode", output_field=CharField())
    recent = Message.objects.filter(queued_at__gte=timezone.now() - REMEMBERED)
    return recent.annotate(digest=Left(hashed, len(digest))).filter(digest=digest).first()
