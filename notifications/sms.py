"""SMS by an HTTP gateway of the operator's choice: one POST for each message.

The gateway is told `{"to", "from", "text", "reference"}` as JSON, with the token as bearer. `reference` follows from
the message's key and stands in `Idempotency-Key` too: a gateway that knows it never sends the same SMS twice.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from notifications.models import Message, MessageState
from notifications.outbox import Outcome

SECONDS = 20
MOST_ANSWER = 2000
# 000 stands for the telephones of made-up people. 050 is no mobile line.
MOBILE = re.compile(r"(0[6789]0|000)\d{8}")
# Busy or down before it took anything. Any other 5xx may have sent the message.
LATER = frozenset({408, 425, 429, 503})

NOT_SET_UP = Outcome(MessageState.FAILED, "SMSの送信先が設定されていません")
BAD_NUMBER = Outcome(MessageState.FAILED, "SMSを受け取れる電話番号ではありません")
NO_ANSWER = Outcome(MessageState.QUEUED, "SMSの送信先につながりません")
CUT_OFF = Outcome(MessageState.UNCERTAIN, "SMSの送信中に接続が切れました。届いたかどうか分かりません")


class Gateway(Protocol):
    """What carries SMS. `transmit` is called just before the message leaves, and may raise to keep it."""

    def deliver(self, message: Message, transmit: Callable[[], None]) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class HttpGateway:
    url: str
    token: str
    sender: str

    def deliver(self, message: Message, transmit: Callable[[], None]) -> Outcome:
        connection = self._connection()
        try:
            try:
                connection.connect()
            except OSError:
                return NO_ANSWER
            transmit()
            return self._sent(connection, message)
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=SECONDS)

    def _sent(self, connection: HTTPConnection, message: Message) -> Outcome:
        reference = reference_of(message)
        content = {"to": message.recipient, "from": self.sender, "text": message.body, "reference": reference}
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": reference,
        }
        try:
            connection.request("POST", urlsplit(self.url).path or "/", json.dumps(content).encode(), headers)
            answer = connection.getresponse()
            answer.read(MOST_ANSWER)
        except (OSError, HTTPException):
            return CUT_OFF
        return outcome_of(answer.status)


def outcome_of(status: int) -> Outcome:
    """What an answer means. The gateway's own words may repeat the number and are left out."""
    words = f"SMSの送信先の返事: {status}"
    if 200 <= status < 300:
        return Outcome(MessageState.SENT, words)
    if status in LATER:
        return Outcome(MessageState.QUEUED, words)
    return Outcome(MessageState.FAILED if status < 500 else MessageState.UNCERTAIN, words)


def reference_of(message: Message) -> str:
    return hashlib.sha256(message.key.encode()).hexdigest()[:40]


def gateway() -> Gateway | None:
    """The gateway of this installation (SMS_GATEWAY_URL), if it has one."""
    held = settings.SMS_GATEWAY
    return HttpGateway(**held) if held else None


def takes_sms(phone: str) -> bool:
    """Whether an SMS can be sent to this number (digits) from here."""
    return bool(settings.SMS_GATEWAY) and MOBILE.fullmatch(phone) is not None


def deliver(message: Message, *, transmit: Callable[[], None]) -> Outcome:
    held = gateway()
    if held is None:
        return NOT_SET_UP
    return held.deliver(message, transmit) if MOBILE.fullmatch(message.recipient) else BAD_NUMBER
