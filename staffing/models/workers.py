"""Workers of the contract, what they are by contract and when, who is missing, and what the city was told."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from accounts.models import User
from postoffices.models import Office


class ContractRole(models.TextChoices):
    """In the order of the roster. What a city calls them stands in its profile (`staffing.roster.title_of`)."""

    GENERAL = "general", "統括責任者"
    MANAGER = "manager", "業務責任者"
    DEPUTY = "deputy", "副責任者"
    SITE_LEAD = "site_lead", "現場責任者"
    STAFF = "staff", "従事者"


# Named to the city with telephone and mail; of everybody else the city needs neither.
LEADING = (ContractRole.GENERAL, ContractRole.MANAGER, ContractRole.DEPUTY, ContractRole.SITE_LEAD)


class Employment(models.TextChoices):
    PERMANENT = "permanent", "正社員（直接雇用）"
    FIXED_TERM = "fixed_term", "契約社員（直接雇用）"
    PART_TIME = "part_time", "パート・アルバイト（直接雇用）"
    AGENCY = "agency", "派遣"


class DayRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


BOTH_DAYS = RangeBoundary(inclusive_lower=True, inclusive_upper=True)


class WorkerQuerySet(models.QuerySet["Worker"]):
    def working(self) -> "WorkerQuerySet":
        """Those who have not left."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gte=timezone.localdate()))

    def left(self) -> "WorkerQuerySet":
        return self.filter(left_on__lt=timezone.localdate())


class Worker(models.Model):
    """Somebody who works for the contract, with or without an account of this product."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    name = models.CharField("氏名", max_length=80)
    reading = models.CharField("フリガナ", max_length=80, blank=True)
    employer = models.CharField("所属", max_length=100)
    employment = models.CharField("雇用の形", max_length=10, choices=Employment)
    phone = models.CharField("電話番号", max_length=11, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    qualifications = models.TextField("資格・経験", blank=True)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="worker", verbose_name="ログインする職員"
    )
    joined_on = models.DateField("従事を始める日")
    left_on = models.DateField("従事を終えた日", null=True)
    reminded_on = models.DateField("退職後の守秘義務を説明した日", null=True)
    registered_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "従事者"
        ordering = ["joined_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")), name="worker_joined_before_leaving"
            ),
            models.CheckConstraint(
                condition=Q(reminded_on__isnull=True) | Q(left_on__isnull=False), name="worker_reminded_on_leaving"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def on(self, day: date) -> "AssignmentQuerySet":
        return self.filter(first_day__lte=day).not_over(day)

    def not_over(self, day: date) -> "AssignmentQuerySet":
        """Those that hold on the day or begin after it."""
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day))


class Assignment(models.Model):
    """What a worker is by contract from `first_day` to `last_day`, both included; without office for all of them."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="assignments", verbose_name="従事者")
    role = models.CharField("役割", max_length=10, choices=ContractRole)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="担当する拠点")
    first_day = models.DateField("初日")
    last_day = models.DateField("最終日", null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "担当"
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="assignment_first_not_after_last",
            ),
            models.UniqueConstraint(
                fields=["worker", "role", "office", "first_day"], nulls_distinct=False, name="assignment_once"
            ),
            # Kitakyushu 10(2), Fukuoka 5(2), Kurume 10(2): one named person, never two on the same day.
            ExclusionConstraint(
                name="assignment_one_manager_a_day",
                expressions=[(DayRange("first_day", "last_day", BOTH_DAYS), RangeOperators.OVERLAPS)],
                condition=Q(role="manager"),
            ),
            ExclusionConstraint(
                name="assignment_one_general_manager_a_day",
                expressions=[(DayRange("first_day", "last_day", BOTH_DAYS), RangeOperators.OVERLAPS)],
                condition=Q(role="general"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.role} {self.first_day}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def to_come(self) -> "AbsenceQuerySet":
        """Those of today and later, the first one first."""
        return self.filter(last_day__gte=timezone.localdate()).order_by("first_day", "pk")


class Absence(models.Model):
    """A worker is missing; `substitute` stands in. Without one somebody has still to be found."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="absences", verbose_name="休む人")
    first_day = models.DateField("初日")
    last_day = models.DateField("最終日")
    substitute = models.ForeignKey(
        Worker, models.PROTECT, null=True, related_name="stands_in", verbose_name="代わりの人"
    )
    note = models.CharField("備考", max_length=100, blank=True)
    recorded_at = models.DateTimeField("記録日時", auto_now_add=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "欠員"
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="absence_first_not_after_last"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("worker")), name="absence_covered_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.first_day}-{self.last_day}"


class SubmissionKind(models.TextChoices):
    ROSTER = "roster", "従事者名簿"
    CONTACTS = "contacts", "緊急連絡網"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def newest(self, kind: SubmissionKind) -> "Submission | None":
        return self.filter(kind=kind).order_by("-pk").first()


class Submission(models.Model):
    """What the city was told, row by row, as it stood then. Never changed."""

    kind = models.CharField("種類", max_length=10, choices=SubmissionKind)
    rows = models.JSONField("内容", default=list)
    note = models.CharField("備考", max_length=200, blank=True)
    submitted_at = models.DateTimeField("提出日時", auto_now_add=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出した人")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "名簿・連絡網の提出"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
