"""The rules of a city: what its profile decides beside places and calendars. Stored in `City.settings`."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self

from django.utils import timezone
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from accounts.roles import Role
from postoffices.calendars import day_by_code
from postoffices.counter_rules import CounterRules
from postoffices.defects import Defects
from postoffices.desks import Desks
from postoffices.equipment import DeviceRules, StorageRules
from postoffices.maintenance import Maintenance
from postoffices.photographs import Capture
from postoffices.staff_rules import StaffingRules, TrainingRules
from postoffices.strict import Clock, Code, Strict, Words

Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
# A family that comes together; the form has no room for more.
MOST_PEOPLE = 4
Days = Annotated[int, Field(ge=0, le=366)]


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where that month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class DayAndTime(Strict):
    """A moment some days before an appointment, at a time of day (local)."""

    days_before: Days
    at: Clock

    def moment(self, starts_at: datetime) -> datetime:
        """The moment for an appointment at `starts_at` (aware), in local time."""
        day = timezone.localtime(starts_at).date() - timedelta(days=self.days_before)
        return timezone.make_aware(datetime.combine(day, self.at))


class Deadline(DayAndTime):
    def passed(self, starts_at: datetime, now: datetime) -> bool:
        """Whether it is too late at `now`. The deadline itself is still in time; the appointment's start is not."""
        return now > self.moment(starts_at) or now >= starts_at


class Deadlines(Strict):
    book: Deadline
    change: Deadline
    cancel: Deadline


class Reminder(DayAndTime):
    """When a reminder goes out, by mail and by `sms`; `moment(starts_at)` gives the time."""

    sms: Literal["never", "without_mail", "always"] = "never"


class Keep(Strict):
    """How long something is kept: so many months or so many years."""

    months: Annotated[int, Field(ge=0, le=1200)] | None = None
    years: Annotated[int, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if (self.months is None) == (self.years is None):
            raise PydanticCustomError("keep", "months か years のどちらか一つ")
        return self

    def until(self, from_day: date) -> date:
        return months_after(from_day, self.months if self.months is not None else (self.years or 0) * 12)


class Signature(Strict):
    """Signing is by electronic pen; on paper only between these days (Fukuoka 4(6)), never when both are absent.

    `assisted`: who cannot sign may have that recorded instead, with the reason and a witness.
    """

    electronic: bool = True
    assisted: bool = True
    paper_from: date | None = None
    paper_until: date | None = None

    def paper_allowed(self, day: date) -> bool:
        return bool(self.paper_from and self.paper_until and self.paper_from <= day <= self.paper_until)

    @model_validator(mode="after")
    def both_or_none(self) -> Self:
        if (self.paper_from is None) != (self.paper_until is None):
            raise PydanticCustomError("paper", "paper_from と paper_until の両方、またはどちらも書かない")
        if self.paper_from and self.paper_until and self.paper_from > self.paper_until:
            raise PydanticCustomError("paper", "paper_until は paper_from 以後の日")
        return self


class FormRow(Strict):
    """A line of the application form. `name`, `reading` and `blank` stay empty: the applicant writes there."""

    field: Literal["procedures", "name", "reading", "birth_date", "address", "phone", "blank"]
    label: Words
    note: Words | None = None
    height_mm: Literal[8, 10, 14, 22, 30] = 10  # each has its rule in print-form.css


class OfficeUse(Strict):
    """A cell for the office on the application form; with `choices` as boxes to tick, `wide` over the whole line."""

    label: Words
    choices: list[Words] = []
    wide: bool = False


class ApplicationForm(Strict):
    """How the city's application form looks. `{city}` stands for the city's name."""

    title: Words = "電子証明書　発行・更新等　申請書"
    to: Words = "{city}長　様"
    lead: Words = "次のとおり申請します。"
    rows: Annotated[list[FormRow], Field(min_length=1, max_length=14)] = [
        FormRow(field="procedures", label="申請する手続き"),
        FormRow(field="reading", label="フリガナ", height_mm=8),
        FormRow(field="name", label="氏名", note="申請するご本人が書いてください", height_mm=22),
        FormRow(field="birth_date", label="生年月日"),
        FormRow(field="address", label="住所"),
        FormRow(field="phone", label="電話番号"),
    ]
    signature_label: Words = "署名"
    signature_note: Words = "上の内容に間違いがないことを確かめました"
    office_use: Annotated[list[OfficeUse], Field(max_length=8)] = [
        OfficeUse(label="本人確認", choices=["マイナンバーカード", "その他（　　　　　　　）"]),
        OfficeUse(label="市の審査", choices=["承認", "不可"]),
        OfficeUse(label="端末処理", choices=["署名用", "利用者証明用", "暗証番号"]),
        OfficeUse(label="処理時刻"),
        OfficeUse(label="備考", wide=True),
    ]
    stamps: Annotated[list[Words], Field(max_length=5)] = ["受付", "処理", "確認"]


class Existence(Strict):
    """The city's existence check of a booking is due this many days before the visit."""

    due_days_before: Days


class CheckPoint(Strict):
    """A point that a reviewer confirms before approving: of some procedures (none named: all), and of pictures of one
    kind (`document`, none: of the case). `people`: only with a booking, only without one, or both."""

    code: Code
    words: Words
    procedures: list[Code] = []
    document: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=20)] | None = None
    people: Literal["all", "booked", "walk_in"] = "all"


