"""The worker's side of the outbox: who holds a message, and what became of it.

Each function is one short transaction of its own, so that nothing waits for a mail server while a row is
locked, and so that a killed worker leaves behind exactly how far it had come. A claim is a lease and no
change that anyone has to answer for: it gets no audit event. Outcomes get a receipt and an audit event.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from notifications.models import MESSAGE_MOVES, Message, MessageState, Receipt

# Longer than a mail server may keep a worker waiting at every step before the mail itself.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=2)
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message that a worker held, and why, in words for the receipt."""

    state: MessageState
    reason: str


@transaction.atomic(durable=True)
def message_claim(*, message_id: int | None = None) -> Message | None:
    """Take one due message (that one, or the earliest) for LEASE; None if there is none to take.

    Another worker's row is passed over, not waited for.
    """
    due = Message.objects.due()
    if message_id is not None:
        due = due.filter(pk=message_id)
    message = due.takeable().first()
    if message is None:
        return None
    message.state = MessageState.CLAIMED
    message.claim_token = uuid4()
    message.claimed_until = timezone.now() + LEASE
    message.attempts += 1
    message.save(update_fields=["state", "claim_token", "claimed_until", "attempts"])
    return message


@transaction.atomic(durable=True)
def message_transmit(*, message: Message) -> bool:
    """Note that the mail itself goes out now: from here on nobody may repeat it unasked.

    False if the claim was lost in the meantime; then nothing may be sent.
    """
    now = timezone.now()
    held = Message.objects.held(message).filter(state=MessageState.CLAIMED, claimed_until__gt=now)
    return bool(held.update(state=MessageState.TRANSMITTING, claimed_until=now + LEASE))


@transaction.atomic
def message_settle(*, message: Message, outcome: Outcome, by: Actor) -> bool:
    """Write down what became of a message; False if another worker's claim has replaced this one.

    A message that the sweeper took for uncertain is settled all the same: the worker knows better.
    QUEUED means: try again later, or fail after MOST_ATTEMPTS.
    """
    held = Message.objects.held(message).select_for_update()
    current = held.filter(state__in=[MessageState.CLAIMED, MessageState.TRANSMITTING, MessageState.UNCERTAIN]).first()
    if current is None:
        return False
    _end_claim(current, outcome, by)
    return True


@transaction.atomic
def claims_release_expired(*, by: Actor) -> int:
    """Settle the messages whose worker is gone; returns how many.

    Claimed: no mail had gone out, so it is queued again. Transmitting: it may have arrived, so only a
    person may send it again.
    """
    expired = list(Message.objects.expired().select_for_update(skip_locked=True))
    for message in expired:
        if message.state == MessageState.CLAIMED:
            outcome = Outcome(MessageState.QUEUED, "送信の準備中に処理が止まりました")
        else:
            outcome = Outcome(MessageState.UNCERTAIN, "送信中に処理が止まりました。届いたかどうか分かりません")
        _end_claim(message, outcome, by)
    return len(expired)


@transaction.atomic
def message_bounced(*, message: Message, reason: str, by: Actor) -> bool:
    """The mail came back. False when it had not gone out, or was known to have come back: then nothing changes."""
    out = [MessageState.TRANSMITTING, MessageState.SENT, MessageState.UNCERTAIN]
    held = Message.objects.select_for_update().filter(pk=message.pk, state__in=out).first()
    if held is None:
        return False
    held.state = MessageState.BOUNCED
    held.claimed_until = None
    held.save(update_fields=["state", "claimed_until"])
    Receipt.objects.create(message=held, state=held.state, reason=reason[:REASON_LENGTH])
    record(action="message_bounced", subject=held, by=by, detail={"attempts": held.attempts})
    return True


@transaction.atomic
def messages_drop_late(*, by: Actor) -> int:
    """Give up queued messages that came to tell of something that has passed; returns how many."""
    late = list(Message.objects.too_late().select_for_update(skip_locked=True))
    for message in late:
        message.state = MessageState.WITHDRAWN
        message.save(update_fields=["state"])
        Receipt.objects.create(message=message, state=message.state, reason="お知らせする時期を過ぎました")
        record(action="message_dropped", subject=message, by=by, detail={"purpose": message.purpose})
    return len(late)


def _end_claim(message: Message, outcome: Outcome, by: Actor) -> None:
    now = timezone.now()
    state, reason = outcome.state, outcome.reason
    if state == MessageState.QUEUED and message.attempts >= MOST_ATTEMPTS:
        state, reason = MessageState.FAILED, f"{MOST_ATTEMPTS}回試しましたが送れませんでした。{reason}"
    refuse_unless_allowed(MESSAGE_MOVES, message.state, state)
    if state == MessageState.QUEUED:
        message.not_before = now + pause_after(message.attempts)
    if state == MessageState.SENT:
        message.sent_at = now
    message.state = state
    message.claimed_until = None
    message.save(update_fields=["state", "claimed_until", "not_before", "sent_at"])
    Receipt.objects.create(message=message, state=state, reason=reason[:REASON_LENGTH])
    action = "message_postponed" if state == MessageState.QUEUED else f"message_{state}"
    record(action=action, subject=message, by=by, detail={"attempts": message.attempts})


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt: one minute, two, four ... at most two hours."""
    doublings = max(attempts - 1, 0)
    return min(FIRST_PAUSE * int(2**doublings), LONGEST_PAUSE)
