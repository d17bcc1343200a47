"""A list of what is unfinished, as it was on its day."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User


class HandoverState(models.TextChoices):
    SUBMITTED = "submitted", "市の確認待ち"
    CONFIRMED = "confirmed", "確認済み"
    RETURNED = "returned", "差し戻し"


# What was returned is made anew, as another list: this one says what stood there then.
HANDOVER_MOVES: dict[HandoverState, frozenset[HandoverState]] = {
    HandoverState.SUBMITTED: frozenset({HandoverState.CONFIRMED, HandoverState.RETURNED}),
    HandoverState.CONFIRMED: frozenset(),
    HandoverState.RETURNED: frozenset(),
}


class HandoverList(models.Model):
    """`stocks` is a list of {kind, state, count, oldest, items}, times as ISO 8601; nobody's name stands in it."""

    state = models.CharField("状態", max_length=10, choices=HandoverState, default=HandoverState.SUBMITTED)
    made_at = models.DateTimeField("作成日時", auto_now_add=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="作成者")
    note = models.TextField("引き継ぐ方への連絡", blank=True)
    stocks = models.JSONField("残っている仕事", default=list)
    total = models.PositiveIntegerField("件数", default=0)
    decided_at = models.DateTimeField("確認日時", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認者")
    remarks = models.TextField("市からの連絡", blank=True)

    class Meta:
        verbose_name = "引継書"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="submitted") | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="handover_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(remarks=""), name="handover_returned_has_remarks"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def unfinished(self) -> list[dict[str, Any]]:
        """The stocks that hold anything."""
        return [stock for stock in self.stocks if stock["count"]]
