"""One closing of the contract, step by step."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User


class ClosingState(models.TextChoices):
    EXPORTED = "exported", "書き出し済み"
    REQUESTED = "requested", "一人目が確認済み"
    CONFIRMED = "confirmed", "二人目も確認済み"
    ERASING = "erasing", "消去中"
    ERASED = "erased", "消去済み"


CLOSING_MOVES: dict[ClosingState, frozenset[ClosingState]] = {
    ClosingState.EXPORTED: frozenset({ClosingState.REQUESTED}),
    ClosingState.REQUESTED: frozenset({ClosingState.CONFIRMED, ClosingState.EXPORTED}),
    ClosingState.CONFIRMED: frozenset({ClosingState.ERASING, ClosingState.EXPORTED}),
    # An erasure that broke off is gone on with; it is never taken back.
    ClosingState.ERASING: frozenset({ClosingState.ERASING, ClosingState.ERASED}),
    ClosingState.ERASED: frozenset(),
}


class ContractClosing(models.Model):
    """`inventory` is what stood there when it was exported; `exports` the folders with their checksums."""

    state = models.CharField("状態", max_length=10, choices=ClosingState, default=ClosingState.EXPORTED)
    inventory = models.JSONField("消去するもの", default=dict)
    exports = models.JSONField("書き出したもの", default=dict)
    exported_at = models.DateTimeField("書き出し日時", auto_now_add=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="一人目")
    requested_at = models.DateTimeField("一人目の確認日時", null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="二人目")
    confirmed_at = models.DateTimeField("二人目の確認日時", null=True)
    erased_at = models.DateTimeField("消去日時", null=True)
    result = models.JSONField("消去の結果", default=dict)
    certificate = models.BinaryField("消去証明書", null=True)
    certificate_sha256 = models.CharField("消去証明書のSHA-256", max_length=64, blank=True)

    class Meta:
        verbose_name = "契約終了時の消去"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["exported", "requested"])
                | Q(requested_by__isnull=False, confirmed_by__isnull=False) & ~Q(requested_by=F("confirmed_by")),
                name="closing_erased_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