USUAL_CHECKS = (
    CheckPoint(code="clear", words="画像が鮮明で、端まで写っている"),
    CheckPoint(code="card", words="カードの氏名・生年月日・住所が、予約の内容と一致している", people="booked"),
    CheckPoint(code="card", words="カードの記載が、写真の申請書と一致している", people="walk_in"),
    CheckPoint(code="period", words="カードの有効期限が切れていない"),
    CheckPoint(code="person", words="写真の書類で、ご本人と確認できる"),
    CheckPoint(code="signature", words="申請書に署名がある"),
)


class SecondLook(Strict):
    """When a second person looks before the counter hears: always for these procedures, for a reviewer's first so many
    answers, and for a share of the rest (drawn by lot; skipped while nobody else is at the desk)."""

    share_percent: Annotated[int, Field(ge=0, le=100)] = 0
    procedures: list[Code] = []
    first_cases: Annotated[int, Field(ge=0, le=1000)] = 0


class Review(Strict):
    """A case is to be answered within `due_minutes`; a claim lapses after `lease_minutes` without a sign of life."""

    due_minutes: Minutes
    lease_minutes: Minutes
    checks: list[CheckPoint] = list(USUAL_CHECKS)
    second_look: SecondLook = SecondLook()


class DueRule(Strict):
    """When a report is due: days after its last day, or a day of the next month; moved off closed days."""

    open_days_after: Annotated[int, Field(ge=0, le=60)] | None = None
    day_of_next_month: Annotated[int, Field(ge=1, le=31)] | None = None
    if_closed: Literal["before", "after"] = "after"
    calendar: Code

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if (self.open_days_after is None) == (self.day_of_next_month is None):
            raise PydanticCustomError("due", "open_days_after か day_of_next_month のどちらか一つ")
        return self

    def due_on(self, last_day: date) -> date:
        """The day by which a report on the period ending with `last_day` must be handed in."""
        if self.day_of_next_month is None:
            return day_by_code(self.calendar, last_day, open_days_after=self.open_days_after or 0)
        first = months_after(last_day.replace(day=1), 1)
        day = min(self.day_of_next_month, monthrange(first.year, first.month)[1])
        return day_by_code(self.calendar, first.replace(day=day), if_closed=self.if_closed)


class Reports(Strict):
    daily: DueRule
    monthly: DueRule


