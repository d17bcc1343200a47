"""Mobile lines: each tied to one tablet while it is in use (kitakyushu-26)."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from devices.models.register import Device


class LineState(models.TextChoices):
    READY = "ready", "予備"
    ACTIVE = "active", "利用中"
    SUSPENDED = "suspended", "停止中"
    ENDED = "ended", "解約済み"


LINE_MOVES: dict[LineState, frozenset[LineState]] = {
    LineState.READY: frozenset({LineState.ACTIVE, LineState.ENDED}),
    LineState.ACTIVE: frozenset({LineState.SUSPENDED, LineState.READY, LineState.ENDED}),
    LineState.SUSPENDED: frozenset({LineState.ACTIVE, LineState.READY, LineState.ENDED}),
    LineState.ENDED: frozenset(),
}
# A SIM in a tablet.
IN_TABLET = (LineState.ACTIVE, LineState.SUSPENDED)


class LineQuerySet(models.QuerySet["Line"]):
    def for_list(self) -> "LineQuerySet":
        return self.select_related("device__office").order_by("number")


class Line(models.Model):
    """A contract with a carrier. `plan` says what it covers; `sim` is the number printed on the SIM (ICCID)."""

    key = models.UUIDField("登録の鍵", unique=True, editable=False, default=uuid.uuid4)
    number = models.CharField("回線番号", max_length=14, unique=True)
    sim = models.CharField("SIMの番号", max_length=22, unique=True)
    carrier = models.CharField("通信会社", max_length=60)
    plan = models.CharField("契約の内容", max_length=100)
    state = models.CharField("状態", max_length=10, choices=LineState, default=LineState.READY)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="lines", verbose_name="タブレット")
    begins_on = models.DateField("利用開始日")
    registered_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = "回線"
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(state__in=list(IN_TABLET)), name="line_one_per_tablet"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(IN_TABLET), device__isnull=False)
                | Q(state__in=["ready", "ended"], device__isnull=True),
                name="line_in_use_has_tablet",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LineMove(models.Model):
    """One line of a line's history. Never changed."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="moves", verbose_name="回線")
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="行った人")
    state_before = models.CharField("前の状態", max_length=10, choices=LineState, blank=True)
    state = models.CharField("状態", max_length=10, choices=LineState)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", verbose_name="タブレット")
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "回線の異動"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.state}"
