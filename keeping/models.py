"""What this room did: rows erased by rule."""

from django.db import models


class RowErasure(models.Model):
    """One round over one kind of rows: how many were emptied or deleted, by which rule, up to which day."""

    at = models.DateTimeField("日時", auto_now_add=True)
    table = models.CharField("種類", max_length=60)
    rule = models.CharField("規則", max_length=30)
    until = models.DateField("この日まで")
    rows = models.PositiveIntegerField("件数")

    class Meta:
        verbose_name = "行の消去"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.table} {self.until}"


# Tables of this room's sub-packages: Django looks for models here.
from keeping.closing.records import ContractClosing as ContractClosing  # noqa: E402
from keeping.handover.records import HandoverList as HandoverList  # noqa: E402
from keeping.storage.records import StorageMeasure as StorageMeasure  # noqa: E402
