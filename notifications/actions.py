"""Queueing, withdrawing and resending messages. Sending itself stands in `delivery.py`.

A message is written in the transaction of the change it tells of. The broker is only a wake-up: when it
is down, the next sweep (`tasks.deliver_due`) finds the row.
"""

import logging
from datetime import datetime
from functools import partial

from celery import current_app
from django.db import connection, models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from audit.actions import record
from audit.actors import Actor
from notifications.errors import ResendRefused
from notifications.models import Channel, Message, MessageState, Receipt

logger = logging.getLogger(__name__)

STORED = (
    *("key", "channel", "purpose", "recipient", "title", "body", "subject_type", "subject_id", "state"),
    *("not_before", "not_after", "by_day", "attempts", "queued_at", "reply_to", "in_reply_to"),
)
INSERT = f"""
    INSERT INTO notifications_message ({", ".join(STORED)}) VALUES ({", ".join("%s" for _ in STORED)})
    ON CONFLICT (key) DO NOTHING RETURNING id
"""  # noqa: S608 (the names are those of STORED)


@transaction.atomic
def message_queue(
    *,
    key: str,
    purpose: str,
    recipient: str,
    title: str,
    body: str,
    about: models.Model,
    by: Actor,
    channel: Channel = Channel.MAIL,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    by_day: bool = False,
    reply_to: str = "",
    in_reply_to: str = "",
) -> Message:
    """Queue one mail or SMS about `about`. A second call with the same `key` returns the first message unchanged.

    `reply_to` is the address that answers go to, `in_reply_to` the Message-ID of the mail that this one answers.

    `not_before` is the earliest time of sending (now if None); from `not_after` on it is dropped, and `by_day` ones
    are never sent at night, however late a worker or a second try may be. A bad address is no error here: the message
    fails when it is sent, with a receipt, so that a booking never breaks on its mail.
    """
    message = Message(
        key=key,
        purpose=purpose,
        recipient=recipient,
        title=one_line(title),
        body=body,
        subject_type=about._meta.label_lower,
        subject_id=str(about.pk),
        channel=channel,
        not_before=not_before or timezone.now(),
        not_after=not_after,
        by_day=by_day,
        reply_to=reply_to,
        in_reply_to=in_reply_to,
        queued_at=timezone.now(),
    )
    if not _inserted(message):
        return Message.objects.get(key=key)
    record(action="message_queue", subject=message, by=by, detail={"purpose": purpose})
    _wake_after_commit(message)
    return message


def _inserted(message: Message) -> bool:
    """False when the key is there already. In SQL: looking first and a savepoint take three statements more, and
    nearly every booking queues two messages.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [getattr(message, column) for column in STORED])
        row = cursor.fetchone()
    if row is None:
        return False
    message.pk = row[0]
    message._state.adding = False
    message._state.db = connection.alias
    return True


@transaction.atomic
def message_withdraw(*, about: models.Model, purpose: str, by: Actor) -> int:
    """Take back the messages of `purpose` about `about` that have not gone out; returns how many.

    A worker that already holds one loses it: it asks once more just before sending. What is on its way may have
    left the house.
    """
    waiting = [MessageState.QUEUED, MessageState.CLAIMED]
    queued = Message.objects.about(about).filter(purpose=purpose, state__in=waiting)
    withdrawn = list(queued.select_for_update())
    for message in withdrawn:
        message.state = MessageState.WITHDRAWN
        message.save(update_fields=["state"])
        Receipt.objects.create(message=message, state=message.state, reason="お知らせする必要がなくなりました")
    if withdrawn:
        detail = {"purpose": purpose, "messages": [message.pk for message in withdrawn]}
        record(action="message_withdraw", subject=about, by=by, detail=detail)
    return len(withdrawn)


@transaction.atomic
def messages_readdress(*, about: models.Model, recipient: str, by: Actor) -> int:
    """Send the queued mails about `about` to another address, or to nobody when it is empty; returns how many.

    What a worker holds already, or has sent, went to the old one.
    """
    queued = Message.objects.about(about).filter(state=MessageState.QUEUED, channel=Channel.MAIL)
    held = list(queued.select_for_update())
    for message in held:
        message.recipient = recipient or message.recipient
        message.state = MessageState.QUEUED if recipient else MessageState.WITHDRAWN
        message.save(update_fields=["recipient", "state"])
        reason = "宛先が訂正されました" if recipient else "宛先がなくなりました"
        Receipt.objects.create(message=message, state=message.state, reason=reason)
    if held:
        record(action="messages_readdress", subject=about, by=by, detail={"messages": [message.pk for message in held]})
    return len(held)


@transaction.atomic
def call_note(
    *, key: str, purpose: str, recipient: str, title: str, about: models.Model, reached: bool, by: Actor
) -> Message:
    """Note a telephone call about `about` as a message by voice, with a receipt for each try.

    Not reached is "nobody knows whether it arrived" until somebody is reached; then later notes change nothing.
    """
    content = {"channel": Channel.CALL, "purpose": purpose, "recipient": recipient, "title": one_line(title)}
    subject = {"subject_type": about._meta.label_lower, "subject_id": str(about.pk)}
    begins = {"state": MessageState.UNCERTAIN}
    Message.objects.get_or_create(key=key, defaults={**content, **subject, **begins})
    message = Message.objects.select_for_update().get(key=key)
    if message.state == MessageState.SENT:
        return message
    message.attempts += 1
    if reached:
        message.state = MessageState.SENT
        message.sent_at = timezone.now()
    message.save(update_fields=["state", "attempts", "sent_at"])
    reason = "電話で伝えました" if reached else "電話がつながりませんでした"
    Receipt.objects.create(message=message, state=message.state, reason=reason)
    record(action="message_called", subject=message, by=by, detail={"purpose": purpose, "reached": reached})
    return message


@transaction.atomic
def message_open(*, message: Message, by: Actor) -> Message:
    """Note that someone looked at whom a message went to. Returns the message, to be shown."""
    record(action="message_open", subject=message, by=by)
    return message


@transaction.atomic
def message_resend(*, message: Message, by: Actor) -> Message:
    """Queue a message again that failed, or of which nobody knows whether it arrived. Raises ResendRefused."""
    held = Message.objects.select_for_update().get(pk=message.pk)
    if not held.may_be_resent:
        raise ResendRefused
    before = held.state
    held.state = MessageState.QUEUED
    held.attempts = 0
    held.not_before = timezone.now()
    held.save(update_fields=["state", "attempts", "not_before"])
    Receipt.objects.create(message=held, state=held.state, reason="職員がもう一度送るようにしました")
    record(action="message_resend", subject=held, by=by, detail={"before": before})
    _wake_after_commit(held)
    return held


def one_line(text: str) -> str:
    """The text on one line: a line break in a subject would begin a header of its own."""
    return " ".join(text.split())


def _wake_after_commit(message: Message) -> None:
    if message.not_before <= timezone.now():
        transaction.on_commit(partial(_wake_worker, message.pk), robust=True)


def _wake_worker(message_id: int) -> None:
    try:
        current_app.send_task("notifications.tasks.deliver", args=[message_id], retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("message %s waits for the sweep: the broker did not answer (%s)", message_id, error)
