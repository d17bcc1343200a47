"""Fees taken at the counter, their receipts, and the day's cash-up (yatsushiro-05)."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from counters.models.visits import Visit
from postoffices.models import Office


class VoidReason(models.TextChoices):
    WRONG_FEE = "wrong_fee", "手数料の誤り"
    WRONG_VISIT = "wrong_visit", "別の来局に記録した"
    NOT_DONE = "not_done", "手続きを行わなかった（返金）"
    EXEMPT_AFTER_ALL = "exempt_after_all", "免除の対象だった（返金）"


class CashUp(models.Model):
    """What lay in the drawer when it was counted, against the receipts since the count before.

    `pieces` holds the number of notes and coins by value. Append-only but for the manager's look.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="cash_ups", verbose_name="拠点")
    day = models.DateField("日")
    key = models.UUIDField("締めの鍵", unique=True, editable=False)
    cash_float = models.PositiveIntegerField("釣り銭準備金")
    expected = models.PositiveIntegerField("領収書の合計")
    counted = models.PositiveIntegerField("現金の合計")
    pieces = models.JSONField("金種", default=dict)
    difference_reason = models.CharField("差額の理由", max_length=200, blank=True)
    closed_at = models.DateTimeField("締めた日時", auto_now_add=True)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="締めた人")
    seen_at = models.DateTimeField("確認日時", null=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認した人")

    class Meta:
        verbose_name = "日締め"
        ordering = ["-closed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(counted=F("expected") + F("cash_float")) | ~Q(difference_reason=""),
                name="cash_up_difference_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | (Q(seen_at__isnull=False, seen_by__isnull=False) & ~Q(seen_by=F("closed_by"))),
                name="cash_up_seen_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.day}"

    @property
    def difference(self) -> int:
        """Yen too many (positive) or too few in the drawer."""
        return self.counted - self.cash_float - self.expected


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def standing(self) -> "ReceiptQuerySet":
        return self.filter(voided_at__isnull=True)

    def uncounted(self, office: Office) -> "ReceiptQuerySet":
        """Receipts since the last cash-up, void ones too: they are listed with their number."""
        return self.filter(office=office, cash_up__isnull=True).order_by("fiscal_year", "number")


class Receipt(models.Model):
    """Money taken for one visit. Numbered without gaps within office and fiscal year; void ones keep their number."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="receipts", verbose_name="拠点")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("番号")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="receipts", verbose_name="来局")
    key = models.UUIDField("領収の鍵", unique=True, editable=False)
    total = models.PositiveIntegerField("金額")
    issued_at = models.DateTimeField("領収日時", auto_now_add=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="領収した人")
    prints = models.PositiveSmallIntegerField("印刷回数", default=0)
    voided_at = models.DateTimeField("取り消し日時", null=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="取り消した人")
    void_reason = models.CharField("取り消しの理由", max_length=20, choices=VoidReason, blank=True)
    cash_up = models.ForeignKey(CashUp, models.PROTECT, null=True, related_name="receipts", verbose_name="日締め")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "領収書"
        ordering = ["fiscal_year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["office", "fiscal_year", "number"], name="receipt_number_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="receipt_total_above_zero"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="receipt_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number_text

    @property
    def number_text(self) -> str:
        return f"{self.fiscal_year}-{self.number:05d}"


class Charge(models.Model):
    """A fee that came up in a visit: paid with a receipt, or not taken for a reason."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="charges", verbose_name="来局")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="charges", verbose_name="領収書")
    fee_code = models.SlugField("手数料のコード")
    fee_name = models.CharField("手数料", max_length=60)
    amount = models.PositiveIntegerField("定めの金額")
    exemption_code = models.SlugField("免除のコード", blank=True)
    exemption_name = models.CharField("免除の理由", max_length=60, blank=True)
    charged_at = models.DateTimeField("日時", auto_now_add=True)
    voided = models.BooleanField("取り消し", default=False)

    class Meta:
        verbose_name = "手数料"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt__isnull=False, exemption_code="")
                | (Q(receipt__isnull=True) & ~Q(exemption_code="")),
                name="charge_is_paid_or_exempt",
            ),
            models.UniqueConstraint(
                fields=["visit", "fee_code"], condition=Q(voided=False), name="charge_once_per_visit_and_fee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_code} {self.amount}"
