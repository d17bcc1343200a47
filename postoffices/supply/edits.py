"""Editing days: what an edit makes of the rules of a day or of a procedure, and writing them.

An edit is about whole days or about a part of each, about the office or about one procedure there. The last edit holds
for what it names: other days, times, procedures, and of seats and hours the other one, stay as they were.

The writers are parts of the actions in `reservations.supply`, which record the event: a rule never changes
without the bookable times and the bookings that depend on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.db import connection, models

from postoffices.models import DayOpening, DayRange, DayRule, DayRulePeriod, Office, Procedure, ProcedureDay
from postoffices.supply.days import Rule, rules_between
from postoffices.supply.procedures import Hours, OfOffice, hours_of
from postoffices.supply.ranges import Range, Seats, cleared, edited, without_hours, without_seats
from postoffices.supply.spans import WHOLE_DAY, Spans, joined, spans_of, within, without

# Any number will do, as long as nothing else in the product locks it (see postoffices.actions.LOADING).
SUPPLY = 7_203_002
EVERY_WEEKDAY = frozenset(range(7))


class EditKind(models.TextChoices):
    CLOSE = "close", "休みにする"
    OPEN = "open", "時間帯を加えて開ける"
    HOURS = "hours", "1日の受付時間を決める"
    SEATS = "seats", "枠数を変える"
    PROFILE = "profile", "元の設定に戻す"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the days from `first` to `last`, both included, that fall on `weekdays` (0 = Monday).

    With `part` it is about that time of each day, with `procedure` about this procedure's hours and no seats.
    """

    kind: EditKind
    first: date
    last: date
    weekdays: frozenset[int] = EVERY_WEEKDAY
    periods: tuple[tuple[time, time], ...] = ()
    seats: Seats | None = None
    slot_minutes: int | None = None
    reason: str = ""
    part: tuple[time, time] | None = None
    procedure: Procedure | None = None

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=offset)
            if day.weekday() in self.weekdays:
                yield day

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last and day.weekday() in self.weekdays

    def rule_for(self, _office_id: int, day: date, rule: Rule | None) -> Rule | None:
        """The day's rule after the edit (see `days.RuleOf`). Hours and seats are edited apart from each other."""
        if self.procedure or not self.covers(day):
            return rule
        held = rule or Rule()
        made = self._of_part(held, *self.part) if self.part else self._of_day(held)
        return None if made.says_nothing else made

    def told(self) -> dict[str, object]:
        """The edit as the log keeps it."""
        return {
            "kind": self.kind,
            "first_day": self.first.isoformat(),
            "last_day": self.last.isoformat(),
            "weekdays": sorted(self.weekdays),
            "part": [at.isoformat("minutes") for at in self.part or ()],
            "procedure": self.procedure.code if self.procedure else None,
        }

    def _of_day(self, held: Rule) -> Rule:
        hours = without_hours(held.ranges)
        match self.kind:
            case EditKind.CLOSE:
                return replace(held, opening=DayOpening.CLOSED, periods=(), reason=self.reason, ranges=hours)
            case EditKind.HOURS:
                return replace(held, opening=DayOpening.OWN, periods=self.periods, reason=self.reason, ranges=hours)
            case EditKind.SEATS:
                length = self.slot_minutes or held.slot_minutes
                return replace(held, seats=self.seats, slot_minutes=length, ranges=without_seats(held.ranges))
            case _:
                return Rule()

    def _of_part(self, held: Rule, opens: time, closes: time) -> Rule:
        if self.kind == EditKind.PROFILE:
            return replace(held, ranges=cleared(held.ranges, opens, closes))
        is_open = {EditKind.CLOSE: False, EditKind.OPEN: True}.get(self.kind)
        return replace(held, ranges=edited(held.ranges, Range(opens, closes, is_open, self.seats, self.reason)))

    def hours_for(self, _office_id: int, held: OfOffice) -> OfOffice:
        """The office's rules of procedures after the edit (see `procedures.HoursOf`)."""
        if self.procedure is None:
            return held
        hours = held.get(self.procedure.code, Hours())
        for day in self.days():
            hours = hours.with_day(day, self._spans_on(day, hours))
        return held | {self.procedure.code: hours}

    def _spans_on(self, day: date, hours: Hours) -> Spans | None:
        """What the bureau says of the procedure on the day from now on; None when that is what holds anyway."""
        now, before = hours.on(day), hours.underneath(day)
        here = spans_of([self.part]) if self.part else WHOLE_DAY
        match self.kind:
            case EditKind.CLOSE:
                made = without(WHOLE_DAY if now is None else now, here)
            case EditKind.OPEN:
                made = joined([*(WHOLE_DAY if now is None else now), *here])
            case EditKind.HOURS:
                made = spans_of(self.periods)
            case _:
                rest = without(WHOLE_DAY if now is None else now, here)
                made = joined([*rest, *within(WHOLE_DAY if before is None else before, here)])
        return None if made == (WHOLE_DAY if before is None else before) else made


def wait_for_other_edits() -> None:
    """Until the transaction's end nobody else edits days, stops offices or makes slots."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SUPPLY])


def edit_write(offices: list[Office], edit: Edit) -> None:
    """Store what the edit says for these offices. Part of `reservations.supply.actions.supply_edit`."""
    if edit.procedure:
        _write_procedure(offices, edit, edit.procedure)
    else:
        _write_days(offices, edit)


def _write_procedure(offices: list[Office], edit: Edit, procedure: Procedure) -> None:
    held = hours_of(offices, edit.first, edit.last)
    before = ProcedureDay.objects.filter(office__in=held, procedure=procedure, day__in=list(edit.days()))
    before.delete()
    ProcedureDay.objects.bulk_create(
        ProcedureDay(office_id=key, procedure=procedure, day=day, periods=spans, reason=edit.reason)
        for key, of_office in held.items()
        for day, spans in edit.hours_for(key, of_office)[procedure.code].days.items()
        if edit.covers(day)
    )


def _write_days(offices: list[Office], edit: Edit) -> None:
    rules = rules_between(offices, edit.first, edit.last)
    wanted = {
        (office.pk, day): edit.rule_for(office.pk, day, rules.get((office.pk, day)))
        for office in offices
        for day in edit.days()
    }
    days = DayRule.objects.filter(office__in=[office.pk for office in offices], day__in=list(edit.days()))
    days.delete()
    rows = [_row(office_id, day, rule) for (office_id, day), rule in wanted.items() if rule]
    made = [(row, wanted[row.office_id, row.day] or Rule()) for row in DayRule.objects.bulk_create(rows)]
    DayRulePeriod.objects.bulk_create(
        DayRulePeriod(rule=row, opens=opens, closes=closes) for row, rule in made for opens, closes in rule.periods
    )
    DayRange.objects.bulk_create(_part(row, held) for row, rule in made for held in rule.ranges)


def _part(row: DayRule, held: Range) -> DayRange:
    public, internal = held.seats or (None, None)
    return DayRange(
        rule=row,
        opens=held.opens,
        closes=held.closes,
        is_open=held.is_open,
        public_seats=public,
        internal_seats=internal,
        reason=held.reason,
    )


def _row(office_id: int, day: date, rule: Rule) -> DayRule:
    public, internal = rule.seats or (None, None)
    return DayRule(
        office_id=office_id,
        day=day,
        opening=rule.opening,
        public_seats=public,
        internal_seats=internal,
        slot_minutes=rule.slot_minutes,
        reason=rule.reason,
    )
