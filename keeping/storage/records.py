"""What was measured, one row a day."""

from django.db import models


class StorageMeasure(models.Model):
    """Bytes in use on a day, by what: the vault's kinds of objects, and the database. The day's last look counts."""

    day = models.DateField("日", unique=True)
    measured_at = models.DateTimeField("測定日時", auto_now=True)
    used = models.PositiveBigIntegerField("使用量（バイト）")
    limit = models.PositiveBigIntegerField("上限（バイト）")
    parts = models.JSONField("内訳（バイト）", default=dict)
    rules = models.JSONField("保存期間ごとの内訳（バイト）", default=dict)

    class Meta:
        verbose_name = "保存容量の測定"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.used}"

    @property
    def percent(self) -> float:
        return self.used / self.limit * 100

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)
