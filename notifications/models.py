"""The outbox: a message is a row written with the change it tells of; a worker sends it afterwards."""

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.purposes import purpose_label


class Channel(models.TextChoices):
    MAIL = "mail", "メール"
    SMS = "sms", "SMS"
    # Made by a person and noted here, so that it stands beside what machines sent (`actions.call_note`).
    CALL = "call", "電話"


class MessageState(models.TextChoices):
    QUEUED = "queued", "送信待ち"
    CLAIMED = "claimed", "送信準備中"
    TRANSMITTING = "transmitting", "送信中"
    SENT = "sent", "送信済み"
    UNCERTAIN = "uncertain", "届いたか不明"
    FAILED = "failed", "送信できません"
    BOUNCED = "bounced", "不達"
    WITHDRAWN = "withdrawn", "取りやめ"


# Which state may follow which. A message on its way is never queued again by itself once it may have left.
MESSAGE_MOVES: dict[MessageState, frozenset[MessageState]] = {
    MessageState.QUEUED: frozenset({MessageState.CLAIMED, MessageState.WITHDRAWN}),
    MessageState.CLAIMED: frozenset(
        {MessageState.QUEUED, MessageState.TRANSMITTING, MessageState.FAILED, MessageState.WITHDRAWN}
    ),
    MessageState.TRANSMITTING: frozenset(
        {
            MessageState.SENT,
            MessageState.QUEUED,
            MessageState.FAILED,
            MessageState.UNCERTAIN,
            # A notice may come back before the worker has written down that the mail went out.
            MessageState.BOUNCED,
        }
    ),
    MessageState.SENT: frozenset({MessageState.BOUNCED}),
    MessageState.UNCERTAIN: frozenset(
        {MessageState.SENT, MessageState.QUEUED, MessageState.FAILED, MessageState.BOUNCED}
    ),
    MessageState.FAILED: frozenset({MessageState.QUEUED}),
    MessageState.BOUNCED: frozenset({MessageState.QUEUED}),
    MessageState.WITHDRAWN: frozenset(),
}

RESENDABLE = frozenset({MessageState.UNCERTAIN, MessageState.FAILED, MessageState.BOUNCED})


SENDING_TAKES = timedelta(minutes=10)
# Local time; the night's first and last moment.
NIGHT_BEGINS = time(21)
NIGHT_ENDS = time(8)


def is_night(now: datetime) -> bool:
    """Whether nobody may be disturbed now. The last ten minutes before count too: a mail server may be slow."""
    clock, soon = timezone.localtime(now).time(), timezone.localtime(now + SENDING_TAKES).time()
    return clock < NIGHT_ENDS or soon >= NIGHT_BEGINS


def in_time(now: datetime) -> Q:
    return Q(not_after__isnull=True) | Q(not_after__gt=now)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime | None = None) -> "MessageQuerySet":
        """Messages a worker may take: queued and their time has come, earliest first."""
        now = now or timezone.now()
        due = self.filter(state=MessageState.QUEUED, not_before__lte=now).filter(in_time(now))
        return (due.filter(by_day=False) if is_night(now) else due).order_by("not_before", "id")

    def too_late(self, now: datetime | None = None) -> "MessageQuerySet":
        """Queued messages that came to tell of something that has passed."""
        return self.filter(state=MessageState.QUEUED).exclude(in_time(now or timezone.now())).order_by("id")

    def takeable(self) -> "MessageQuerySet":
        """Lock what nobody else has locked: two workers never read the same row as free."""
        return self.select_for_update(skip_locked=True)

    def held(self, message: "Message") -> "MessageQuerySet":
        """The message, as long as the claim that came with it is still the one that counts."""
        return self.filter(pk=message.pk, claim_token=message.claim_token)

    def expired(self, now: datetime | None = None) -> "MessageQuerySet":
        """Messages whose worker has been silent for longer than its lease."""
        held = [MessageState.CLAIMED, MessageState.TRANSMITTING]
        return self.filter(state__in=held, claimed_until__lte=now or timezone.now()).order_by("id")

    def about(self, subject: models.Model) -> "MessageQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-id")


class Message(models.Model):
    """One message to one person. `key` makes it unique: the same event never queues a second one."""

    key = models.CharField("鍵", max_length=120, unique=True)
    channel = models.CharField("手段", max_length=10, choices=Channel, default=Channel.MAIL)
    purpose = models.CharField("用件", max_length=40)
    recipient = models.CharField("宛先", max_length=254)
    title = models.CharField("件名", max_length=200)
    body = models.TextField("本文")
    # Where an answer goes, and which mail this one answers (its Message-ID).
    reply_to = models.EmailField("返信先", blank=True, default="", db_default="")
    in_reply_to = models.CharField("返信元", max_length=250, blank=True, default="", db_default="")
    subject_type = models.CharField("対象の種類", max_length=60)
    subject_id = models.CharField("対象の番号", max_length=40)
    state = models.CharField("状態", max_length=15, choices=MessageState, default=MessageState.QUEUED)
    not_before = models.DateTimeField("送信予定", default=timezone.now)
    not_after = models.DateTimeField("送信期限", null=True)
    by_day = models.BooleanField("夜間は送らない", default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    claim_token = models.UUIDField("受け持ち", null=True)
    claimed_until = models.DateTimeField("受け持ちの期限", null=True)
    queued_at = models.DateTimeField("登録日時", auto_now_add=True)
    sent_at = models.DateTimeField("送信日時", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        indexes = [
            models.Index(fields=["not_before"], name="message_due", condition=Q(state="queued")),
            models.Index(fields=["subject_type", "subject_id"], name="message_subject"),
            models.Index(
                fields=["claimed_until"], name="message_held", condition=Q(state__in=["claimed", "transmitting"])
            ),
            models.Index(fields=["queued_at"], name="message_queued_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"), name="message_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"

    @property
    def masked_recipient(self) -> str:
        """The address for lists: its first letter and its domain."""
        name, at, domain = self.recipient.rpartition("@")
        return f"{name[:1]}***{at}{domain}" if at else "***"

    @property
    def purpose_text(self) -> str:
        return purpose_label(self.purpose)

    @property
    def may_be_resent(self) -> bool:
        return self.state in RESENDABLE and self.channel != Channel.CALL


class Receipt(models.Model):
    """What happened to a message at one moment, and why."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="receipts", verbose_name="通知")
    at = models.DateTimeField("日時", auto_now_add=True)
    state = models.CharField("状態", max_length=15, choices=MessageState)
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "送信の記録"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.state}"
