"""Talking to NanoMDM: one PUT for each command.

A 500 may follow a command that was taken in, and a line may break after it: neither means "not sent". A CommandUUID
that is known is refused, so the same command is put again until it is certain (NanoMDM v0.9, docs/openapi.yaml).
"""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from django.conf import settings

from devices.mdm.messages import plist_of
from devices.models import Command, CommandState

SECONDS = 15
MOST_ANSWER = 10_000
USER = "nanomdm"
# What the storages of NanoMDM say of a CommandUUID that is there already.
_KNOWN = re.compile(r"duplicate|already exists|unique", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command at the server, and why, in words for the receipt."""

    state: CommandState
    reason: str


NO_ANSWER = Outcome(CommandState.QUEUED, "遠隔管理のサーバーにつながりません")
CUT_OFF = Outcome(CommandState.UNCERTAIN, "送信中に接続が切れました。届いたかどうかを確かめます")
TAKEN = Outcome(CommandState.SENT, "サーバーが受け付けました。端末の応答を待っています")
WITHOUT_PUSH = Outcome(CommandState.SENT, "サーバーが受け付けました。端末が次に通信したときに実行します")
KNOWN = Outcome(CommandState.SENT, "サーバーにすでに届いていることを確かめました")
WRONG_KEY = Outcome(CommandState.FAILED, "遠隔管理のサーバーの鍵が違います。システム管理者に連絡してください")


class Mdm(Protocol):
    """What carries commands to tablets."""

    def enqueue(self, command: Command) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class NanoMdm:
    url: str
    key: str

    def enqueue(self, command: Command) -> Outcome:
        connection = self._connection()
        try:
            try:
                connection.connect()
            except OSError:
                return NO_ANSWER
            return self._put(connection, command)
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=SECONDS)

    def _put(self, connection: HTTPConnection, command: Command) -> Outcome:
        token = b64encode(f"{USER}:{self.key}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/xml"}
        path = f"{urlsplit(self.url).path.rstrip('/')}/v1/enqueue/{quote(command.target, safe='')}"
        try:
            connection.request("PUT", path, plist_of(command), headers)
            answer = connection.getresponse()
            said = answer.read(MOST_ANSWER)
        except (OSError, HTTPException):
            return CUT_OFF
        return outcome_of(answer.status, said)


def outcome_of(status: int, said: bytes) -> Outcome:
    """What an answer means. Only a refusal before anything was taken in is "not sent"."""
    answer = _parsed(said)
    if _KNOWN.search(_errors(answer, "command_error")):
        return KNOWN
    if status in (401, 403):
        return WRONG_KEY
    if status in (200, 207) and not _errors(answer, "command_error"):
        return WITHOUT_PUSH if _errors(answer, "push_error") else TAKEN
    if 400 <= status < 500:
        return Outcome(CommandState.FAILED, f"遠隔管理のサーバーに断られました（{status}）")
    return Outcome(CommandState.UNCERTAIN, f"サーバーの返事は{status}でした。届いたかどうかを確かめます")


def _parsed(said: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(said)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _errors(answer: dict[str, Any], name: str) -> str:
    """The errors of this name for the whole request and for the device."""
    status = answer.get("status")
    devices = [held for held in status.values() if isinstance(held, dict)] if isinstance(status, dict) else []
    return " ".join(str(held[name]) for held in [answer, *devices] if held.get(name))


def gateway() -> Mdm | None:
    """The management of this installation (MDM_URL); in a demo one that answers by itself; otherwise none."""
    if settings.MDM:
        return NanoMdm(settings.MDM["url"], settings.MDM["key"])
    if settings.DEMO:
        from devices.mdm.demo import DemoMdm

        return DemoMdm()
    return None


def is_set_up() -> bool:
    return bool(settings.MDM or settings.DEMO)