class Contract(Strict):
    begins: date
    ends: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.begins > self.ends:
            raise PydanticCustomError("contract", "ends は begins 以後の日")
        return self


class Eligibility(Strict):
    """Facts of the field that a law may move. Months before expiry, years of age."""

    renewal_months_before: Annotated[int, Field(ge=1, le=12)] = 3
    minimum_age: Annotated[int, Field(ge=0, le=20)] = 15
    card_months_before: Annotated[int, Field(ge=1, le=12)] = 3


class Rate(Strict):
    """A token bucket: `burst` at once, and `per_minute` more every minute."""

    burst: Annotated[int, Field(ge=1, le=1_000_000)]
    per_minute: Annotated[float, Field(gt=0, le=1_000_000, strict=False)]


class Fairness(Strict):
    """Limits against bots that spare people: a network is a /24 (IPv6: /64), which a carrier's customers share."""

    bookings_per_contact: Annotated[int, Field(ge=1, le=1000)] = 5
    holds: Rate = Rate(burst=300, per_minute=30)
    bookings: Rate = Rate(burst=300, per_minute=60)
    tries_per_contact: Rate = Rate(burst=10, per_minute=1)
    waits: Rate = Rate(burst=30, per_minute=10)
    registrations: Rate = Rate(burst=10, per_minute=1)


class WaitingList(Strict):
    """Somebody who is offered a seat has `offer_minutes` to take it; nights do not count.

    A mail address is to be confirmed within `confirm_minutes`. No contact and no network is offered more seats at
    the same time than these: somebody who registers many wishes cannot keep all free seats from the others.
    """

    offer_minutes: Minutes = 60
    confirm_minutes: Minutes = 120
    offers_per_contact: Annotated[int, Field(ge=1, le=1000)] = 2
    offers_per_network: Annotated[int, Field(ge=1, le=1000)] = 10


# An address into which the place's name is put (see `reservations.citizen.keepsakes.map_address`).
MapLink = Annotated[str, Field(pattern=r"^https://[^\s{}]+\{place\}[^\s{}]*$", max_length=200)]


class Rules(Strict):
    """Everything a city decides that is neither a place nor a calendar."""

    deadlines: Deadlines
    horizon_days: Annotated[int, Field(ge=1, le=366)]
    hold_minutes: Minutes
    hold_extensions: Annotated[int, Field(ge=0, le=20)]
    group_limit: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] = MOST_PEOPLE
    map_link: MapLink | None = None
    reminders: list[Reminder]
    retention: dict[Code, Keep]
    signature: Signature = Signature()
    application_form: ApplicationForm = ApplicationForm()
    existence: Existence
    defects: Defects = Defects()
    review: Review
    counter: CounterRules = CounterRules()
    reports: Reports
    contract: Contract
    maintenance: Maintenance = Maintenance()
    eligibility: Eligibility = Eligibility()
    fairness: Fairness = Fairness()
    waiting_list: WaitingList = WaitingList()
    capture: Capture = Capture()
    devices: DeviceRules = DeviceRules()
    storage: StorageRules = StorageRules()
    desks: Desks
    staffing: StaffingRules = StaffingRules()
    training: TrainingRules = TrainingRules()
    roles: list[Annotated[Role, Field(strict=False)]]

    @model_validator(mode="after")
    def somebody_administers(self) -> Self:
        """Without an administrator nobody could give or take a role any more."""
        if Role.ADMINISTRATOR not in self.roles:
            raise PydanticCustomError("roles", "roles には administrator が必要です")
        return self

    @property
    def people_together(self) -> int:
        """How many people one booking on the internet may be for: no more than a contact may book for."""
        return min(self.group_limit, self.fairness.bookings_per_contact)

    def keep_until(self, rule: str, from_day: date) -> date:
        """The last day on which something that came about on `from_day` is kept.

        `rule` is a name in `retention`, as the rooms' classification.py use it. Raises KeyError.
        """
        return self.retention[rule].until(from_day)
