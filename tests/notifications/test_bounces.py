"""Mails that came back: the notice of a mail server marks the message, and nothing else does."""

from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command

from audit.models import AuditEvent
from notifications.bounces import bounce_take
from notifications.delivery import deliver_one, message_id_of
from notifications.models import Message, MessageState
from tests.notifications.conftest import QueueMessage

pytestmark = pytest.mark.django_db

NOTICE = """\
From: MAILER-DAEMON@mail.example.jp
To: madoguchi@example.lg.jp
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp

Final-Recipient: rfc822; hanako@example.jp
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <hanako@example.jp> user unknown

--b
Content-Type: {returned}

Message-ID: {message_id}
Subject: x

--b--
"""


@pytest.fixture
def sent(queue_message: QueueMessage) -> Message:
    message = queue_message()
    deliver_one()
    return Message.objects.get(pk=message.pk)


def notice(message_id: str, action: str = "failed", returned: str = "message/rfc822") -> bytes:
    return NOTICE.format(message_id=message_id, action=action, returned=returned).encode()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_is_marked_once(sent: Message, returned: str) -> None:
    for _ in range(2):
        assert bounce_take(notice(message_id_of(sent), returned=returned)) == sent
    sent.refresh_from_db()
    assert sent.state == MessageState.BOUNCED
    receipt = sent.receipts.order_by("-id")[0]
    assert "5.1.1" in receipt.reason
    assert "hanako" not in receipt.reason
    assert AuditEvent.objects.filter(action="message_bounced").count() == 1


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered"])
def test_a_delay_is_no_failure(sent: Message, action: str) -> None:
    assert bounce_take(notice(message_id_of(sent), action)) is None
    sent.refresh_from_db()
    assert sent.state == MessageState.SENT


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"Subject: hello\n\nhello", notice("<x@example.jp>")])
def test_what_is_not_ours_changes_nothing(sent: Message, content: bytes) -> None:
    assert bounce_take(content) is None
    sent.refresh_from_db()
    assert sent.state == MessageState.SENT


def test_the_command_reads_from_the_mail_server(sent: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(notice(message_id_of(sent)))))
    said = StringIO()
    call_command("take_bounce", stdout=said)
    assert said.getvalue() == f"message {sent.pk}: booked\n"
