"""Management over the air: commands as outbox rows, what came of them, and the wipes that two people asked for."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from devices.models.register import Device


class CommandKind(models.TextChoices):
    LOCK = "lock", "画面をロック"
    LOST_ON = "lost_on", "紛失モードにする"
    LOST_OFF = "lost_off", "紛失モードを解除"
    LOCATE = "locate", "位置を取得"
    RESTRICT = "restrict", "利用の制限とWi-Fiを設定"
    KIOSK_ON = "kiosk_on", "専用モードにする"
    KIOSK_OFF = "kiosk_off", "専用モードを解除"
    INFO = "info", "端末の情報を取得"
    ERASE = "erase", "初期化（データ消去）"


class CommandState(models.TextChoices):
    QUEUED = "queued", "送信待ち"
    SENDING = "sending", "送信中"
    UNCERTAIN = "uncertain", "届いたか確認中"
    SENT = "sent", "端末の応答待ち"
    NOT_NOW = "not_now", "端末が使用できる状態になるのを待機"
    DONE = "done", "実行済み"
    FAILED = "failed", "実行できません"
    WITHDRAWN = "withdrawn", "取りやめ"


# The device may answer before the worker has written down that the command went out: hence from `sending` to its end.
COMMAND_MOVES: dict[CommandState, frozenset[CommandState]] = {
    CommandState.QUEUED: frozenset({CommandState.SENDING, CommandState.WITHDRAWN}),
    CommandState.SENDING: frozenset(
        {
            CommandState.QUEUED,
            CommandState.UNCERTAIN,
            CommandState.SENT,
            CommandState.NOT_NOW,
            CommandState.DONE,
            CommandState.FAILED,
        }
    ),
    CommandState.UNCERTAIN: frozenset(
        {CommandState.SENDING, CommandState.SENT, CommandState.NOT_NOW, CommandState.DONE, CommandState.FAILED}
    ),
    CommandState.SENT: frozenset({CommandState.NOT_NOW, CommandState.DONE, CommandState.FAILED}),
    CommandState.NOT_NOW: frozenset({CommandState.NOT_NOW, CommandState.DONE, CommandState.FAILED}),
    CommandState.DONE: frozenset(),
    CommandState.FAILED: frozenset(),
    CommandState.WITHDRAWN: frozenset(),
}
OPEN_COMMANDS = (
    CommandState.QUEUED,
    CommandState.SENDING,
    CommandState.UNCERTAIN,
    CommandState.SENT,
    CommandState.NOT_NOW,
)


class Wipe(models.Model):
    """A wipe: one person asks for it, another one confirms it. Only then there is a command."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="wipes", verbose_name="機器")
    reason = models.CharField("理由", max_length=200)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="一人目")
    requested_at = models.DateTimeField("一人目の日時", auto_now_add=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="二人目")
    confirmed_at = models.DateTimeField("二人目の日時", null=True)
    withdrawn_at = models.DateTimeField("取りやめの日時", null=True)

    class Meta:
        verbose_name = "初期化の依頼"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="wipe_asked_for_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("requested_by")), name="wipe_by_two"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, withdrawn_at__isnull=True),
                name="wipe_confirmed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.requested_at:%Y-%m-%d}"


class CommandQuerySet(models.QuerySet["Command"]):
    def open(self) -> "CommandQuerySet":
        return self.filter(state__in=OPEN_COMMANDS)

    def due(self, now: datetime | None = None) -> "CommandQuerySet":
        """What a worker may send: queued, not known whether it arrived, or held by a worker that is gone."""
        now = now or timezone.now()
        waiting = Q(state__in=[CommandState.QUEUED, CommandState.UNCERTAIN], due_at__lte=now)
        return self.filter(waiting | Q(state=CommandState.SENDING, due_at__lte=now)).order_by("due_at", "id")


class Command(models.Model):
    """One command to one tablet. `uuid` is its CommandUUID: sent twice, it is still one command.

    `due_at`: when it may be sent (again); while `sending`, when the worker that holds it counts as gone.
    `target` is the tablet's UDID as it was then.
    """

    uuid = models.UUIDField("命令の番号", unique=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="commands", verbose_name="機器")
    target = models.CharField("宛先の識別子", max_length=64)
    kind = models.CharField("命令", max_length=10, choices=CommandKind)
    wipe = models.OneToOneField(Wipe, models.PROTECT, null=True, related_name="command", verbose_name="初期化の依頼")
    state = models.CharField("状態", max_length=10, choices=CommandState, default=CommandState.QUEUED)
    attempts = models.PositiveSmallIntegerField("送信の回数", default=0)
    due_at = models.DateTimeField("送信予定", default=timezone.now)
    requested_at = models.DateTimeField("依頼日時", auto_now_add=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="依頼した人")
    ended_at = models.DateTimeField("終了日時", null=True)

    objects = CommandQuerySet.as_manager()

    class Meta:
        verbose_name = "遠隔管理の命令"
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "sending", "uncertain"]), name="command_due"
            ),
        ]
        constraints = [
            # Pressed twice is asked once.
            models.UniqueConstraint(
                fields=["device", "kind"], condition=Q(state__in=list(OPEN_COMMANDS)), name="command_open_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="erase", wipe__isnull=False) | ~Q(kind="erase") & Q(wipe__isnull=True),
                name="command_erase_has_wipe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class CommandReceipt(models.Model):
    """What happened to a command at one moment, and why. Never changed."""

    command = models.ForeignKey(Command, models.CASCADE, related_name="receipts", verbose_name="命令")
    at = models.DateTimeField("日時", auto_now_add=True)
    state = models.CharField("状態", max_length=10, choices=CommandState)
    reason = models.CharField("理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "命令の記録"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.command_id} {self.state}"


class Managed(models.Model):
    """What the management knows of a tablet. `facts` are those it told about itself (version, battery, free space)."""

    device = models.OneToOneField(Device, models.CASCADE, related_name="managed", verbose_name="機器")
    seen_at = models.DateTimeField("最後の通信", null=True)
    lost_mode = models.BooleanField("紛失モード", default=False)
    kiosk = models.BooleanField("専用モード", default=False)
    restricted_at = models.DateTimeField("制限を設定した日時", null=True)
    facts = models.JSONField("端末の情報", default=dict)
    facts_at = models.DateTimeField("情報を得た日時", null=True)

    class Meta:
        verbose_name = "遠隔管理の状態"

    def __str__(self) -> str:
        return f"{self.device_id}"


class Place(models.Model):
    """Where a lost tablet was at one moment. Tells where somebody is who has it: looked at only with a record of it."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="locations", verbose_name="機器")
    command = models.OneToOneField(Command, models.CASCADE, related_name="+", verbose_name="命令")
    at = models.DateTimeField("日時", auto_now_add=True)
    latitude = models.FloatField("緯度")
    longitude = models.FloatField("経度")
    accuracy = models.FloatField("誤差（m）", null=True)

    class Meta:
        verbose_name = "端末の位置"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.device_id} {self.at:%Y-%m-%d %H:%M}"


class MdmEvent(models.Model):
    """A message of the management that was taken in: by its digest, so that a recorded one is taken once."""

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    at = models.DateTimeField("受信日時", auto_now_add=True)

    class Meta:
        verbose_name = "遠隔管理の通知"

    def __str__(self) -> str:
        return self.digest[:12]
