"""Mails that came in, and what became of each."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from helpdesk.models.desks import DeskCode
from helpdesk.models.tickets import Ticket
from vault.models import VaultObject


class MailState(models.TextChoices):
    OPENED = "opened", "問い合わせにしました"
    ADDED = "added", "やりとりに加えました"
    BOUNCED = "bounced", "届かずに戻った知らせ"
    AUTOMATIC = "automatic", "自動の返信"
    REFUSED = "refused", "受け付けませんでした"
    ASIDE = "aside", "確認が必要です"
    SETTLED = "settled", "確認しました"


class MailQuerySet(models.QuerySet["Mail"]):
    def aside(self) -> "MailQuerySet":
        """Those that no rule could place: a person looks at them."""
        return self.filter(state=MailState.ASIDE)


class Mail(models.Model):
    """One mail to a desk. `fingerprint` makes it one however often it is delivered.

    What it said stands in its inquiry. Only what could not be read as it came is kept whole (`held`), for a person to
    look at; sender and subject are kept with those that have no inquiry.
    """

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    fingerprint = models.CharField("見分ける印", max_length=64, unique=True)
    message_id = models.CharField("Message-ID", max_length=250, blank=True)
    state = models.CharField("扱い", max_length=9, choices=MailState)
    reason = models.CharField("理由", max_length=200, blank=True)
    sender = models.EmailField("差出人", blank=True)
    subject = models.CharField("件名", max_length=200, blank=True)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="mails", verbose_name="問い合わせ")
    held = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="メールの原文")
    received_at = models.DateTimeField("受信日時", auto_now_add=True)
    settled_at = models.DateTimeField("確認日時", null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認した人")

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "受信メール"
        indexes = [
            models.Index(fields=["desk", "-received_at"], name="mail_of_desk"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="mail_of_message_id"),
            models.Index(fields=["desk"], condition=Q(state="aside"), name="mail_aside"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(settled_at__isnull=False), name="mail_settled_at_some_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.pk}"
