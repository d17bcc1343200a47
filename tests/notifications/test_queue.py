"""Queueing, withdrawing and resending."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import User
from audit.models import AuditEvent
from notifications import actions
from notifications.actions import message_resend, message_withdraw
from notifications.errors import ResendRefused
from notifications.models import Message, MessageState, Receipt
from tests.notifications.conftest import BY, QueueMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def wake_ups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    woken: list[int] = []

    def send_task(name: str, args: list[int], **options: Any) -> None:
        assert name == "notifications.tasks.deliver"
        woken.extend(args)

    monkeypatch.setattr("notifications.actions.current_app.send_task", send_task)
    return woken


def test_the_same_key_queues_one_message_and_returns_the_first(queue_message: QueueMessage) -> None:
    first = queue_message("booking:1:booked")
    second = queue_message("booking:1:booked", title="別の件名", recipient="other@example.jp")
    assert second.pk == first.pk
    assert second.title == "予約を受け付けました"
    assert AuditEvent.objects.filter(action="message_queue").count() == 1


def test_the_audit_event_names_neither_recipient_nor_text(queue_message: QueueMessage) -> None:
    queue_message()
    event = AuditEvent.objects.get(action="message_queue")
    assert event.detail == {"purpose": "booked"}


def test_nothing_is_queued_when_the_audit_event_cannot_be_written(
    queue_message: QueueMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**event: Any) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr(actions, "record", refuse)
    with pytest.raises(RuntimeError):
        queue_message()
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_commit_and_not_after_rollback(
    queue_message: QueueMessage, wake_ups: list[int]
) -> None:
    with transaction.atomic():
        message = queue_message("kept")
        assert wake_ups == []
    assert wake_ups == [message.pk]
    with transaction.atomic():
        queue_message("lost")
        transaction.set_rollback(True)
    assert wake_ups == [message.pk]
    queue_message("kept")
    assert wake_ups == [message.pk]


@pytest.mark.django_db(transaction=True)
def test_a_message_for_later_wakes_nobody(queue_message: QueueMessage, wake_ups: list[int]) -> None:
    later = queue_message(not_before=timezone.now() + timedelta(days=1))
    assert wake_ups == []
    assert later not in Message.objects.due()
    assert later in Message.objects.due(timezone.now() + timedelta(days=2))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [OperationalError("no broker"), ConnectionRefusedError("no broker")])
def test_a_broker_that_is_down_leaves_the_message_to_the_sweep(
    queue_message: QueueMessage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
) -> None:
    def send_task(*args: Any, **options: Any) -> None:
        raise failure

    monkeypatch.setattr("notifications.actions.current_app.send_task", send_task)
    with caplog.at_level(logging.WARNING, "notifications.actions"):
        message = queue_message()
    assert message in Message.objects.due()
    assert "waits for the sweep" in caplog.text
    assert "hanako" not in caplog.text


def test_a_withdrawn_message_is_not_due_and_says_why(queue_message: QueueMessage, citizen: User) -> None:
    queue_message("reminder", purpose="reminder")
    kept = queue_message("booked")
    assert message_withdraw(about=citizen, purpose="reminder", by=BY) == 1
    assert list(Message.objects.due()) == [kept]
    receipt = Receipt.objects.get()
    assert receipt.state == MessageState.WITHDRAWN
    assert receipt.reason
    assert AuditEvent.objects.filter(action="message_withdraw").count() == 1


def test_withdrawing_nothing_is_no_event(citizen: User) -> None:
    assert message_withdraw(about=citizen, purpose="reminder", by=BY) == 0
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("state", [MessageState.TRANSMITTING, MessageState.SENT])
def test_a_message_that_may_have_left_cannot_be_withdrawn(
    queue_message: QueueMessage, citizen: User, state: MessageState
) -> None:
    message = queue_message()
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=timezone.now())
    assert message_withdraw(about=citizen, purpose="booked", by=BY) == 0
    message.refresh_from_db()
    assert message.state == state


@pytest.mark.parametrize("state", MessageState)
def test_only_messages_that_may_not_have_arrived_are_resent(queue_message: QueueMessage, state: MessageState) -> None:
    message = queue_message()
    Message.objects.filter(pk=message.pk).update(state=state, attempts=8, sent_at=timezone.now())
    if state in (MessageState.FAILED, MessageState.UNCERTAIN, MessageState.BOUNCED):
        assert message_resend(message=message, by=BY).attempts == 0
        assert message in Message.objects.due()
        assert AuditEvent.objects.get(action="message_resend").detail == {"before": state}
    else:
        with pytest.raises(ResendRefused):
            message_resend(message=message, by=BY)


def test_a_line_break_in_a_title_begins_no_header(queue_message: QueueMessage) -> None:
    message = queue_message(title="お知らせ\r\nBcc: all@example.jp")
    assert message.title == "お知らせ Bcc: all@example.jp"
