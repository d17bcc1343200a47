"""Calling somebody back: when they can be reached, and every try."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from helpdesk.models.calls import Call
from helpdesk.models.desks import DeskCode
from helpdesk.models.tickets import Ticket


class CallbackState(models.TextChoices):
    DUE = "due", "これから"
    REACHED = "reached", "つながりました"
    GIVEN_UP = "given_up", "打ち切り"


class Callback(models.Model):
    """`window_from` to `window_until` is when the person asked to be called; `next_at` when to try (again)."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="callbacks", verbose_name="電話")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="callbacks", verbose_name="問い合わせ")
    contact_name = models.CharField("名前", max_length=80, blank=True)
    phone = models.CharField("電話番号", max_length=11)
    note = models.CharField("用件", max_length=300, blank=True)
    window_from = models.DateTimeField("希望の時間（から）")
    window_until = models.DateTimeField("希望の時間（まで）")
    next_at = models.DateTimeField("次にかける時刻")
    state = models.CharField("状態", max_length=8, choices=CallbackState, default=CallbackState.DUE)
    promised_at = models.DateTimeField("約束した日時", auto_now_add=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="担当者")
    ended_at = models.DateTimeField("終わった日時", null=True)
    key = models.UUIDField("重ね押しの鍵", unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = "折り返し"
        indexes = [models.Index(fields=["desk", "next_at"], condition=Q(state="due"), name="callback_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(window_from__lt=F("window_until")), name="callback_window_from_before_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.pk}"


class CallbackTry(models.Model):
    callback = models.ForeignKey(Callback, models.CASCADE, related_name="tries", verbose_name="折り返し")
    at = models.DateTimeField("かけた日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="かけた人")
    reached = models.BooleanField("つながった")

    class Meta:
        verbose_name = "折り返しの記録"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.callback_id} {self.at:%H:%M}"
