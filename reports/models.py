"""Reports to the city. A worker makes them; their files lie in the vault."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from vault.models import VaultObject


class ReportKind(models.TextChoices):
    DAILY = "daily", "日報"
    MONTHLY = "monthly", "月報"


class ReportState(models.TextChoices):
    REQUESTED = "requested", "作成待ち"
    MAKING = "making", "作成中"
    DRAFTED = "drafted", "作成済み"
    FAILED = "failed", "作成できません"
    SUBMITTED = "submitted", "提出済み"
    RETURNED = "returned", "差し戻し"
    ACCEPTED = "accepted", "受領済み"


class ReportQuerySet(models.QuerySet["Report"]):
    def claimable(self, now: datetime | None = None) -> "ReportQuerySet":
        """Requested reports, and those whose maker fell silent, oldest first."""
        now = now or timezone.now()
        return self.filter(
            Q(state=ReportState.REQUESTED) | Q(state=ReportState.MAKING, claimed_until__lt=now)
        ).order_by("requested_at", "id")


class Report(models.Model):
    """A report over the days `first_day` to `last_day`, both included. `figures` is what it says."""

    kind = models.CharField("種類", max_length=10, choices=ReportKind)
    first_day = models.DateField("初日")
    last_day = models.DateField("最終日")
    state = models.CharField("状態", max_length=10, choices=ReportState, default=ReportState.REQUESTED)
    due_on = models.DateField("提出期限", null=True)
    remarks = models.TextField("課題・連絡事項", blank=True)
    requested_at = models.DateTimeField("依頼日時", auto_now_add=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="依頼者")
    claim_token = models.UUIDField("受け持ち", null=True)
    claimed_until = models.DateTimeField("受け持ちの期限", null=True)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    step = models.PositiveSmallIntegerField("進み", default=0)
    steps = models.PositiveSmallIntegerField("全体", default=1)
    doing = models.CharField("作業中の内容", max_length=60, blank=True)
    figures = models.JSONField("数値", default=dict)
    pdf = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="PDF")
    xlsx = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="XLSX")
    made_at = models.DateTimeField("作成日時", null=True)
    trouble = models.CharField("作成できない理由", max_length=200, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "報告書"
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="report_first_not_after_last"),
            models.UniqueConstraint(fields=["kind", "first_day"], name="report_once_per_period"),
            models.CheckConstraint(
                condition=~Q(state="drafted") | Q(pdf__isnull=False, xlsx__isnull=False),
                name="report_drafted_has_files",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_day}"
