"""Editing days: what an edit makes of a day's rule, and writing the rules.

The writers are parts of the actions in `reservations.supply`, which record the event: a rule never changes
without the bookable times and the bookings that depend on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.db import connection, models

from postoffices.models import DayOpening, DayRule, DayRulePeriod, Office
from postoffices.supply.days import Rule, rules_between

# Any number will do, as long as nothing else in the product locks it (see postoffices.actions.LOADING).
SUPPLY = 7_203_002
EVERY_WEEKDAY = frozenset(range(7))


class EditKind(models.TextChoices):
    CLOSE = "close", "休みにする"
    HOURS = "hours", "時間を決めて開ける"
    SEATS = "seats", "枠数を変える"
    PROFILE = "profile", "元の設定に戻す"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the days from `first` to `last`, both included, that fall on `weekdays` (0 = Monday)."""

    kind: EditKind
    first: date
    last: date
    weekdays: frozenset[int] = EVERY_WEEKDAY
    periods: tuple[tuple[time, time], ...] = ()
    seats: tuple[int, int] | None = None
    slot_minutes: int | None = None
    reason: str = ""

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=offset)
            if day.weekday() in self.weekdays:
                yield day

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last and day.weekday() in self.weekdays

    def rule_for(self, _office_id: int, day: date, rule: Rule | None) -> Rule | None:
        """The day's rule after the edit (see `days.RuleOf`). Hours and seats are edited apart from each other."""
        if not self.covers(day):
            return rule
        held = rule or Rule()
        match self.kind:
            case EditKind.CLOSE:
                made = replace(held, opening=DayOpening.CLOSED, periods=(), reason=self.reason)
            case EditKind.HOURS:
                made = replace(held, opening=DayOpening.OWN, periods=self.periods, reason=self.reason)
            case EditKind.SEATS:
                made = replace(held, seats=self.seats, slot_minutes=self.slot_minutes or held.slot_minutes)
            case _:
                made = Rule()
        return None if made.says_nothing else made


def wait_for_other_edits() -> None:
    """Until the transaction's end nobody else edits days, stops offices or makes slots."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SUPPLY])


def edit_write(offices: list[Office], edit: Edit) -> None:
    """Store what the edit says for these offices. Part of `reservations.supply.actions.supply_edit`."""
    rules = rules_between(offices, edit.first, edit.last)
    wanted = {
        (office.pk, day): edit.rule_for(office.pk, day, rules.get((office.pk, day)))
        for office in offices
        for day in edit.days()
    }
    days = DayRule.objects.filter(office__in=[office.pk for office in offices], day__in=list(edit.days()))
    days.delete()
    rows = [_row(office_id, day, rule) for (office_id, day), rule in wanted.items() if rule]
    made = DayRule.objects.bulk_create(rows)
    DayRulePeriod.objects.bulk_create(
        DayRulePeriod(rule=row, opens=opens, closes=closes)
        for row in made
        for opens, closes in (wanted[row.office_id, row.day] or Rule()).periods
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
