"""What is used up: ribbons, pen nibs. Stock is what came in less what went to offices (fukuoka-30)."""

import uuid

from django.db import models
from django.db.models import Q, Sum

from accounts.models import User
from postoffices.models import Office


class SupplyKind(models.TextChoices):
    ORDERED = "ordered", "発注"
    RECEIVED = "received", "入荷"
    DELIVERED = "delivered", "拠点へ納品"
    LOST = "lost", "廃棄・不足"


class SupplyQuerySet(models.QuerySet["Supply"]):
    def sums(self) -> dict[str, dict[str, int]]:
        """By code and kind. One query."""
        found: dict[str, dict[str, int]] = {}
        for code, kind, quantity in self.order_by().values_list("code", "kind").annotate(Sum("quantity")):
            found.setdefault(code, {})[kind] = quantity
        return found


class Supply(models.Model):
    """One movement of one consumable, by its code in the profile. Never changed."""

    key = models.UUIDField("記録の鍵", unique=True, editable=False, default=uuid.uuid4)
    code = models.SlugField("品目")
    kind = models.CharField("種類", max_length=10, choices=SupplyKind)
    quantity = models.PositiveIntegerField("数")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    day = models.DateField("日")
    recorded_at = models.DateTimeField("記録日時", auto_now_add=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="記録した人")

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = "消耗品の出入り"
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["code", "kind"], name="supply_of_code")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="supply_of_something"),
            models.CheckConstraint(
                condition=Q(kind="delivered", office__isnull=False) | ~Q(kind="delivered") & Q(office__isnull=True),
                name="supply_delivered_to_an_office",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind} {self.quantity}"
