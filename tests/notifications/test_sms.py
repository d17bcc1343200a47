"""SMS through a gateway that really listens, with each answer it may give; never at night, never too late."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.environment import sms_gateway
from notifications import models
from notifications.actions import message_withdraw
from notifications.models import Channel, Message, MessageState
from notifications.outbox import message_claim, message_transmit
from notifications.sms import reference_of, takes_sms
from notifications.tasks import deliver_due
from tests.notifications.conftest import BY, QueueMessage

pytestmark = pytest.mark.django_db


@dataclass
class FakeGateway:
    """Answers with `status`; 0 hangs up without a word."""

    status: int = 202
    received: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def gateway(settings: Settings) -> Iterator[FakeGateway]:
    fake = FakeGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.received.append((dict(self.headers), content))
            if fake.status:
                self.send_response(fake.status)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/messages"
    settings.SMS_GATEWAY = sms_gateway(address, "made-up-token", "0120000000")
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def an_sms(queue_message: QueueMessage, **changed: Any) -> Message:
    return queue_message("sms", **{"channel": Channel.SMS, "recipient": "00012345678", "body": "見本", **changed})


@pytest.mark.requirement("fukuoka-13")
def test_an_sms_reaches_the_gateway_once_with_its_reference(queue_message: QueueMessage, gateway: FakeGateway) -> None:
    message = an_sms(queue_message)
    assert deliver_due() == 1
    assert deliver_due() == 0
    ((headers, content),) = gateway.received
    reference = reference_of(message)
    assert content == {"to": "00012345678", "from": "0120000000", "text": "見本", "reference": reference}
    assert headers["Authorization"] == "Bearer made-up-token"
    assert headers["Idempotency-Key"] == reference
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert [receipt.reason for receipt in message.receipts.all()] == ["SMSの送信先の返事: 202"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, MessageState.FAILED),
        (401, MessageState.FAILED),
        (429, MessageState.QUEUED),
        (503, MessageState.QUEUED),
        (500, MessageState.UNCERTAIN),
        (0, MessageState.UNCERTAIN),
    ],
)
def test_each_answer_has_its_state(
    queue_message: QueueMessage, gateway: FakeGateway, status: int, state: MessageState
) -> None:
    gateway.status = status
    message = an_sms(queue_message)
    deliver_due()
    message.refresh_from_db()
    assert message.state == state


def test_a_gateway_that_is_away_costs_a_pause_and_no_message(
    queue_message: QueueMessage, gateway: FakeGateway, settings: Settings
) -> None:
    settings.SMS_GATEWAY = sms_gateway("http://127.0.0.1:9/", "made-up-token", "0120000000")
    message = an_sms(queue_message)
    deliver_due()
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED
    assert gateway.received == []


def test_a_landline_gets_none(queue_message: QueueMessage, gateway: FakeGateway) -> None:
    assert takes_sms("09000000000")
    assert not takes_sms("0931112222")
    message = an_sms(queue_message, recipient="0931112222")
    deliver_due()
    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    assert gateway.received == []


def at(hour: int, minute: int = 0) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=minute, second=0) + timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "sent"), [((7, 59), 0), ((8, 0), 1), ((20, 49), 1), ((20, 55), 0), ((21, 0), 0), ((2, 0), 0)]
)
def test_what_may_not_wake_anybody_waits_for_the_morning(
    queue_message: QueueMessage, moment: tuple[int, int], sent: int
) -> None:
    queue_message(by_day=True)
    with time_machine.travel(at(*moment), tick=False):
        assert deliver_due() == sent


def test_without_the_guard_it_goes_out_at_night(queue_message: QueueMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary of the test above."""
    monkeypatch.setattr(models, "is_night", lambda now: False)
    queue_message(by_day=True)
    with time_machine.travel(at(2), tick=False):
        assert deliver_due() == 1


def test_what_has_passed_is_dropped_with_a_receipt(queue_message: QueueMessage) -> None:
    message = queue_message(not_after=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert deliver_due() == 0
    message.refresh_from_db()
    assert message.state == MessageState.WITHDRAWN
    assert [receipt.reason for receipt in message.receipts.all()] == ["お知らせする時期を過ぎました"]


def test_a_message_withdrawn_while_a_worker_holds_it_does_not_leave(queue_message: QueueMessage, citizen: Any) -> None:
    queue_message(purpose="reminder")
    held = message_claim()
    assert held is not None
    assert message_withdraw(about=citizen, purpose="reminder", by=BY) == 1
    assert not message_transmit(message=held)


@pytest.mark.parametrize(
    ("url", "token", "sender"),
    [
        ("http://sms.example.jp/", "t", "s"),
        ("sms.example.jp", "t", "s"),
        ("https://a:b@sms.example.jp/", "t", "s"),
        ("https://sms.example.jp/", "", "s"),
        ("https://sms.example.jp/", "t", ""),
    ],
)
def test_settings_of_the_gateway_are_strict(url: str, token: str, sender: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SMS_"):
        sms_gateway(url, token, sender)
    assert sms_gateway("", "", "") is None
