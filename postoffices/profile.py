"""The city profile: one TOML file with everything that differs between cities (docs/profiles.md)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from postoffices.models import CalendarKind, OfficeKind
from postoffices.rules import Rules
from postoffices.strict import Code, OptionalPhone, Period, Strict, Words

__all__ = ["Profile", "Rules"]

# More slots in a row than that no visit takes.
MOST_UNITS = 4
Count = Annotated[int, Field(ge=0, le=999)]


class NameWords(Strict):
    """A name in another language; what is left out stands in Japanese."""

    name: Words | None = None


class OfficeWords(NameWords):
    address: Words | None = None


class ProcedureWords(NameWords):
    summary: Words | None = None
    bring: list[Words] | None = None
    fee_note: Words | None = None


class Spoken(Strict):
    """A part whose words citizens read: in English (`en`) and in plain Japanese (`easy`)."""

    en: NameWords | None = None
    easy: NameWords | None = None


class CityPart(Spoken):
    slug: Code
    name: Words


class WardPart(Spoken):
    code: Code
    name: Words


class HolidayPart(Strict):
    day: date
    name: Words


class HolidaysPart(Strict):
    """National holidays are proposals; with `take_over` the city makes those of these days its own."""

    take_over: bool
    first: date
    last: date
    drop: list[date] = []
    add: list[HolidayPart] = []


class WeeklyPart(Strict):
    """Opening periods by weekday; a day that is not named is closed."""

    mon: list[Period] = []
    tue: list[Period] = []
    wed: list[Period] = []
    thu: list[Period] = []
    fri: list[Period] = []
    sat: list[Period] = []
    sun: list[Period] = []

    def by_weekday(self) -> list[list[Period]]:
        """The seven days, Monday first."""
        return [self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun]


class ClosurePart(Strict):
    first: date
    last: date
    yearly: bool = False
    reason: Words


class DatedPart(Strict):
    day: date
    hours: list[Period]


class CalendarPart(Strict):
    code: Code
    kind: Annotated[CalendarKind, Field(strict=False)]
    name: Words
    closes_on_holidays: bool
    weekly: WeeklyPart
    closures: list[ClosurePart] = []
    openings: list[DatedPart] = []


class ProcedurePart(Spoken):
    code: Code
    name: Words
    summary: Words
    bring: list[Words]
    eligibility: Literal["renewal", "issue", "in_person", "none"]
    fee_note: str = ""
    minutes: Annotated[int, Field(ge=5, le=240)]
    units: Annotated[int, Field(ge=1, le=MOST_UNITS)] = 1
    bookable_online: bool = True
    en: ProcedureWords | None = None
    easy: ProcedureWords | None = None


class CapacityPart(Strict):
    first: date
    last: date | None = None
    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    public_seats: Count
    internal_seats: Count = 0


class ProcedureHoursPart(Strict):
    """When a place does a procedure: by weekday (none: every day) and on single days, which go before the week.

    A day without hours is one on which it is not done. It only narrows the place's own opening hours.
    """

    procedure: Code
    weekly: WeeklyPart | None = None
    dates: list[DatedPart] = []


class GroupPart(Strict):
    """What several offices share, such as the offices of one annex that open on the same day."""

    code: Code
    name: Words
    kind: Annotated[OfficeKind, Field(strict=False)]
    calendar: Code
    procedures: list[Code]
    opens_on: date
    closes_on: date | None = None
    takes_bookings: bool = True
    capacity: list[CapacityPart] = []
    procedure_hours: list[ProcedureHoursPart] = []


class OfficePart(Spoken):
    """A place. Whatever it does not say itself holds as its group says."""

    code: Code
    name: Words
    ward: Code
    group: Code
    address: str = ""
    phone: OptionalPhone = ""
    kind: Annotated[OfficeKind, Field(strict=False)] | None = None
    calendar: Code | None = None
    procedures: list[Code] | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    takes_bookings: bool | None = None
    capacity: list[CapacityPart] | None = None
    procedure_hours: list[ProcedureHoursPart] | None = None
    en: OfficeWords | None = None
    easy: OfficeWords | None = None

    def completed(self, group: GroupPart) -> "CompleteOffice":
        """The office with its group's values where it has none of its own."""
        own = {name: held for name in GroupPart.model_fields if (held := getattr(self, name, None)) is not None}
        shared = {name: getattr(group, name) for name in GroupPart.model_fields}
        return CompleteOffice.model_validate(
            shared
            | own
            | {"ward": self.ward, "address": self.address, "phone": self.phone, "en": self.en, "easy": self.easy}
        )


class CompleteOffice(GroupPart, Spoken):
    """An office with nothing left open."""

    ward: Code
    address: str
    phone: str
    en: OfficeWords | None = None
    easy: OfficeWords | None = None


class Profile(Strict):
    """The whole file."""

    city: CityPart
    rules: Rules
    holidays: HolidaysPart
    wards: Annotated[list[WardPart], Field(min_length=1)]
    calendars: Annotated[list[CalendarPart], Field(min_length=1)]
    procedures: Annotated[list[ProcedurePart], Field(min_length=1)]
    groups: Annotated[list[GroupPart], Field(min_length=1)]
    offices: Annotated[list[OfficePart], Field(min_length=1)]

    def complete_offices(self) -> list[CompleteOffice]:
        """All offices with their groups' values, in the file's order. Needs a cross-checked profile."""
        groups = {group.code: group for group in self.groups}
        return [office.completed(groups[office.group]) for office in self.offices]
