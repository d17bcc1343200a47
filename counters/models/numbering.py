"""Numbers in a row: tickets of a day, receipts of a fiscal year."""

from django.db import models

from postoffices.models import Office


class SeriesKind(models.TextChoices):
    TICKET = "ticket", "番号札"
    RECEIPT = "receipt", "領収書"
    REFERRAL = "referral", "案内票"


class NumberSeries(models.Model):
    """The last number given out. `period` is a day (2026-11-21) or a fiscal year (2026).

    A number is taken by one statement on this row, in the transaction of what it numbers: two never get the same,
    and what is rolled back leaves no gap.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="拠点")
    kind = models.CharField("種類", max_length=10, choices=SeriesKind)
    period = models.CharField("期間", max_length=10)
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "連番"
        constraints = [models.UniqueConstraint(fields=["office", "kind", "period"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.kind} {self.period} {self.last}"
