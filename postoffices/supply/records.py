"""Days and hours beside the calendar: the bureau's edits, and when an office does which procedure."""

from django.db import models
from django.db.models import F, Q


class DayOpening(models.TextChoices):
    CALENDAR = "calendar", "暦のとおり"
    CLOSED = "closed", "休み"
    OWN = "own", "この日の時間"


class DayRule(models.Model):
    """What the bureau decided on screen for one office and day, over calendar and capacity of the profile.

    Loading a profile never touches these rows, so an edit stands until the bureau takes it back.
    """

    office = models.ForeignKey("postoffices.Office", models.CASCADE, related_name="day_rules", verbose_name="拠点")
    day = models.DateField("日")
    opening = models.CharField("開庁", max_length=10, choices=DayOpening, default=DayOpening.CALENDAR)
    public_seats = models.PositiveSmallIntegerField("公開枠", null=True)
    internal_seats = models.PositiveSmallIntegerField("内部枠", null=True)
    slot_minutes = models.PositiveSmallIntegerField("1枠の長さ（分）", null=True)
    reason = models.CharField("理由", max_length=60, blank=True)
    changed_at = models.DateTimeField("変更日時", auto_now=True)

    class Meta:
        verbose_name = "日ごとの変更"
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="day_rule_once"),
            models.CheckConstraint(
                condition=Q(public_seats__isnull=True, internal_seats__isnull=True)
                | Q(public_seats__isnull=False, internal_seats__isnull=False),
                name="day_rule_seats_both_or_none",
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__isnull=True) | Q(slot_minutes__gte=5), name="day_rule_slot_at_least_5_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.day} {self.opening}"


class DayRulePeriod(models.Model):
    """One opening period of a day with hours of its own; a day may have several."""

    rule = models.ForeignKey(DayRule, models.CASCADE, related_name="periods", verbose_name="日ごとの変更")
    opens = models.TimeField("開始")
    closes = models.TimeField("終了")

    class Meta:
        verbose_name = "日ごとの受付時間"
        ordering = ["opens"]
        constraints = [
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="day_rule_period_open_before_close"),
            models.UniqueConstraint(fields=["rule", "opens"], name="day_rule_period_once"),
        ]

    def __str__(self) -> str:
        return f"{self.opens}-{self.closes}"


class DayRange(models.Model):
    """What the bureau decided for a part of a day. Hours and seats are apart: what is null holds as the day says.

    The ranges of a day never overlap (see `postoffices.supply.ranges`).
    """

    rule = models.ForeignKey(DayRule, models.CASCADE, related_name="ranges", verbose_name="日ごとの変更")
    opens = models.TimeField("開始")
    closes = models.TimeField("終了")
    is_open = models.BooleanField("開ける", null=True)
    public_seats = models.PositiveSmallIntegerField("公開枠", null=True)
    internal_seats = models.PositiveSmallIntegerField("内部枠", null=True)
    reason = models.CharField("理由", max_length=60, blank=True)

    class Meta:
        verbose_name = "時間帯ごとの変更"
        ordering = ["opens"]
        constraints = [
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="day_range_open_before_close"),
            models.UniqueConstraint(fields=["rule", "opens"], name="day_range_once"),
            models.CheckConstraint(
                condition=Q(public_seats__isnull=True, internal_seats__isnull=True)
                | Q(public_seats__isnull=False, internal_seats__isnull=False),
                name="day_range_seats_both_or_none",
            ),
            models.CheckConstraint(
                condition=Q(is_open__isnull=False) | Q(public_seats__isnull=False), name="day_range_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens}-{self.closes} {self.is_open}"


class HorizonRule(models.Model):
    """How many days ahead citizens may book, as the bureau set it on screen, in the place of the profile's number."""

    days = models.PositiveSmallIntegerField("何日先まで")
    changed_at = models.DateTimeField("変更日時", auto_now=True)

    class Meta:
        verbose_name = "予約できる期間の変更"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="horizon_rule_is_single"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=366), name="horizon_rule_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.days}"


class ProcedureHours(models.Model):
    """When an office does a procedure, as the profile says; without a row whenever the office is open.

    `weekly` holds the seven days, Monday first; null is every day. A day is a list of periods, each a pair of minutes
    after midnight. `dates` holds such lists by day (2027-03-28), which go before the week.
    """

    office = models.ForeignKey(
        "postoffices.Office", models.CASCADE, related_name="procedure_hours", verbose_name="拠点"
    )
    procedure = models.ForeignKey(
        "postoffices.Procedure", models.CASCADE, related_name="office_hours", verbose_name="手続き"
    )
    weekly = models.JSONField("曜日ごとの時間", null=True)
    dates = models.JSONField("日ごとの時間", default=dict)

    class Meta:
        verbose_name = "手続きの受付時間"
        constraints = [models.UniqueConstraint(fields=["office", "procedure"], name="procedure_hours_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.procedure_id}"


class ProcedureWeek(models.Model):
    """The bureau's week of a procedure at an office, in the place of the profile's; null: every day."""

    office = models.ForeignKey(
        "postoffices.Office", models.CASCADE, related_name="procedure_weeks", verbose_name="拠点"
    )
    procedure = models.ForeignKey(
        "postoffices.Procedure", models.CASCADE, related_name="office_weeks", verbose_name="手続き"
    )
    weekly = models.JSONField("曜日ごとの時間", null=True)
    changed_at = models.DateTimeField("変更日時", auto_now=True)

    class Meta:
        verbose_name = "手続きの受付時間の変更"
        constraints = [models.UniqueConstraint(fields=["office", "procedure"], name="procedure_week_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.procedure_id}"


class ProcedureDay(models.Model):
    """The bureau's periods (minutes after midnight) of a procedure on one day at an office; none: not on that day."""

    office = models.ForeignKey("postoffices.Office", models.CASCADE, related_name="procedure_days", verbose_name="拠点")
    procedure = models.ForeignKey(
        "postoffices.Procedure", models.CASCADE, related_name="office_days", verbose_name="手続き"
    )
    day = models.DateField("日")
    periods = models.JSONField("時間", default=list)
    reason = models.CharField("理由", max_length=60, blank=True)
    changed_at = models.DateTimeField("変更日時", auto_now=True)

    class Meta:
        verbose_name = "手続きの日ごとの変更"
        constraints = [models.UniqueConstraint(fields=["office", "procedure", "day"], name="procedure_day_once")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.procedure_id} {self.day}"
