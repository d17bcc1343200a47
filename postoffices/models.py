"""The city, its wards, places, procedures and calendars, as `manage.py load_city` writes them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from postoffices.translations import Translated


class City(Translated):
    """The one city of this installation. `settings` is the profile's rules (see `postoffices.profile.Rules`)."""

    slug = models.SlugField("識別名", unique=True)
    name = models.CharField("名称", max_length=40)
    settings = models.JSONField("規則", default=dict)
    profile_sha256 = models.CharField("プロファイルのSHA-256", max_length=64, blank=True)
    loaded_at = models.DateTimeField("読込日時", auto_now=True)

    class Meta:
        verbose_name = "市"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="city_is_single")]

    def __str__(self) -> str:
        return self.name


class Ward(Translated):
    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=40)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        verbose_name = "区"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class CalendarKind(models.TextChoices):
    COUNTER = "counter", "窓口"
    HELPDESK = "helpdesk", "ヘルプデスク"
    CONTRACT = "contract", "契約上の業務日"


class Calendar(models.Model):
    """Opening hours for one purpose: weekly periods, holidays, closures and dated openings."""

    code = models.SlugField("コード", unique=True)
    kind = models.CharField("用途", max_length=10, choices=CalendarKind)
    name = models.CharField("名称", max_length=60)
    closes_on_holidays = models.BooleanField("祝日は閉庁", default=True)

    class Meta:
        verbose_name = "暦"

    def __str__(self) -> str:
        return self.name


class WeeklyHours(models.Model):
    """One period of one weekday (0 = Monday); a day may have several."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="weekly_hours", verbose_name="暦")
    weekday = models.PositiveSmallIntegerField("曜日")
    opens = models.TimeField("開始")
    closes = models.TimeField("終了")

    class Meta:
        verbose_name = "毎週の受付時間"
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekly_hours_weekday_known"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="weekly_hours_open_before_close"),
            models.UniqueConstraint(fields=["calendar", "weekday", "opens"], name="weekly_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class Closure(models.Model):
    """Days on which a calendar is closed, first and last included; `yearly` repeats by month and day."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closures", verbose_name="暦")
    first_day = models.DateField("初日")
    last_day = models.DateField("最終日")
    yearly = models.BooleanField("毎年", default=False)
    reason = models.CharField("理由", max_length=60)

    class Meta:
        verbose_name = "閉庁"
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="closure_first_not_after_last"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}-{self.last_day} {self.reason}"


