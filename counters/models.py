"""Visits: what happens at a counter from arrival to outcome."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from postoffices.models import Office, Procedure
from reservations.models import Reservation


class VisitState(models.TextChoices):
    EXPECTED = "expected", "来局予定"
    ARRIVED = "arrived", "受付済み"
    CALLED = "called", "呼び出し中"
    SERVING = "serving", "対応中"
    AWAITING_REVIEW = "awaiting_review", "審査待ち"
    FINISHED = "finished", "完了"
    LEFT = "left", "途中で帰られた"
    MISSED = "missed", "来局なし"


# A booking without a Visit row is expected. After the review the visit goes back to serving.
VISIT_MOVES: dict[VisitState, frozenset[VisitState]] = {
    VisitState.EXPECTED: frozenset({VisitState.ARRIVED, VisitState.MISSED}),
    VisitState.ARRIVED: frozenset({VisitState.CALLED, VisitState.SERVING, VisitState.LEFT}),
    VisitState.CALLED: frozenset({VisitState.ARRIVED, VisitState.SERVING, VisitState.LEFT}),
    VisitState.SERVING: frozenset({VisitState.AWAITING_REVIEW, VisitState.FINISHED, VisitState.LEFT}),
    VisitState.AWAITING_REVIEW: frozenset({VisitState.SERVING, VisitState.LEFT}),
    VisitState.MISSED: frozenset({VisitState.ARRIVED}),
    VisitState.FINISHED: frozenset(),
    VisitState.LEFT: frozenset(),
}


class Outcome(models.TextChoices):
    COMPLETED = "completed", "手続き完了"
    REFERRED = "referred", "区役所などを案内"
    REJECTED = "rejected", "審査で不可"
    MISSING_PAPERS = "missing_papers", "書類の不足"
    SYSTEM_TROUBLE = "system_trouble", "機器・システムの不具合"
    WITHDRAWN = "withdrawn", "本人の都合で中止"


class ReviewResult(models.TextChoices):
    """The city's answer as the counter needs it; the review room writes it here."""

    NONE = "", "まだ"
    APPROVED = "approved", "承認"
    RESHOOT = "reshoot", "撮り直し"
    REJECTED = "rejected", "不可"


class VisitQuerySet(models.QuerySet["Visit"]):
    def of_day(self, office: Office, day: date) -> "VisitQuerySet":
        start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        return self.filter(office=office, arrived_at__gte=start, arrived_at__lt=start + timedelta(days=1))


class Visit(models.Model):
    """One person at one counter. Walk-ins have no reservation."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="visits", verbose_name="拠点")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="visits", verbose_name="手続き")
    reservation = models.OneToOneField(
        Reservation, models.PROTECT, null=True, related_name="visit", verbose_name="予約"
    )
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, related_name="visit", verbose_name="申請書"
    )
    key = models.UUIDField("受付の鍵", null=True, unique=True, editable=False)
    state = models.CharField("状態", max_length=15, choices=VisitState, default=VisitState.ARRIVED)
    arrived_at = models.DateTimeField("受付日時", null=True, db_index=True)
    serving_at = models.DateTimeField("対応開始", null=True)
    finished_at = models.DateTimeField("終了日時", null=True)
    review_result = models.CharField("審査結果", max_length=10, choices=ReviewResult, blank=True)
    outcome = models.CharField("結果", max_length=20, choices=Outcome, blank=True)
    note = models.CharField("備考", max_length=300, blank=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="受付者")
    finished_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="完了者")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "来局"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="finished") | (~Q(outcome="") & Q(finished_at__isnull=False)),
                name="visit_finished_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.pk}"
