"""The register: every device with its seal, where it stands, and how it came there."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from postoffices.models import Office


class DeviceKind(models.TextChoices):
    """As the seal names them (fukuoka-29)."""

    TABLET = "tablet", "タブレット端末"
    PEN = "pen", "タブレット端末用電子ペン"
    CARD_PRINTER = "card_printer", "追記用プリンタ"
    LAPTOP = "laptop", "ノートパソコン"


# What keeps data, and has to be erased before it leaves.
WITH_STORAGE = frozenset({DeviceKind.TABLET, DeviceKind.LAPTOP})


class DeviceState(models.TextChoices):
    STOCK = "stock", "在庫"
    KITTED = "kitted", "設定済み"
    INSTALLED = "installed", "設置中"
    FAULTY = "faulty", "故障"
    LOST = "lost", "紛失"
    REPLACED = "replaced", "交換済み"
    REMOVED = "removed", "撤去済み"
    ERASED = "erased", "消去済み"


DEVICE_MOVES: dict[DeviceState, frozenset[DeviceState]] = {
    DeviceState.STOCK: frozenset({DeviceState.KITTED, DeviceState.FAULTY, DeviceState.LOST, DeviceState.REMOVED}),
    DeviceState.KITTED: frozenset(
        {DeviceState.STOCK, DeviceState.INSTALLED, DeviceState.FAULTY, DeviceState.LOST, DeviceState.REMOVED}
    ),
    DeviceState.INSTALLED: frozenset({DeviceState.KITTED, DeviceState.FAULTY, DeviceState.LOST, DeviceState.REMOVED}),
    DeviceState.FAULTY: frozenset(
        {
            DeviceState.STOCK,
            DeviceState.KITTED,
            DeviceState.INSTALLED,
            DeviceState.LOST,
            DeviceState.REPLACED,
            DeviceState.REMOVED,
        }
    ),
    # Found again: where it stood, or back into the store to be set up anew.
    DeviceState.LOST: frozenset({DeviceState.STOCK, DeviceState.INSTALLED, DeviceState.REPLACED}),
    DeviceState.REPLACED: frozenset({DeviceState.REMOVED}),
    DeviceState.REMOVED: frozenset({DeviceState.ERASED}),
    DeviceState.ERASED: frozenset(),
}
# Reached by a replacement or a certificate of erasure only.
BY_PROCEDURE = frozenset({DeviceState.REPLACED, DeviceState.ERASED})
# Standing in the contractor's store, or gone from here.
WITHOUT_OFFICE = frozenset({DeviceState.STOCK, DeviceState.KITTED, DeviceState.REMOVED, DeviceState.ERASED})
# Over for this contract.
GONE = frozenset({DeviceState.REPLACED, DeviceState.REMOVED, DeviceState.ERASED})


class DeviceQuerySet(models.QuerySet["Device"]):
    def for_list(self) -> "DeviceQuerySet":
        """With office and line, in the seals' order."""
        return self.select_related("office__ward").prefetch_related("lines").order_by("seal_number")

    def in_use(self) -> "DeviceQuerySet":
        return self.exclude(state__in=GONE)


class Device(models.Model):
    """One device. `unit` is what the contract counts as one: a replacement takes it over from its predecessor.

    `placed_from` to `placed_until` is the period that the contract sets and the seal shows. `udid` is how the
    management over the air names it; empty for what is not managed.
    """

    key = models.UUIDField("登録の鍵", unique=True, editable=False, default=uuid.uuid4)
    unit = models.UUIDField("契約上の台", default=uuid.uuid4, db_index=True, editable=False)
    kind = models.CharField("種類", max_length=12, choices=DeviceKind)
    seal_number = models.CharField("管理番号", max_length=20, unique=True)
    model = models.CharField("機種", max_length=80)
    serial = models.CharField("製造番号", max_length=40)
    udid = models.CharField("端末識別子（UDID）", max_length=64, blank=True)
    state = models.CharField("状態", max_length=10, choices=DeviceState, default=DeviceState.STOCK)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="devices", verbose_name="設置場所")
    ssids = ArrayField(models.CharField(max_length=32), verbose_name="接続できるSSID", default=list, blank=True)
    placed_from = models.DateField("設置期間の初日")
    placed_until = models.DateField("設置期間の最終日")
    received_on = models.DateField("納品日")
    registered_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "機器"
        indexes = [models.Index(fields=["state"], name="device_state")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "serial"], name="device_serial_once_per_kind"),
            models.UniqueConstraint(fields=["udid"], condition=~Q(udid=""), name="device_udid_once"),
            models.CheckConstraint(
                condition=~Q(state="installed") | Q(office__isnull=False), name="device_installed_somewhere"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(WITHOUT_OFFICE)) | Q(office__isnull=True),
                name="device_stored_nowhere_else",
            ),
            models.CheckConstraint(
                condition=Q(placed_from__lte=models.F("placed_until")), name="device_placed_first_not_after_last"
            ),
        ]

    def __str__(self) -> str:
        return self.seal_number

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        if self.office is not None:
            return self.office.name
        return "保管庫" if self.state in (DeviceState.STOCK, DeviceState.KITTED) else "－"

    @property
    def line_number(self) -> str:
        """The number of the line in it, from what was prefetched; empty without one."""
        return next((line.number for line in self.lines.all()), "")


class DeviceMove(models.Model):
    """One line of a device's history: what it was and where, before and after. Never changed."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="moves", verbose_name="機器")
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="行った人")
    state_before = models.CharField("前の状態", max_length=10, choices=DeviceState, blank=True)
    state = models.CharField("状態", max_length=10, choices=DeviceState)
    office_before = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="前の場所")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="場所")
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "機器の異動"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.device_id} {self.state}"
