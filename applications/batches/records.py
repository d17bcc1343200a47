"""A batch of forms: an office's day as one PDF, made by a worker and kept for a day."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from postoffices.models import Office
from vault.models import VaultObject


class FormBatchState(models.TextChoices):
    REQUESTED = "requested", "作成待ち"
    MAKING = "making", "作成中"
    MADE = "made", "作成済み"
    FAILED = "failed", "作成できません"


# Made anew as often as wished; a maker that fell silent is replaced by another.
FORM_BATCH_MOVES: dict[FormBatchState, frozenset[FormBatchState]] = {
    FormBatchState.REQUESTED: frozenset({FormBatchState.MAKING, FormBatchState.FAILED}),
    FormBatchState.MAKING: frozenset({FormBatchState.MAKING, FormBatchState.MADE, FormBatchState.FAILED}),
    FormBatchState.MADE: frozenset({FormBatchState.REQUESTED}),
    FormBatchState.FAILED: frozenset({FormBatchState.REQUESTED}),
}


class FormBatchQuerySet(models.QuerySet["FormBatch"]):
    def claimable(self, now: datetime | None = None) -> "FormBatchQuerySet":
        """Requested batches, and those whose maker fell silent, the longest wait first."""
        silent = Q(state=FormBatchState.MAKING, claimed_until__lt=now or timezone.now())
        return self.filter(Q(state=FormBatchState.REQUESTED) | silent).order_by("requested_at", "pk")


class FormBatch(models.Model):
    """One file for each office and day. `done` of `total` forms are drawn."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+", verbose_name="拠点")
    day = models.DateField("来局日")
    state = models.CharField("状態", max_length=10, choices=FormBatchState, default=FormBatchState.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="依頼者")
    requested_at = models.DateTimeField("依頼日時", default=timezone.now)
    claim_token = models.UUIDField("受け持ち", null=True)
    claimed_until = models.DateTimeField("受け持ちの期限", null=True)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    done = models.PositiveIntegerField("描いた件数", default=0)
    total = models.PositiveIntegerField("全件数", default=0)
    content = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="PDF")
    made_at = models.DateTimeField("作成日時", null=True)
    trouble = models.CharField("作成できない理由", max_length=200, blank=True)

    objects = FormBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "申請書のまとめ印刷"
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="form_batch_once_per_day"),
            models.CheckConstraint(
                condition=Q(state="made", content__isnull=False) | ~Q(state="made"), name="form_batch_made_has_content"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.day}"
