"""Days, edits and procedures' hours in words, for the bureau's screens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from postoffices.hours import periods_text, week_text
from postoffices.models import DayOpening, Office, Procedure
from postoffices.supply.days import Almanac, OfficeDay, Rule, almanac
from postoffices.supply.edits import Edit
from postoffices.supply.procedures import Week
from postoffices.supply.ranges import Range, Seats
from postoffices.supply.spans import WHOLE_DAY, Spans, periods_of, spans_of, within
from writing.dates import day_text

MOST_DAYS = 14
AS_OFFICE = "拠点の時間のとおり"
NOT_DONE = "受け付けない"


@dataclass(frozen=True, slots=True)
class EditedDays:
    """What the bureau has said of neighbouring days."""

    first: date
    last: date
    words: str
    reason: str

    @property
    def days(self) -> str:
        return day_text(self.first) if self.first == self.last else f"{day_text(self.first)}〜{day_text(self.last)}"


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day before and after an edit; `edited_before` when an earlier edit stands there already."""

    office: Office
    day: date
    before: str
    after: str
    edited_before: bool


def edits_of(office: Office, held: Almanac, first: date, last: date) -> list[EditedDays]:
    """Every edit that stands on these days, of the office first and then procedure by procedure."""
    rules = sorted((day, rule) for (key, day), rule in held.rules.items() if key == office.pk and first <= day <= last)
    of_office = [(day, rule_words(rule), rule.reason) for day, rule in rules]
    of_procedures = [
        (day, f"{procedure.name}：{spans_words(spans)}", hours.reasons.get(day, ""))
        for procedure in office.procedures.all()
        if (hours := held.hours[office.pk].get(procedure.code))
        for day, spans in sorted(hours.days.items())
        if first <= day <= last
    ]
    return [*_runs(of_office), *_runs(of_procedures)]


def _runs(rows: Iterable[tuple[date, str, str]]) -> Iterator[EditedDays]:
    """Neighbouring days with the same words together."""
    run: EditedDays | None = None
    for day, words, reason in rows:
        if run and (run.words, run.reason) == (words, reason) and day == run.last + timedelta(days=1):
            run = EditedDays(run.first, day, words, reason)
            continue
        if run:
            yield run
        run = EditedDays(day, day, words, reason)
    if run:
        yield run


def rule_words(rule: Rule) -> str:
    """休み、13:00〜15:00は公開1・内部0."""
    parts = []
    if rule.opening == DayOpening.CLOSED:
        parts.append("休み")
    elif rule.opening == DayOpening.OWN:
        parts.append(f"受付時間 {periods_text(rule.periods)}" if rule.periods else "受付時間なし")
    if rule.seats:
        parts.append(seats_words(rule.seats))
    if rule.slot_minutes:
        parts.append(f"1枠{rule.slot_minutes}分")
    return "、".join([*parts, *(range_words(held) for held in rule.ranges)])


def range_words(held: Range) -> str:
    """13:00〜15:00は公開1・内部0（繁忙期）. Seats of a part that is closed wait for it to be opened again."""
    part, seats = periods_text([(held.opens, held.closes)]), seats_words(held.seats) if held.seats else ""
    if held.is_open is False:
        noted = "。".join(filter(None, [held.reason, f"また開けたときは{seats}" if seats else ""]))
        return f"{part}は休み（{noted}）" if noted else f"{part}は休み"
    said = "・".join(filter(None, ["開ける" if held.is_open else "", seats]))
    return f"{part}は{said}（{held.reason}）" if held.reason else f"{part}は{said}"


def seats_words(seats: Seats) -> str:
    return f"公開{seats[0]}・内部{seats[1]}"


def spans_words(spans: Spans) -> str:
    if not spans:
        return NOT_DONE
    return AS_OFFICE if spans == WHOLE_DAY else periods_text(periods_of(spans))


def week_words(week: Week | None) -> str:
    """月〜金 9:00〜12:00, or that the office's own hours hold."""
    if week is None:
        return AS_OFFICE
    by_day = {number: list(periods_of(spans)) for number, spans in enumerate(week) if spans}
    return week_text(by_day) or f"曜日では{NOT_DONE}"


def day_words(day: OfficeDay, procedure: Procedure | None = None) -> str:
    """The day as it holds: hours and seats of the office, or the hours of one procedure within them."""
    if not day.is_open:
        return f"休み（{day.note}）" if day.note else "休み"
    if procedure:
        limit = day.limits.get(procedure.code)
        done = within(spans_of(day.periods), WHOLE_DAY if limit is None else limit)
        return periods_text(periods_of(done)) if done else NOT_DONE
    seats = seats_words((day.public_seats, day.internal_seats))
    other = [
        f"{periods_text([(held.opens, held.closes)])}は{seats_words(held.seats)}"
        for held in day.ranges
        if held.seats and held.is_open is not False
    ]
    return "、".join([periods_text(day.periods), seats, *other])


def day_changes(offices: Sequence[Office], edit: Edit) -> tuple[list[DayChange], int]:
    """The first days of the edit before and after it, and how many there are beside those."""
    held = almanac(offices, edit.first, edit.last)
    before, after = held.days(), held.days(rule_for=edit.rule_for, hours_for=edit.hours_for)
    found = [
        DayChange(
            office,
            old.day,
            day_words(old, edit.procedure),
            day_words(new, edit.procedure),
            _edited(held, office, old.day, edit.procedure),
        )
        for office in offices
        for old, new in zip(before[office.pk], after[office.pk], strict=True)
        if edit.covers(old.day)
    ]
    return found[:MOST_DAYS], max(0, len(found) - MOST_DAYS)


def _edited(held: Almanac, office: Office, day: date, procedure: Procedure | None) -> bool:
    if procedure:
        hours = held.hours[office.pk].get(procedure.code)
        return hours is not None and day in hours.days
    return (office.pk, day) in held.rules
