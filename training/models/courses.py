"""Courses, their sessions, the material that was handed out, and who attended."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q

from accounts.models import User
from accounts.roles import Role
from documents.models import Document, Version
from postoffices.models import Office
from staffing.models import Worker


class CourseKind(models.TextChoices):
    CLASSROOM = "classroom", "座学"
    HANDS_ON = "hands_on", "実機"
    ON_SITE = "on_site", "現地"


class Course(models.Model):
    """`for_roles` and `for_workers` say who is to attend; with `repeat_months` again after so long."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    title = models.CharField("研修の名前", max_length=100)
    kind = models.CharField("方法", max_length=9, choices=CourseKind)
    topics = models.TextField("内容")
    shortest_minutes = models.PositiveSmallIntegerField("最短（分）")
    longest_minutes = models.PositiveSmallIntegerField("最長（分）")
    for_roles = ArrayField(models.CharField(max_length=30, choices=Role), verbose_name="受ける役割", default=list)
    for_workers = models.BooleanField("名簿の従事者の全員が受ける", default=False)
    repeat_months = models.PositiveSmallIntegerField("繰り返す間隔（月）", null=True)
    materials = models.ManyToManyField(Document, related_name="+", verbose_name="資料")
    made_at = models.DateTimeField("登録日時", auto_now_add=True)

    class Meta:
        verbose_name = "研修"
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shortest_minutes__gte=10, longest_minutes__gte=F("shortest_minutes")),
                name="course_shortest_not_over_longest",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SessionState(models.TextChoices):
    PLANNED = "planned", "予定"
    HELD = "held", "実施済み"
    CANCELLED = "cancelled", "中止"


SESSION_MOVES: dict[SessionState, frozenset[SessionState]] = {
    SessionState.PLANNED: frozenset({SessionState.HELD, SessionState.CANCELLED}),
    SessionState.HELD: frozenset(),
    SessionState.CANCELLED: frozenset(),
}


class SessionQuerySet(models.QuerySet["Session"]):
    def for_list(self) -> "SessionQuerySet":
        """With `enrolled` and `attended`."""
        counted = self.annotate(
            enrolled=Count("enrolments", filter=~Q(enrolments__state="withdrawn")),
            attended=Count("enrolments", filter=Q(enrolments__state="attended")),
        )
        listed: SessionQuerySet = counted.select_related("course", "trainer", "office").order_by("starts_at", "pk")
        return listed


class Session(models.Model):
    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions", verbose_name="研修")
    group = models.CharField("組", max_length=40, blank=True)
    starts_at = models.DateTimeField("開始")
    ends_at = models.DateTimeField("終了")
    place = models.CharField("場所", max_length=100)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    trainer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="講師")
    capacity = models.PositiveSmallIntegerField("定員")
    state = models.CharField("状態", max_length=9, choices=SessionState, default=SessionState.PLANNED)
    planned_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "研修の回"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="session_starts_before_end"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="session_has_room"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.starts_at:%Y-%m-%d}"


class Handout(models.Model):
    """The version of a document that was handed out. Only what the city approved is (Kitakyushu 5(1)ウ)."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="handouts", verbose_name="研修の回")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name="資料の版")
    handed_out_at = models.DateTimeField("配った日時", auto_now_add=True)

    class Meta:
        verbose_name = "配った資料"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "version"], name="handout_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.version_id}"


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", "受講予定"
    ATTENDED = "attended", "出席"
    ABSENT = "absent", "欠席"
    WITHDRAWN = "withdrawn", "取り消し"


ENROLMENT_MOVES: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    EnrolmentState.ENROLLED: frozenset({EnrolmentState.ATTENDED, EnrolmentState.ABSENT, EnrolmentState.WITHDRAWN}),
    # What was ticked wrongly is put right.
    EnrolmentState.ATTENDED: frozenset({EnrolmentState.ABSENT}),
    EnrolmentState.ABSENT: frozenset({EnrolmentState.ATTENDED}),
    EnrolmentState.WITHDRAWN: frozenset({EnrolmentState.ENROLLED}),
}


class Enrolment(models.Model):
    """Somebody in a session: an account, a worker, or a name (people of an office that is not open yet)."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="enrolments", verbose_name="研修の回")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="職員")
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="+", verbose_name="従事者")
    name = models.CharField("氏名", max_length=80)
    affiliation = models.CharField("所属", max_length=80, blank=True)
    state = models.CharField("状態", max_length=9, choices=EnrolmentState, default=EnrolmentState.ENROLLED)
    enrolled_at = models.DateTimeField("登録日時", auto_now_add=True)

    class Meta:
        verbose_name = "受講"
        ordering = ["affiliation", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="enrolment_once_per_account"),
            models.UniqueConstraint(fields=["session", "worker"], name="enrolment_once_per_worker"),
            models.UniqueConstraint(
                fields=["session", "name", "affiliation"],
                condition=Q(user__isnull=True, worker__isnull=True),
                name="enrolment_once_per_name",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(worker__isnull=True), name="enrolment_of_one_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state}"
