"""Faults: what went wrong with a device, who said so, and what was done (fukuoka-30, kitakyushu-33)."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from devices.models.register import Device
from postoffices.models import Office


class FaultKind(models.TextChoices):
    HARDWARE = "hardware", "故障"
    SOFTWARE = "software", "ソフトウェアの不具合"
    NETWORK = "network", "通信・回線の不具合"
    LOST = "lost", "紛失・盗難"
    DAMAGE = "damage", "破損"
    DEFECT = "defect", "初期不良"


# The device cannot be worked with any more.
BREAKING = frozenset({FaultKind.HARDWARE, FaultKind.DAMAGE, FaultKind.DEFECT})


class FaultState(models.TextChoices):
    REPORTED = "reported", "受付"
    HANDLING = "handling", "対応中"
    REPAIRED = "repaired", "復旧済み"
    REPLACED = "replaced", "交換済み"
    CLOSED = "closed", "完了"


FAULT_MOVES: dict[FaultState, frozenset[FaultState]] = {
    FaultState.REPORTED: frozenset({FaultState.HANDLING, FaultState.REPAIRED, FaultState.REPLACED, FaultState.CLOSED}),
    # Each step of the work is written down by itself.
    FaultState.HANDLING: frozenset({FaultState.HANDLING, FaultState.REPAIRED, FaultState.REPLACED, FaultState.CLOSED}),
    # What does not hold is taken up again.
    FaultState.REPAIRED: frozenset({FaultState.HANDLING, FaultState.CLOSED}),
    FaultState.REPLACED: frozenset({FaultState.CLOSED}),
    FaultState.CLOSED: frozenset(),
}
OPEN_FAULTS = (FaultState.REPORTED, FaultState.HANDLING)


class FaultQuerySet(models.QuerySet["Fault"]):
    def open(self) -> "FaultQuerySet":
        return self.filter(state__in=OPEN_FAULTS)

    def for_list(self) -> "FaultQuerySet":
        return self.select_related("device", "office", "reported_by").order_by("-reported_at", "-pk")


class Fault(models.Model):
    """One trouble. `device` is empty where nobody knows which it is (the line of an office, say).

    `ticket_number` is the helpdesk's number, as people say it. `cause` and `measures` make the fault report.
    """

    key = models.UUIDField("報告の鍵", unique=True, editable=False, default=uuid.uuid4)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="faults", verbose_name="機器")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="device_faults", verbose_name="拠点")
    kind = models.CharField("種類", max_length=10, choices=FaultKind)
    text = models.TextField("起きていること")
    state = models.CharField("状態", max_length=10, choices=FaultState, default=FaultState.REPORTED)
    ticket_number = models.CharField("問い合わせの番号", max_length=20, blank=True)
    reported_at = models.DateTimeField("報告日時", auto_now_add=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="報告した人")
    cause = models.TextField("原因", blank=True)
    measures = models.TextField("行った対応", blank=True)
    ended_at = models.DateTimeField("復旧・交換の日時", null=True)
    closed_at = models.DateTimeField("完了日時", null=True)

    objects = FaultQuerySet.as_manager()

    class Meta:
        verbose_name = "機器の障害"
        indexes = [models.Index(fields=["-reported_at"], name="fault_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["repaired", "replaced"]) | ~Q(measures=""), name="fault_ended_with_measures"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(state="closed"), name="fault_closed_has_state"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As people say it."""
        return f"K-{self.pk:05d}"


class FaultStep(models.Model):
    """What was done about a fault, and when. Never changed."""

    fault = models.ForeignKey(Fault, models.PROTECT, related_name="steps", verbose_name="障害")
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="行った人")
    state = models.CharField("状態", max_length=10, choices=FaultState)
    text = models.TextField("内容", blank=True)

    class Meta:
        verbose_name = "障害の経過"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.fault_id} {self.state}"
