"""Lists that went out, what came back, and every answer that the city ever gave."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models import CheckState, DefectReason
from postoffices.models import Office
from reservations.models import Reservation


class CheckBatch(models.Model):
    """A worklist that was taken out as a workbook. Its rows stand here, so that a missing one is noticed."""

    key = models.UUIDField("鍵", unique=True, default=uuid.uuid4)
    made_at = models.DateTimeField("作成日時", auto_now_add=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="作成者")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    day = models.DateField("来局日", null=True)

    class Meta:
        verbose_name = "実在性確認の一覧"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What stands in every row of the workbook."""
        return f"K-{self.pk:06d}"


class CheckBatchRow(models.Model):
    """One booking of a list; `position` is its number there."""

    batch = models.ForeignKey(CheckBatch, models.CASCADE, related_name="rows", verbose_name="一覧")
    position = models.PositiveIntegerField("番号")
    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="+", verbose_name="予約")

    class Meta:
        verbose_name = "一覧の予約"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="check_batch_row_position"),
            models.UniqueConstraint(fields=["batch", "reservation"], name="check_batch_row_reservation"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"


class CheckReturn(models.Model):
    """A workbook that came back whole and unchanged. Nothing counts before it is taken over.

    `answers` holds the rows that were filled in: [position, answer, reason, note].
    """

    batch = models.ForeignKey(CheckBatch, models.PROTECT, related_name="returns", verbose_name="一覧")
    received_at = models.DateTimeField("受領日時", auto_now_add=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="受領者")
    sha256 = models.CharField("SHA-256", max_length=64)
    answers = models.JSONField("回答", default=list)
    taken_at = models.DateTimeField("取り込み日時", null=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="取り込んだ人")

    class Meta:
        verbose_name = "実在性確認の回答ファイル"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sha256"], name="check_return_once"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="check_return_taken_has_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.received_at:%Y-%m-%d %H:%M}"


class HeldBack(models.TextChoices):
    """Why an answer came and changed nothing."""

    CANCELLED = "cancelled", "予約が取り消されていた"
    ORPHANED = "orphaned", "予約の日時が決まり直していない"
    CONFLICT = "conflict", "画面での回答や事務局の対応が先に進んでいた"


class CheckAnswer(models.Model):
    """One step of a booking's check, kept for good: an answer of the city, or what the bureau did about it."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="check_answers", verbose_name="予約")
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="回答者")
    state = models.CharField("回答", max_length=10, choices=CheckState)
    reason = models.CharField("不備の理由", max_length=20, choices=DefectReason, blank=True)
    note = models.CharField("連絡事項", max_length=300, blank=True)
    returned = models.ForeignKey(
        CheckReturn, models.PROTECT, null=True, related_name="kept_answers", verbose_name="回答ファイル"
    )
    held_back = models.CharField("反映しなかった理由", max_length=10, choices=HeldBack, blank=True)

    class Meta:
        verbose_name = "実在性確認の経過"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.state}"
