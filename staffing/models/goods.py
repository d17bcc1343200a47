"""What the city lends and what the contractor brings: received, where it is, returned, counted."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from postoffices.models import Office


class Provider(models.TextChoices):
    CITY = "city", "市（貸与）"
    CONTRACTOR = "contractor", "受託者"


class GoodState(models.TextChoices):
    EXPECTED = "expected", "受領前"
    IN_USE = "in_use", "使用中"
    LOST = "lost", "紛失"
    RETURNED = "returned", "返却済み"


GOOD_MOVES: dict[GoodState, frozenset[GoodState]] = {
    GoodState.EXPECTED: frozenset({GoodState.IN_USE}),
    GoodState.IN_USE: frozenset({GoodState.RETURNED, GoodState.LOST}),
    # What is found again is used or given back from there.
    GoodState.LOST: frozenset({GoodState.IN_USE}),
    GoodState.RETURNED: frozenset(),
}


class GoodQuerySet(models.QuerySet["Good"]):
    def for_list(self) -> "GoodQuerySet":
        return self.select_related("office").order_by("provider", "name", "pk")


class Good(models.Model):
    """So many pieces of one kind at one place; those that go elsewhere, or back, become a row of their own."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    name = models.CharField("品名", max_length=80)
    number = models.CharField("管理番号", max_length=60, blank=True)
    quantity = models.PositiveIntegerField("数量")
    unit = models.CharField("単位", max_length=10, default="台")
    provider = models.CharField("用意する者", max_length=10, choices=Provider)
    state = models.CharField("状態", max_length=8, choices=GoodState, default=GoodState.EXPECTED)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    place = models.CharField("置き場所", max_length=80, blank=True)
    received_on = models.DateField("受領日", null=True)
    returned_on = models.DateField("返却日", null=True)
    note = models.CharField("備考", max_length=200, blank=True)
    registered_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = GoodQuerySet.as_manager()

    class Meta:
        verbose_name = "貸与品"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="good_of_something"),
            models.CheckConstraint(
                condition=Q(state="expected") | Q(received_on__isnull=False), name="good_received_on_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_on__isnull=False), name="good_returned_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def where(self) -> str:
        return "　".join(part for part in (self.office.name if self.office else "", self.place) if part)


class GoodEvent(models.Model):
    """One line of the ledger. Never changed."""

    good = models.ForeignKey(Good, models.PROTECT, related_name="events", verbose_name="貸与品")
    on = models.DateField("日")
    what = models.CharField("できごと", max_length=200)
    at = models.DateTimeField("記録日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="記録した人")

    class Meta:
        verbose_name = "貸与品の履歴"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.good_id} {self.on}"


class Stocktake(models.Model):
    """Everything in use counted once. At most one goes on at a time."""

    begun_at = models.DateTimeField("始めた日時", auto_now_add=True)
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="始めた人")
    finished_at = models.DateTimeField("終えた日時", null=True)

    class Meta:
        verbose_name = "棚卸し"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=True),
                nulls_distinct=False,
                name="stocktake_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d}"


class StocktakeLine(models.Model):
    """`expected` as the ledger said when it began; `counted` is None until somebody has counted."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="lines", verbose_name="棚卸し")
    good = models.ForeignKey(Good, models.PROTECT, related_name="+", verbose_name="貸与品")
    expected = models.PositiveIntegerField("台帳の数")
    counted = models.PositiveIntegerField("数えた数", null=True)
    note = models.CharField("備考", max_length=100, blank=True)

    class Meta:
        verbose_name = "棚卸しの行"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["stocktake", "good"], name="stocktake_line_once")]

    def __str__(self) -> str:
        return f"{self.good_id} {self.counted}/{self.expected}"

    @property
    def differs(self) -> bool:
        return self.counted is not None and self.counted != self.expected
