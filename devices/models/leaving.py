"""How devices come and go: what is checked before delivery, replacement, and erasure with its certificate."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from devices.models.faults import Fault
from devices.models.register import Device


class KittingCheck(models.Model):
    """A point that somebody checked before a device was delivered, in the words of that day (fukuoka-28)."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="kitting", verbose_name="機器")
    code = models.SlugField("コード")
    words = models.CharField("確認したこと", max_length=200)
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認した人")

    class Meta:
        verbose_name = "初期設定の確認"
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"{self.device_id} {self.code}"


class ReplacementReason(models.TextChoices):
    BROKEN = "broken", "故障"
    LOST = "lost", "紛失"
    DEFECT = "defect", "初期不良"


class Replacement(models.Model):
    """One device for another. `terms` say what city and contractor agreed on where it is not free (kitakyushu-33)."""

    old = models.OneToOneField(Device, models.PROTECT, related_name="replaced_by", verbose_name="元の機器")
    new = models.OneToOneField(Device, models.PROTECT, related_name="replaces", verbose_name="交換した機器")
    unit = models.UUIDField("契約上の台", db_index=True)
    fault = models.OneToOneField(Fault, models.PROTECT, related_name="replacement", verbose_name="障害")
    reason = models.CharField("理由", max_length=8, choices=ReplacementReason)
    deliberate = models.BooleanField("故意・重過失")
    free = models.BooleanField("無償")
    terms = models.TextField("協議の結果", blank=True)
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="行った人")

    class Meta:
        verbose_name = "機器の交換"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(free=True) | ~Q(terms=""), name="replacement_free_or_agreed_on"),
            models.CheckConstraint(
                condition=Q(free=False) | Q(deliberate=False), name="replacement_deliberate_not_free"
            ),
            models.CheckConstraint(condition=~Q(old=F("new")), name="replacement_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class ErasureCause(models.TextChoices):
    RETURN = "return", "返却・撤去"
    REPAIR = "repair", "修理に出す"


class Method(models.TextChoices):
    """The four of the specification (別紙2 4(1)①-④), and destruction (Fukuoka 4(8)ク)."""

    OVERWRITE_ALL = "all", "① 全領域の上書き消去"
    BLOCK = "block", "② ブロック消去"
    CRYPTO = "crypto", "③ 暗号化消去"
    OVERWRITE_SEEN = "seen", "④ アクセス可能な全領域の上書き消去"
    DESTROY = "destroy", "記憶媒体の破砕"


class Level(models.TextChoices):
    """As NIST SP 800-88 Rev. 1 names them, and Rev. 2 (2025) still does."""

    CLEAR = "clear", "Clear"
    PURGE = "purge", "Purge"
    DESTROY = "destroy", "Destroy"


BEYOND_CLEAR = frozenset({Level.PURGE, Level.DESTROY})


class ErasureState(models.TextChoices):
    PLANNED = "planned", "予定"
    CLEARED = "cleared", "市の確認待ち"
    CONFIRMED = "confirmed", "市が確認済み"
    PURGED = "purged", "消去完了"
    SUBMITTED = "submitted", "証明書の承認待ち"
    RETURNED = "returned", "証明書の差し戻し"
    APPROVED = "approved", "承認済み"


ERASURE_MOVES: dict[ErasureState, frozenset[ErasureState]] = {
    ErasureState.PLANNED: frozenset({ErasureState.CLEARED}),
    # What the city does not find erased is erased again.
    ErasureState.CLEARED: frozenset({ErasureState.CONFIRMED, ErasureState.PLANNED}),
    ErasureState.CONFIRMED: frozenset({ErasureState.PURGED}),
    ErasureState.PURGED: frozenset({ErasureState.SUBMITTED}),
    ErasureState.SUBMITTED: frozenset({ErasureState.APPROVED, ErasureState.RETURNED}),
    ErasureState.RETURNED: frozenset({ErasureState.SUBMITTED}),
    ErasureState.APPROVED: frozenset(),
}


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def for_list(self) -> "ErasureQuerySet":
        return self.select_related("device").defer("certificate").order_by("due_on", "pk")

    def open(self) -> "ErasureQuerySet":
        return self.exclude(state=ErasureState.APPROVED)


class Erasure(models.Model):
    """The erasure of one device: on the premises with the city's confirmation, then beyond, then the certificate.

    `agreement` says what was agreed on where it could not be done that way (別紙2 5(3)).
    """

    key = models.UUIDField("登録の鍵", unique=True, editable=False, default=uuid.uuid4)
    device = models.ForeignKey(Device, models.PROTECT, related_name="erasures", verbose_name="機器")
    cause = models.CharField("目的", max_length=6, choices=ErasureCause)
    state = models.CharField("状態", max_length=9, choices=ErasureState, default=ErasureState.PLANNED)
    due_on = models.DateField("証明書の提出期限")
    planned_at = models.DateTimeField("登録日時", auto_now_add=True)
    clear_method = models.CharField("一次消去の方法", max_length=7, choices=Method, blank=True)
    clear_level = models.CharField("一次消去の水準", max_length=7, choices=Level, blank=True)
    clear_place = models.CharField("作業した場所", max_length=100, blank=True)
    cleared_at = models.DateTimeField("一次消去の日時", null=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="一次消去をした人")
    confirmed_at = models.DateTimeField("市の確認日時", null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認した市職員")
    purge_method = models.CharField("完全消去の方法", max_length=7, choices=Method, blank=True)
    purge_skipped = models.BooleanField("完全消去を省略", default=False)
    purged_at = models.DateTimeField("完全消去の日時", null=True)
    purged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="完全消去をした人")
    agreement = models.TextField("協議の結果", blank=True)
    submitted_at = models.DateTimeField("証明書の提出日時", null=True)
    decided_at = models.DateTimeField("承認・差し戻しの日時", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="承認した市職員")
    remarks = models.TextField("差し戻しの理由", blank=True)
    certificate = models.BinaryField("消去証明書", null=True)
    certificate_sha256 = models.CharField("消去証明書のSHA-256", max_length=64, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = "機器の消去"
        constraints = [
            models.UniqueConstraint(fields=["device"], condition=~Q(state="approved"), name="erasure_one_under_way"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cleared"]) | Q(confirmed_by__isnull=False),
                name="erasure_seen_by_city",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("cleared_by")),
                name="erasure_not_seen_by_doer",
            ),
            models.CheckConstraint(
                condition=Q(purge_skipped=False) | Q(clear_level__in=["purge", "destroy"]),
                name="erasure_skips_only_what_is_reached",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(certificate__isnull=False, decided_by__isnull=False),
                name="erasure_approved_has_certificate",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As people say it."""
        return f"E-{self.pk:05d}"
