"""Meetings of city, contractor and bureau: notice, agenda, attendance, minutes, and what was agreed to be done."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User


class MeetingKind(models.TextChoices):
    REGULAR = "regular", "定例会議"
    REPORT = "report", "報告会"
    SPECIAL = "special", "臨時の会議"


class MeetingState(models.TextChoices):
    PLANNED = "planned", "予定"
    NOTIFIED = "notified", "開催を通知済み"
    HELD = "held", "開催済み（議事録を作成中）"
    CLOSED = "closed", "議事録を確定済み"
    CANCELLED = "cancelled", "中止"


MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.NOTIFIED, MeetingState.CANCELLED}),
    MeetingState.NOTIFIED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
# What is still to come, and may be changed.
TO_COME = (MeetingState.PLANNED, MeetingState.NOTIFIED)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def regular_in(self, first: date, last: date) -> "MeetingQuerySet":
        """Regular meetings of these days that were not called off."""
        held = self.filter(kind=MeetingKind.REGULAR, starts_at__date__gte=first, starts_at__date__lte=last)
        return held.exclude(state=MeetingState.CANCELLED)


class Meeting(models.Model):
    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    kind = models.CharField("種類", max_length=10, choices=MeetingKind)
    title = models.CharField("議題の名前", max_length=100)
    starts_at = models.DateTimeField("開始")
    minutes = models.PositiveSmallIntegerField("予定の長さ（分）")
    place = models.CharField("場所", max_length=100)
    state = models.CharField("状態", max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    guests = models.CharField("ほかの出席者", max_length=200, blank=True)
    # Counts the notices, so that a changed meeting is told of again.
    notices = models.PositiveSmallIntegerField("通知の回数", default=0)
    planned_at = models.DateTimeField("登録日時", auto_now_add=True)
    closed_at = models.DateTimeField("議事録の確定日時", null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会議"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="meeting_closed_at_some_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.starts_at <= timezone.now()


class AgendaItem(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name="会議")
    position = models.PositiveSmallIntegerField("並び順")
    title = models.CharField("議題", max_length=150)
    text = models.TextField("議事", blank=True)

    class Meta:
        verbose_name = "議題"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="agenda_item_once")]

    def __str__(self) -> str:
        return self.title


class Attendee(models.Model):
    """Somebody who was asked to come; `attended` is None until the meeting was held."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees", verbose_name="会議")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="出席者")
    attended = models.BooleanField("出席", null=True)

    class Meta:
        verbose_name = "出席者"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="attendee_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.user_id}"


class TaskState(models.TextChoices):
    OPEN = "open", "これから"
    DONE = "done", "済み"
    DROPPED = "dropped", "取りやめ"


TASK_MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.DONE, TaskState.DROPPED}),
    TaskState.DONE: frozenset({TaskState.OPEN}),
    TaskState.DROPPED: frozenset({TaskState.OPEN}),
}


class MeetingTask(models.Model):
    """What somebody is to do by a day."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="tasks", verbose_name="会議")
    text = models.CharField("すること", max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="meeting_tasks", verbose_name="担当者")
    due_on = models.DateField("期限")
    state = models.CharField("状態", max_length=7, choices=TaskState, default=TaskState.OPEN)
    settled_at = models.DateTimeField("済んだ日時", null=True)
    agreed_at = models.DateTimeField("決めた日時", auto_now_add=True)

    class Meta:
        verbose_name = "会議で決めたこと"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="meeting_task_settled_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.text
