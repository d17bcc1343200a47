"""What stands beside an application: who a walk-in is, what replaces a signature, what waits for a seal."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from applications.models import Application as Application


class Applicant(models.Model):
    """The applicant of a form without a booking, as the clerk typed it at the counter.

    Name and reading are for finding the form again; on the paper the name stays blank (fukuoka-14).
    """

    application = models.OneToOneField(
        "applications.Application", models.CASCADE, primary_key=True, related_name="applicant", verbose_name="申請書"
    )
    name = models.CharField("氏名", max_length=100, blank=True)
    reading = models.CharField("フリガナ", max_length=100, blank=True)
    birth_date = models.DateField("生年月日", null=True)
    address = models.CharField("住所", max_length=200, blank=True)
    phone = models.CharField("電話番号", max_length=15, blank=True)

    class Meta:
        verbose_name = "予約のない申請者"

    def __str__(self) -> str:
        return f"{self.application_id}"


class AssistanceReason(models.TextChoices):
    INJURY = "injury", "けが・病気で書けない"
    DISABILITY = "disability", "障害により書けない"
    SIGHT = "sight", "見えにくく書けない"
    OTHER = "other", "その他"


class Assistance(models.Model):
    """What was recorded for somebody who cannot sign: why, who confirmed the will, and who witnessed it."""

    application = models.OneToOneField(
        "applications.Application", models.CASCADE, primary_key=True, related_name="assistance", verbose_name="申請書"
    )
    reason = models.CharField("署名できない理由", max_length=12, choices=AssistanceReason)
    note = models.CharField("確かめた方法", max_length=200)
    proxy_name = models.CharField("代わりに記入した方の氏名", max_length=100, blank=True)
    proxy_relation = models.CharField("本人との関係", max_length=40, blank=True)
    witness_name = models.CharField("立会者の氏名", max_length=100)

    class Meta:
        verbose_name = "署名に代わる記録"
        constraints = [
            models.CheckConstraint(condition=~Q(witness_name=""), name="assistance_has_witness"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.reason}"


class SealingQuerySet(models.QuerySet["Sealing"]):
    def due(self, now: datetime | None = None) -> "SealingQuerySet":
        """What a worker should take now, the longest wait first."""
        return self.filter(due_at__lte=now or timezone.now()).order_by("due_at", "pk")

    def troubled(self) -> "SealingQuerySet":
        """What did not work at first, for people to see."""
        return self.exclude(trouble="").order_by("due_at")


class Sealing(models.Model):
    """A signed form that waits for its seal; the row goes when the sealed form is kept.

    `due_at` moves into the future while a worker has it, and further after each failure.
    """

    application = models.OneToOneField(
        "applications.Application", models.CASCADE, primary_key=True, related_name="sealing", verbose_name="申請書"
    )
    due_at = models.DateTimeField("次に試す日時", default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField("試した回数", default=0)
    trouble = models.CharField("問題", max_length=200, blank=True)

    objects = SealingQuerySet.as_manager()

    class Meta:
        verbose_name = "封印待ち"

    def __str__(self) -> str:
        return f"{self.application_id}"
