"""What a delivery does with each answer of a real mail server."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import AuditEvent
from notifications.delivery import deliver_one, message_id_of, without_addresses
from notifications.models import MESSAGE_MOVES, Message, MessageState
from notifications.outbox import (
    LEASE,
    MOST_ATTEMPTS,
    Outcome,
    claims_release_expired,
    message_claim,
    message_settle,
    message_transmit,
    pause_after,
)
from notifications.tasks import deliver_due
from tests.fixtures.mail import free_port
from tests.notifications.conftest import BY, HoldingMailServer, QueueMessage

pytestmark = pytest.mark.django_db


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def last_reason(message: Message) -> str:
    receipt = message.receipts.order_by("-id").first()
    assert receipt is not None
    return receipt.reason


def test_a_mail_arrives_with_text_recipient_and_receipt(
    queue_message: QueueMessage, mail_settings: HoldingMailServer
) -> None:
    message = queue_message()
    assert deliver_one()
    (received,) = mail_settings.received
    assert received["Subject"] == "予約を受け付けました"
    assert received["To"] == "hanako@example.jp"
    assert received["Message-ID"] == message_id_of(message)
    assert received["Auto-Submitted"] == "auto-generated"
    assert "予約番号 123-456-789" in received.get_content()
    sent = fresh(message)
    assert sent.state == MessageState.SENT
    assert sent.sent_at is not None
    assert last_reason(sent).startswith("250")
    assert AuditEvent.objects.filter(action="message_sent").count() == 1


def test_a_message_is_sent_once_however_often_the_worker_is_woken(
    queue_message: QueueMessage, mail_settings: HoldingMailServer
) -> None:
    message = queue_message()
    assert deliver_one(message.pk)
    assert not deliver_one(message.pk)
    assert not deliver_one()
    assert len(mail_settings.received) == 1


def test_a_message_id_follows_from_the_key_alone(queue_message: QueueMessage) -> None:
    one, other = queue_message("one"), queue_message("other")
    assert message_id_of(one) == message_id_of(fresh(one))
    assert message_id_of(one) != message_id_of(other)
    assert message_id_of(one).endswith("@example.lg.jp>")


def test_a_server_that_asks_to_come_back_later_is_asked_again_after_a_pause(
    queue_message: QueueMessage, mail_settings: HoldingMailServer
) -> None:
    message = queue_message()
    mail_settings.answer = "451 try later"
    assert deliver_due() == 1
    waiting = fresh(message)
    assert waiting.state == MessageState.QUEUED
    assert waiting.not_before > timezone.now()
    assert "451" in last_reason(waiting)
    mail_settings.answer = "250 OK"
    Message.objects.update(not_before=timezone.now())
    deliver_due()
    assert fresh(message).state == MessageState.SENT
    assert len(mail_settings.received) == 1


def test_a_mail_server_that_is_away_costs_a_pause_and_no_message(
    queue_message: QueueMessage, mail_settings: HoldingMailServer, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    message = queue_message()
    deliver_due()
    assert fresh(message).state == MessageState.QUEUED
    assert "つながりません" in last_reason(message)


def test_a_server_that_refuses_the_mail_for_good_ends_it(
    queue_message: QueueMessage, mail_settings: HoldingMailServer
) -> None:
    message = queue_message()
    mail_settings.answer = "554 no thank you"
    deliver_due()
    assert fresh(message).state == MessageState.FAILED
    assert "554" in last_reason(message)


def test_an_unknown_recipient_ends_it_and_the_receipt_does_not_repeat_the_address(
    queue_message: QueueMessage, mail_settings: HoldingMailServer
) -> None:
    message = queue_message()
    mail_settings.recipient_answer = "550 <hanako@example.jp> user unknown"
    deliver_due()
    assert fresh(message).state == MessageState.FAILED
    assert "user unknown" in last_reason(message)
    assert "hanako" not in last_reason(message)
    assert mail_settings.received == []


@pytest.mark.parametrize(
    "address", ["hanako", "hanako@", "hanako@example.jp\nBcc: all@example.jp", "a@example.jp, b@example.jp", ""]
)
def test_what_is_no_address_fails_without_asking_a_server(
    queue_message: QueueMessage, mail_settings: HoldingMailServer, address: str
) -> None:
    message = queue_message(recipient=address)
    deliver_due()
    assert fresh(message).state == MessageState.FAILED
    assert mail_settings.received == []


def test_after_the_last_attempt_a_message_fails(queue_message: QueueMessage, mail_settings: HoldingMailServer) -> None:
    message = queue_message()
    mail_settings.answer = "451 try later"
    for _ in range(MOST_ATTEMPTS):
        Message.objects.update(not_before=timezone.now())
        deliver_due()
    assert fresh(message).state == MessageState.FAILED
    assert fresh(message).attempts == MOST_ATTEMPTS


def test_pauses_grow_to_two_hours() -> None:
    minutes = [pause_after(attempt).total_seconds() / 60 for attempt in range(1, 10)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 120, 120]


def test_a_lost_claim_sends_nothing_and_settles_nothing(queue_message: QueueMessage) -> None:
    message = queue_message()
    lost = message_claim()
    assert lost is not None
    Message.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert not message_transmit(message=lost)
    assert claims_release_expired(by=BY) == 1
    Message.objects.update(not_before=timezone.now())
    newer = message_claim()
    assert newer is not None
    assert not message_transmit(message=lost)
    assert not message_settle(message=lost, outcome=Outcome(MessageState.FAILED, "遅れて"), by=BY)
    assert message_transmit(message=newer)
    assert fresh(message).state == MessageState.TRANSMITTING


def test_a_live_claim_is_left_alone(queue_message: QueueMessage) -> None:
    message = queue_message()
    message_claim()
    assert claims_release_expired(by=BY) == 0
    assert fresh(message).state == MessageState.CLAIMED
    claimed_until = fresh(message).claimed_until
    assert claimed_until is not None
    assert claimed_until > timezone.now() + LEASE - timedelta(seconds=30)


def test_a_worker_that_was_only_slow_may_still_say_that_the_mail_was_sent(queue_message: QueueMessage) -> None:
    message = queue_message()
    slow = message_claim()
    assert slow is not None
    message_transmit(message=slow)
    Message.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    claims_release_expired(by=BY)
    assert fresh(message).state == MessageState.UNCERTAIN
    assert message_settle(message=slow, outcome=Outcome(MessageState.SENT, "250 OK"), by=BY)
    assert fresh(message).state == MessageState.SENT


def test_the_demos_file_backend_is_used_as_it_is(queue_message: QueueMessage) -> None:
    message = queue_message()
    deliver_due()
    assert [sent.to for sent in mail.outbox] == [["hanako@example.jp"]]
    assert fresh(message).state == MessageState.SENT


def test_one_run_delivers_at_most_fifty(queue_message: QueueMessage) -> None:
    for number in range(52):
        queue_message(f"key-{number}")
    assert deliver_due() == 50
    assert deliver_due() == 2


def test_moves_name_every_state_and_never_repeat_a_mail_by_themselves() -> None:
    assert set(MESSAGE_MOVES) == set(MessageState)
    assert MESSAGE_MOVES[MessageState.SENT] == {MessageState.BOUNCED}
    assert MESSAGE_MOVES[MessageState.WITHDRAWN] == frozenset()
    before_transmitting = [state for state, moves in MESSAGE_MOVES.items() if MessageState.TRANSMITTING in moves]
    assert before_transmitting == [MessageState.CLAIMED]


def test_addresses_are_blotted_out_of_answers() -> None:
    assert without_addresses('550 "<a.b@example.jp>" unknown') == '550 "<…@…>" unknown'