class DatedOpening(models.Model):
    """A day that is open although the week says otherwise, with its own hours."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="dated_openings", verbose_name="暦")
    day = models.DateField("日")
    opens = models.TimeField("開始")
    closes = models.TimeField("終了")

    class Meta:
        verbose_name = "臨時の開庁"
        constraints = [
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="dated_opening_open_before_close"),
            models.UniqueConstraint(fields=["calendar", "day", "opens"], name="dated_opening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opens}-{self.closes}"


class Procedure(Translated):
    """What a citizen can have done. `bring` lists what to take along; `eligibility` the rule for the guide."""

    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=60)
    summary = models.CharField("説明", max_length=200)
    bring = models.JSONField("持ち物", default=list)
    eligibility = models.CharField("対象の確認", max_length=20, default="none")
    fee_note = models.CharField("手数料の案内", max_length=100, blank=True)
    minutes = models.PositiveSmallIntegerField("所要時間（分）", default=30)
    # How many slots that follow one another a person takes.
    units = models.PositiveSmallIntegerField("使う予約枠の数", default=1, db_default=1)
    bookable_online = models.BooleanField("インターネット予約", default=True)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        verbose_name = "手続き"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def local_summary(self) -> str:
        return str(self.said("summary"))

    @property
    def local_bring(self) -> list[str]:
        return list(self.said("bring"))

    @property
    def local_fee_note(self) -> str:
        return str(self.said("fee_note"))


class OfficeKind(models.TextChoices):
    POST_OFFICE = "post_office", "郵便局"
    CITY_HALL = "city_hall", "市役所・区役所"
    BRANCH = "branch", "出張所"
    SATELLITE = "satellite", "サテライトコーナー"
    EVENT = "event", "出張会場"


class OfficeQuerySet(models.QuerySet["Office"]):
    def open_on(self, day: date) -> "OfficeQuerySet":
        """Offices whose service runs on the day (whether the counter opens that day is the calendar's word)."""
        return self.filter(Q(opens_on__lte=day), Q(closes_on__isnull=True) | Q(closes_on__gte=day))


class Office(Translated):
    """A place where citizens are served."""

    code = models.SlugField("コード", unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("種類", max_length=12, choices=OfficeKind)
    ward = models.ForeignKey(Ward, models.PROTECT, related_name="offices", verbose_name="区")
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="offices", verbose_name="暦")
    procedures = models.ManyToManyField(Procedure, related_name="offices", verbose_name="手続き")
    address = models.CharField("所在地", max_length=120, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    opens_on = models.DateField("取扱開始日")
    closes_on = models.DateField("取扱終了日", null=True)
    takes_bookings = models.BooleanField("予約を受ける", default=True)
    position = models.PositiveSmallIntegerField("並び順")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "拠点"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def local_address(self) -> str:
        return str(self.said("address"))


class CapacityPeriod(models.Model):
    """Seats per slot of an office from `first_day` to `last_day` (open-ended when null)."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="capacity_periods", verbose_name="拠点")
    first_day = models.DateField("初日")
    last_day = models.DateField("最終日", null=True)
    slot_minutes = models.PositiveSmallIntegerField("1枠の長さ（分）", default=30)
    public_seats = models.PositiveSmallIntegerField("公開枠")
    internal_seats = models.PositiveSmallIntegerField("内部枠", default=0)

    class Meta:
        verbose_name = "枠数"
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")),
                name="capacity_first_not_after_last",
            ),
            models.UniqueConstraint(fields=["office", "first_day"], name="capacity_period_once"),
            models.CheckConstraint(condition=Q(slot_minutes__gte=5), name="capacity_slot_at_least_5_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}- {self.public_seats}+{self.internal_seats}"


class Holiday(models.Model):
    """A national holiday that the city has taken over into its calendars."""

    day = models.DateField("日", unique=True)
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "祝日"

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Posting(models.Model):
    """The office a clerk belongs to. One office per person; a move is a new posting."""

    user = models.OneToOneField(User, models.CASCADE, related_name="posting", verbose_name="職員")
    office = models.ForeignKey(Office, models.PROTECT, related_name="postings", verbose_name="拠点")

    class Meta:
        verbose_name = "配属"

    def __str__(self) -> str:
        return f"{self.user} {self.office}"


class StopQuerySet(models.QuerySet["Stop"]):
    def standing(self) -> "StopQuerySet":
        """Stops that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


class Stop(models.Model):
    """An emergency stop: nothing can be booked from `starts_at` to `ends_at`, at one office or everywhere (null)."""

    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="stops", verbose_name="拠点")
    starts_at = models.DateTimeField("開始")
    ends_at = models.DateTimeField("終了")
    reason = models.CharField("理由", max_length=100)
    made_at = models.DateTimeField("停止した日時", auto_now_add=True)
    lifted_at = models.DateTimeField("解除した日時", null=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = "緊急停止"
        ordering = ["-made_at"]
        constraints = [models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="stop_starts_before_end")]

    def __str__(self) -> str:
        return f"{self.office_id or 'all'} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        """Whether its time has passed by itself."""
        return self.ends_at <= timezone.now()


class DeadlineStep(models.TextChoices):
    BOOK = "book", "予約の受付"
    CHANGE = "change", "日時の変更"
    CANCEL = "cancel", "取り消し"


class DeadlineRule(models.Model):
    """A deadline over the profile's, for one office, one procedure, both, or all (null); the most specific holds."""

    office = models.ForeignKey(Office, models.CASCADE, null=True, related_name="deadline_rules", verbose_name="拠点")
    procedure = models.ForeignKey(
        Procedure, models.CASCADE, null=True, related_name="deadline_rules", verbose_name="手続き"
    )
    step = models.CharField("期限の対象", max_length=10, choices=DeadlineStep)
    days_before = models.PositiveSmallIntegerField("何日前")
    at = models.TimeField("時刻")

    class Meta:
        verbose_name = "期限"
        constraints = [
            models.UniqueConstraint(
                fields=["office", "procedure", "step"], nulls_distinct=False, name="deadline_rule_once"
            ),
            models.CheckConstraint(condition=Q(days_before__lte=366), name="deadline_rule_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.procedure_id} {self.step} {self.days_before} {self.at}"


class HolidayDecision(models.Model):
    """What the city decided about a proposed holiday on screen; it holds over what the profile says of the day."""

    day = models.DateField("日", unique=True)
    name = models.CharField("名称", max_length=40)
    taken = models.BooleanField("祝日とする")
    decided_at = models.DateTimeField("決めた日時", auto_now=True)

    class Meta:
        verbose_name = "祝日の決定"

    def __str__(self) -> str:
        return f"{self.day} {self.name} {self.taken}"


# What the bureau decides about days and procedures: Django looks for models here.
from postoffices.supply.records import DayOpening as DayOpening  # noqa: E402
from postoffices.supply.records import DayRange as DayRange  # noqa: E402
from postoffices.supply.records import DayRule as DayRule  # noqa: E402
from postoffices.supply.records import DayRulePeriod as DayRulePeriod  # noqa: E402
from postoffices.supply.records import HorizonRule as HorizonRule  # noqa: E402
from postoffices.supply.records import ProcedureDay as ProcedureDay  # noqa: E402
from postoffices.supply.records import ProcedureHours as ProcedureHours  # noqa: E402
from postoffices.supply.records import ProcedureWeek as ProcedureWeek  # noqa: E402
