"""Visits: what happens at a counter from arrival to outcome, each step with its time."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from counters.models.reasons import REASONS, Outcome, Reason
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

OVER = (VisitState.FINISHED, VisitState.LEFT, VisitState.MISSED)


class ReviewResult(models.TextChoices):
    """The city's answer as the counter needs it; the review room writes it here."""

    NONE = "", "まだ"
    APPROVED = "approved", "承認"
    RESHOOT = "reshoot", "撮り直し"
    REJECTED = "rejected", "不可"


class VisitQuerySet(models.QuerySet["Visit"]):
    def of_day(self, office: Office, day: date) -> "VisitQuerySet":
        start = start_of(day)
        return self.filter(office=office, arrived_at__gte=start, arrived_at__lt=start + timedelta(days=1))

    def left_open(self, office: Office, day: date) -> "VisitQuerySet":
        """Visits that began before the day and that nobody has ended, the oldest first."""
        return self.filter(office=office, arrived_at__lt=start_of(day)).exclude(state__in=OVER).order_by("arrived_at")

    def to_be_called(self, office: Office, day: date) -> "VisitQuerySet":
        """Who waits for the counter: by the booked time if that is later than the arrival, else by arrival."""
        turn = models.functions.Greatest("arrived_at", "reservation__slot__starts_at")
        return self.of_day(office, day).filter(state=VisitState.ARRIVED).order_by(turn, "pk")


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


class Visit(models.Model):
    """One person at one counter. Walk-ins have no reservation.

    `submitted_at` and `answered_at` are of the latest attempt of the review. A numbered ticket is unique within
    its office and day.
    """

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
    ticket_day = models.DateField("番号札の日", null=True)
    ticket_number = models.PositiveIntegerField("番号札", null=True)
    called_to = models.CharField("呼び出し先", max_length=10, blank=True)
    arrived_at = models.DateTimeField("受付日時", null=True, db_index=True)
    called_at = models.DateTimeField("呼び出し日時", null=True)
    serving_at = models.DateTimeField("対応開始", null=True)
    submitted_at = models.DateTimeField("審査の依頼日時", null=True)
    answered_at = models.DateTimeField("審査の回答日時", null=True)
    terminal_at = models.DateTimeField("端末処理の開始", null=True)
    terminal_done_at = models.DateTimeField("端末処理の終了", null=True)
    finished_at = models.DateTimeField("終了日時", null=True)
    review_result = models.CharField("審査結果", max_length=10, choices=ReviewResult, blank=True)
    outcome = models.CharField("結果", max_length=20, choices=Outcome, blank=True)
    reason = models.CharField("結果の理由", max_length=20, choices=Reason, blank=True)
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
            models.CheckConstraint(
                condition=~Q(outcome__in=sorted(REASONS)) | ~Q(reason=""), name="visit_outcome_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(ticket_day__isnull=True, ticket_number__isnull=True)
                | Q(ticket_day__isnull=False, ticket_number__gte=1),
                name="visit_ticket_has_day_and_number",
            ),
            models.UniqueConstraint(fields=["office", "ticket_day", "ticket_number"], name="visit_ticket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.pk}"
