"""The log of calls, the telephone system's events behind it, and files taken from such systems."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractHour, TruncDate, TruncMonth
from django.utils import timezone

from accounts.models import User
from helpdesk.models.desks import DeskCode
from postoffices.models import Office
from reservations.models import Reservation


class CallSource(models.TextChoices):
    CTI = "cti", "電話システム"
    HAND = "hand", "手入力"
    FILE = "file", "ファイル取り込み"


class Line(models.TextChoices):
    OUTSIDE = "outside", "外線"
    INSIDE = "inside", "内線"
    ELSEWHERE = "elsewhere", "他回線に回った電話"


class CallState(models.TextChoices):
    RINGING = "ringing", "呼び出し中"
    TALKING = "talking", "通話中"
    ENDED = "ended", "応答"
    ABANDONED = "abandoned", "放棄"
    OUTSIDE_HOURS = "outside_hours", "受付時間外"


class CallResult(models.TextChoices):
    """How the call ended. `FIRST_CONTACT` names those after which nobody has to come back to it."""

    ANSWERED = "answered", "その場で回答"
    BOOKED = "booked", "予約を受付・変更・取り消し"
    REFERRED = "referred", "ほかの窓口を案内"
    PASSED = "passed", "市の職員に引き継ぎ"
    TICKET = "ticket", "問い合わせ票を作成"
    CALLBACK = "callback", "折り返しを約束"
    NONE = "none", "間違い電話・無言"


FIRST_CONTACT = (CallResult.ANSWERED, CallResult.BOOKED, CallResult.REFERRED)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class CallQuerySet(models.QuerySet["Call"]):
    def waiting(self, desk: str, now: datetime | None = None) -> "CallQuerySet":
        """Calls that ring at the desk, the longest first. One whose end never came is not shown for ever."""
        since = (now or timezone.now()) - timedelta(minutes=15)
        return self.filter(desk=desk, state=CallState.RINGING, offered_at__gte=since).order_by("offered_at")

    def unfinished_of(self, user: User) -> "CallQuerySet":
        """Calls that the person took and has not noted down."""
        taken = self.filter(operator=user, handled_at__isnull=True, answered_at__isnull=False)
        return taken.exclude(source=CallSource.FILE).order_by("-answered_at")

    def of_days(self, desk: str, first: date, last: date) -> "CallQuerySet":
        """The desk's calls from `first` to `last`, both included, by the moment they rang."""
        begins, ends = (
            timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(days=1))
        )
        return self.filter(desk=desk, offered_at__gte=begins, offered_at__lt=ends)

    def of_number(self, number: str) -> "CallQuerySet":
        return self.filter(caller_number=number).exclude(caller_number="")


class Call(models.Model):
    """One call that was offered to a desk. Times are the telephone system's where it tells them."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    source = models.CharField("記録の元", max_length=4, choices=CallSource)
    line = models.CharField("回線", max_length=10, choices=Line, default=Line.OUTSIDE)
    external_id = models.CharField("電話システムの番号", max_length=80, blank=True)
    key = models.UUIDField("重ね押しの鍵", unique=True, default=uuid.uuid4)
    caller_number = models.CharField("発信者番号", max_length=15, blank=True)
    offered_at = models.DateTimeField("着信日時")
    answered_at = models.DateTimeField("応答日時", null=True)
    ended_at = models.DateTimeField("終話日時", null=True)
    handled_at = models.DateTimeField("後処理の完了", null=True)
    state = models.CharField("状態", max_length=13, choices=CallState, default=CallState.RINGING)
    operator = models.ForeignKey(User, models.PROTECT, null=True, related_name="calls", verbose_name="担当者")
    category = models.CharField("分類", max_length=50, blank=True)
    result = models.CharField("結果", max_length=10, choices=CallResult, blank=True)
    passed_to = models.CharField("引き継ぎ先", max_length=60, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="calls", verbose_name="拠点")
    reservation = models.ForeignKey(Reservation, models.SET_NULL, null=True, related_name="calls", verbose_name="予約")
    ticket = models.ForeignKey(
        "helpdesk.Ticket", models.SET_NULL, null=True, related_name="calls", verbose_name="問い合わせ"
    )
    note = models.TextField("メモ", blank=True)
    # What figures are grouped by, kept by the database: as an expression it took longer than all the counting.
    day = models.GeneratedField(
        expression=TruncDate("offered_at"), output_field=models.DateField("着信日"), db_persist=True
    )
    month = models.GeneratedField(
        expression=TruncMonth("offered_at"), output_field=models.DateField("着信月"), db_persist=True
    )
    hour = models.GeneratedField(
        expression=ExtractHour("offered_at"), output_field=models.SmallIntegerField("着信の時間帯"), db_persist=True
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "電話"
        indexes = [
            models.Index(fields=["desk", "offered_at"], name="call_of_desk"),
            models.Index(fields=["caller_number", "-offered_at"], name="call_of_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "external_id"], condition=~Q(external_id=""), name="call_external_id_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("offered_at")),
                name="call_answered_after_offered",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("offered_at")), name="call_ended_after_offered"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CallState.ABANDONED, CallState.RINGING]) | Q(answered_at__isnull=True),
                name="call_abandoned_was_not_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.pk}"

    @property
    def waited_seconds(self) -> int:
        """Until somebody answered, the caller gave up, or now."""
        until = self.answered_at or self.ended_at or timezone.now()
        return int((until - self.offered_at).total_seconds())

    @property
    def talked_seconds(self) -> int | None:
        if self.answered_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.answered_at).total_seconds())

    @property
    def wrapped_seconds(self) -> int | None:
        """From the end of talking until it was noted down."""
        if self.ended_at is None or self.handled_at is None or self.handled_at < self.ended_at:
            return None
        return int((self.handled_at - self.ended_at).total_seconds())


class CtiKind(models.TextChoices):
    NEW_CALL = "newCall", "着信"
    ANSWER = "answer", "応答"
    HANGUP = "hangup", "終話"


class CtiEvent(models.Model):
    """An event of the telephone system, kept by its id so that a second delivery changes nothing."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    event_id = models.CharField("イベントの番号", max_length=80)
    kind = models.CharField("種類", max_length=10, choices=CtiKind)
    call = models.ForeignKey(Call, models.CASCADE, related_name="events", verbose_name="電話")
    at = models.DateTimeField("発生日時")
    received_at = models.DateTimeField("受信日時", auto_now_add=True)

    class Meta:
        verbose_name = "電話システムのイベント"
        constraints = [models.UniqueConstraint(fields=["desk", "event_id"], name="cti_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class CallFile(models.Model):
    """A telephone system's file between preview and taking. `rows` are emptied once they stand in the log."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    name = models.CharField("ファイル名", max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.JSONField("読み取った行", default=list)
    faults = models.JSONField("読み取れない行", default=list)
    read_count = models.PositiveIntegerField("読み取った件数", default=0)
    taken_count = models.PositiveIntegerField("取り込んだ件数", null=True)
    read_at = models.DateTimeField("読み取り日時", auto_now_add=True)
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="読み取った人")
    taken_at = models.DateTimeField("取り込み日時", null=True)

    class Meta:
        verbose_name = "入電ファイル"

    def __str__(self) -> str:
        return f"{self.name} {self.read_at:%Y-%m-%d}"
