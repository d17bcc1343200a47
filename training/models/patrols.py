"""Patrols: every opened office each month, what was seen there, and what follows from it."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from helpdesk.models import Ticket
from postoffices.models import Office


class PatrolState(models.TextChoices):
    PLANNED = "planned", "予定"
    VISITED = "visited", "実施済み"
    CANCELLED = "cancelled", "取りやめ"


PATROL_MOVES: dict[PatrolState, frozenset[PatrolState]] = {
    PatrolState.PLANNED: frozenset({PatrolState.PLANNED, PatrolState.VISITED, PatrolState.CANCELLED}),
    PatrolState.VISITED: frozenset(),
    PatrolState.CANCELLED: frozenset({PatrolState.PLANNED}),
}


class PatrolQuerySet(models.QuerySet["Patrol"]):
    def of_months(self, first: date, last: date) -> "PatrolQuerySet":
        return self.filter(month__gte=first, month__lte=last)

    def for_list(self) -> "PatrolQuerySet":
        counted = self.annotate(finding_count=models.Count("findings"))
        listed: PatrolQuerySet = counted.select_related("office", "visitor").order_by("at", "office__position")
        return listed


class Patrol(models.Model):
    """One visit of one office in one month (`month` is its first day)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="patrols", verbose_name="拠点")
    month = models.DateField("月")
    at = models.DateTimeField("予定の日時")
    visitor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="巡回する人")
    state = models.CharField("状態", max_length=9, choices=PatrolState, default=PatrolState.PLANNED)
    arrived_at = models.DateTimeField("着いた日時", null=True)
    left_at = models.DateTimeField("出た日時", null=True)
    met = models.CharField("対応した人", max_length=80, blank=True)
    remarks = models.TextField("所見", blank=True)
    cancel_reason = models.CharField("取りやめた理由", max_length=100, blank=True)
    planned_at = models.DateTimeField("計画した日時", auto_now_add=True)

    objects = PatrolQuerySet.as_manager()

    class Meta:
        verbose_name = "巡回"
        constraints = [
            models.UniqueConstraint(fields=["office", "month"], name="patrol_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="patrol_month_is_a_first_day"),
            models.CheckConstraint(
                condition=~Q(state="visited")
                | Q(arrived_at__isnull=False, left_at__isnull=False, left_at__gt=F("arrived_at")),
                name="patrol_visited_for_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="patrol_cancelled_with_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.month:%Y-%m}"

    @property
    def stayed_minutes(self) -> int:
        """How long the visit lasted; 0 before it."""
        if self.arrived_at is None or self.left_at is None:
            return 0
        return int((self.left_at - self.arrived_at).total_seconds() // 60)


class Verdict(models.TextChoices):
    GOOD = "good", "よい"
    ADVISED = "advised", "その場で指導"
    FINDING = "finding", "改善が必要"
    NOT_SEEN = "not_seen", "確認できず"


class PatrolAnswer(models.Model):
    """A point of the checklist as it was worded then."""

    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="answers", verbose_name="巡回")
    position = models.PositiveSmallIntegerField("並び順")
    words = models.CharField("確かめること", max_length=200)
    verdict = models.CharField("結果", max_length=8, choices=Verdict)
    note = models.CharField("内容", max_length=200, blank=True)

    class Meta:
        verbose_name = "巡回の確認"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["patrol", "position"], name="patrol_answer_once")]

    def __str__(self) -> str:
        return f"{self.patrol_id} {self.position}"


class Finding(models.Model):
    """Something to be put right by `due_on`; how it goes on stands in its ticket at the helpdesk."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="findings", verbose_name="巡回")
    text = models.CharField("改善が必要なこと", max_length=120)
    due_on = models.DateField("期限")
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="+", verbose_name="問い合わせ")
    noted_at = models.DateTimeField("記録日時", auto_now_add=True)

    class Meta:
        verbose_name = "巡回の指摘"
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.patrol_id} {self.pk}"

    @property
    def is_settled(self) -> bool:
        return self.ticket.state in SETTLED


SETTLED = ("resolved", "closed")
