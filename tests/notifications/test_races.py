"""Two workers at one outbox, and workers that die in the middle of a mail."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.actions import message_resend
from notifications.delivery import deliver_one
from notifications.models import Message, MessageQuerySet, MessageState
from notifications.outbox import claims_release_expired, message_claim, message_transmit
from notifications.tasks import deliver, deliver_due
from tests.fixtures.site import Worker, wait_for
from tests.notifications.conftest import BY, HoldingMailServer, QueueMessage, wait_for_state

pytestmark = pytest.mark.django_db(transaction=True)


def kill_at(worker: Worker, smtp: HoldingMailServer, point: str, queue_message: QueueMessage) -> Message:
    """A message whose worker was killed while the mail server held it at `point`."""
    smtp.hold_at = point
    message = queue_message()
    wait_for(smtp.reached.is_set, f"the mail server being asked for {point}", 30)
    worker.kill()
    smtp.release()
    return message


def let_leases_expire() -> None:
    Message.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_a_worker_killed_before_the_mail_went_out_loses_nothing_and_one_mail_arrives(
    worker: Worker, smtp: HoldingMailServer, queue_message: QueueMessage
) -> None:
    message = kill_at(worker, smtp, "RCPT", queue_message)
    message.refresh_from_db()
    assert message.state == MessageState.CLAIMED
    worker.start()
    let_leases_expire()
    deliver_due.delay()
    wait_for(lambda: message.receipts.exists(), "the sweep", 30)
    assert smtp.received == []
    Message.objects.update(not_before=timezone.now())
    deliver_due.delay()
    wait_for_state(message, MessageState.SENT)
    assert len(smtp.received) == 1
    assert [receipt.state for receipt in message.receipts.order_by("id")] == ["queued", "sent"]


def test_a_worker_killed_in_the_middle_of_the_mail_leaves_it_to_a_person(
    worker: Worker, smtp: HoldingMailServer, queue_message: QueueMessage
) -> None:
    message = kill_at(worker, smtp, "DATA", queue_message)
    message.refresh_from_db()
    assert message.state == MessageState.TRANSMITTING
    worker.start()
    let_leases_expire()
    deliver_due.delay()
    wait_for_state(message, MessageState.UNCERTAIN)
    later = queue_message("later")
    wait_for_state(later, MessageState.SENT)
    assert [mail["Subject"] for mail in smtp.received] == [message.title, later.title]
    message_resend(message=message, by=BY)
    wait_for_state(message, MessageState.SENT)
    assert len(smtp.received) == 3
    assert smtp.received[0]["Message-ID"] == smtp.received[2]["Message-ID"]


def test_two_processes_send_fifty_messages_exactly_once_each(
    worker: Worker, smtp: HoldingMailServer, queue_message: QueueMessage
) -> None:
    messages = [queue_message(f"key-{number}", title=f"お知らせ {number}") for number in range(50)]
    for message in messages:
        deliver.delay(message.pk)
    deliver_due.delay()
    deliver_due.delay()
    wait_for(lambda: not Message.objects.exclude(state=MessageState.SENT).exists(), "fifty mails", 60)
    assert Counter(mail["Subject"] for mail in smtp.received) == Counter(f"お知らせ {n}" for n in range(50))


def send_with_two_threads() -> None:
    """Two connections deliver everything that is due, starting at the same moment."""
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        while deliver_one():
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def thirty_messages(queue_message: QueueMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.actions.current_app.send_task", lambda *args, **options: None)
    for number in range(30):
        queue_message(f"key-{number}", title=f"お知らせ {number}")


@pytest.mark.usefixtures("thirty_messages")
def test_two_connections_send_each_message_once(mail_settings: HoldingMailServer) -> None:
    send_with_two_threads()
    assert Counter(Counter(mail["Subject"] for mail in mail_settings.received).values()) == {1: 30}


class SlowReader:
    """A worker's read of the next due message, which pauses between reading the row and writing its claim."""

    def __init__(self, due: MessageQuerySet, others_are_done: threading.Event, has_read: threading.Event) -> None:
        self.due, self.others_are_done, self.has_read = due, others_are_done, has_read

    def first(self) -> Message | None:
        message = self.due.first()
        if threading.current_thread().name == "slow":
            self.has_read.set()
            self.others_are_done.wait(10)
        return message


def send_beside_a_slow_reader(
    monkeypatch: pytest.MonkeyPatch, take: Callable[[MessageQuerySet], MessageQuerySet]
) -> None:
    """One worker reads a message by `take` and pauses; another delivers what it can; the first goes on."""
    others_are_done, has_read = threading.Event(), threading.Event()
    monkeypatch.setattr(MessageQuerySet, "takeable", lambda due: SlowReader(take(due), others_are_done, has_read))

    def slow_work() -> None:
        deliver_one()
        connection.close()

    slow = threading.Thread(target=slow_work, name="slow")
    slow.start()
    assert has_read.wait(10)
    deliver_one()
    others_are_done.set()
    slow.join()


@pytest.fixture
def one_message(queue_message: QueueMessage, monkeypatch: pytest.MonkeyPatch) -> Message:
    monkeypatch.setattr("notifications.actions.current_app.send_task", lambda *args, **options: None)
    return queue_message()


@pytest.mark.usefixtures("one_message")
def test_a_message_that_a_slow_worker_has_read_is_passed_over(
    mail_settings: HoldingMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_beside_a_slow_reader(monkeypatch, MessageQuerySet.takeable)
    assert len(mail_settings.received) == 1


@pytest.mark.usefixtures("one_message")
def test_canary_without_the_lock_that_message_is_sent_twice(
    mail_settings: HoldingMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_beside_a_slow_reader(monkeypatch, lambda due: due)
    assert len(mail_settings.received) == 2


def lose_a_claim() -> Message:
    """A worker's view of a message whose lease has run out and which another worker has claimed since."""
    lost = message_claim()
    assert lost is not None
    let_leases_expire()
    claims_release_expired(by=BY)
    Message.objects.update(not_before=timezone.now())
    assert message_claim() is not None
    return lost


@pytest.mark.usefixtures("one_message")
def test_a_worker_whose_lease_ran_out_may_not_send() -> None:
    assert not message_transmit(message=lose_a_claim())


@pytest.mark.usefixtures("one_message")
def test_canary_without_the_token_such_a_worker_would_send(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = lose_a_claim()
    monkeypatch.setattr(MessageQuerySet, "held", lambda messages, message: messages.filter(pk=message.pk))
    assert message_transmit(message=lost)
