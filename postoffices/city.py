"""The city of this installation, as every page and action reads it."""

import json
import time as clock
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from django.utils import timezone

from postoffices.calendars import Periods, opening_periods
from postoffices.desks import Desk
from postoffices.models import Calendar, City, DeadlineRule, HorizonRule, ProcedureHours, ProcedureWeek
from postoffices.neutral import NEUTRAL_RULES
from postoffices.rules import Deadline, Rules
from postoffices.supply.procedures import Week, stored_week
from postoffices.translations import Translations, in_language
from writing.languages import EASY, ENGLISH

# Another process may load a profile; five seconds later everybody follows it.
CACHED_SECONDS = 5.0

# Of procedures that are not done all week, by office and procedure (see `postoffices.supply.procedures`).
ProcedureWeeks = dict[tuple[int, int], Week]
# By step, office and procedure; None stands for all.
DeadlineRules = dict[tuple[str, int | None, int | None], Deadline]


@dataclass(frozen=True, slots=True)
class DeskInfo:
    """A telephone desk with the hours of the days around now."""

    name: str
    phone: str
    hours_text: str
    periods: dict[date, Periods] = field(default_factory=dict)
    translations: Translations = field(default_factory=dict)

    @property
    def local_name(self) -> str:
        return str(in_language(self.translations, "name", self.name))

    @property
    def local_hours_text(self) -> str:
        return str(in_language(self.translations, "hours_text", self.hours_text))

    @property
    def open_now(self) -> bool:
        """Whether somebody answers at this moment."""
        now = timezone.localtime()
        return any(opens <= now.time() < closes for opens, closes in self.periods.get(now.date(), []))


@dataclass(frozen=True, slots=True)
class CityInfo:
    """Name, rules and desks of the city."""

    name: str
    slug: str
    rules: Rules
    citizen_desk: DeskInfo
    helpdesk: DeskInfo
    translations: Translations = field(default_factory=dict)
    deadline_rules: DeadlineRules = field(default_factory=dict)
    procedure_weeks: ProcedureWeeks = field(default_factory=dict)
    horizon_rule: int | None = None

    @property
    def local_name(self) -> str:
        return str(in_language(self.translations, "name", self.name))

    def deadline(self, step: str, *, office_id: int | None = None, procedure_id: int | None = None) -> Deadline:
        """The deadline of `step` (book, change, cancel): the most specific on screen, else the profile's."""
        for place in ((office_id, procedure_id), (office_id, None), (None, procedure_id), (None, None)):
            if found := self.deadline_rules.get((step, *place)):
                return found
        profile: Deadline = getattr(self.rules.deadlines, step)
        return profile

    @property
    def horizon_days(self) -> int:
        """How many days ahead citizens may book: what was set on screen, else the profile's."""
        return self.rules.horizon_days if self.horizon_rule is None else self.horizon_rule

    @property
    def deadlines_by_office(self) -> bool:
        """Whether any office has deadlines of its own."""
        return any(office_id is not None for _step, office_id, _procedure_id in self.deadline_rules)


@dataclass(slots=True)
class Held:
    """What this process last read, and until when (monotonic seconds) it counts."""

    city: CityInfo | None = None
    until: float = 0.0


@cache
def held() -> Held:
    return Held()


def current_city() -> CityInfo:
    """The loaded city, at most CACHED_SECONDS old; neutral values before a profile is loaded."""
    memory = held()
    if memory.city is None or clock.monotonic() >= memory.until:
        memory.city = read_city()
        memory.until = clock.monotonic() + CACHED_SECONDS
    return memory.city


def forget_city() -> None:
    """Make the next `current_city()` read again (after loading a profile; between tests)."""
    held().city = None


def read_city() -> CityInfo:
    """Read the city from the database."""
    row = City.objects.first()
    rules = Rules.model_validate_json(json.dumps(row.settings)) if row else NEUTRAL_RULES
    return CityInfo(
        name=row.name if row else "（市は未設定）",
        slug=row.slug if row else "none",
        rules=rules,
        citizen_desk=desk_info(rules.desks.citizen),
        helpdesk=desk_info(rules.desks.helpdesk),
        translations=row.translations if row else {},
        deadline_rules=deadline_rules(),
        procedure_weeks=procedure_weeks(),
        horizon_rule=HorizonRule.objects.values_list("days", flat=True).first(),
    )


def deadline_rules() -> DeadlineRules:
    """The deadlines set on screen, by step, office and procedure."""
    rows = DeadlineRule.objects.values_list("step", "office_id", "procedure_id", "days_before", "at")
    return {(step, office, procedure): Deadline(days_before=days, at=at) for step, office, procedure, days, at in rows}


def procedure_weeks() -> ProcedureWeeks:
    """The weeks that hold, the bureau's in the place of the profile's. For words on pages: slots have their own."""
    rows = [
        *ProcedureHours.objects.values_list("office_id", "procedure_id", "weekly"),
        *ProcedureWeek.objects.values_list("office_id", "procedure_id", "weekly"),
    ]
    held = {(office, procedure): stored_week(weekly) for office, procedure, weekly in rows}
    return {place: week for place, week in held.items() if week is not None}


def desk_info(desk: Desk) -> DeskInfo:
    """The desk with yesterday's to tomorrow's hours, so that midnight needs no new reading."""
    calendar = (
        Calendar.objects.prefetch_related("weekly_hours", "closures", "dated_openings")
        .filter(code=desk.calendar)
        .first()
    )
    today = timezone.localdate()
    one_day = timedelta(days=1)
    periods = opening_periods(calendar, today - one_day, today + one_day) if calendar else {}
    spoken = ((ENGLISH, desk.en), (EASY, desk.easy))
    translations = {code: words.model_dump(exclude_none=True) for code, words in spoken if words}
    return DeskInfo(desk.name, desk.phone, desk.hours_text, periods, translations)
