"""What loading a profile would change: the wanted rows beside those in the database, by natural keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any

from django.db.models import Model
from django.utils import timezone

from postoffices import wanted
from postoffices.models import (
    Calendar,
    CapacityPeriod,
    City,
    Closure,
    DatedOpening,
    Holiday,
    Office,
    Procedure,
    ProcedureHours,
    Ward,
    WeeklyHours,
)
from postoffices.profile import Profile

Key = tuple[Any, ...]
Values = dict[str, Any]

WEEKDAYS = "月火水木金土日"


class ChangeKind(StrEnum):
    ADDED = "追加"
    CHANGED = "変更"
    CLOSED = "終了"
    REMOVED = "削除"


@dataclass(frozen=True, slots=True)
class Change:
    """One row to be written. `values` are the fields to set, with other rows named by their codes."""

    kind: ChangeKind
    table: "Table"
    key: Key
    values: Values
    differences: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The row in words: 拠点 moji 門司郵便局."""
        name = self.values.get("name") or self.values.get("reason") or ""
        return " ".join(filter(None, [self.table.label, *self.key_texts(), str(name)]))

    def key_texts(self) -> list[str]:
        """The parts of the key that say something to a person."""
        named = dict(zip(self.table.key, self.key, strict=True))
        return [
            WEEKDAYS[part] if name == "weekday" else text_of(part)
            for name, part in named.items()
            if name not in {"id", "yearly"}
        ]


@dataclass(frozen=True)
class Table:
    """A model as the profile sees it: natural key, compared fields, and what happens to a row no longer named."""

    model: type[Model]
    key: tuple[str, ...]
    fields: tuple[str, ...]
    wanted: Callable[[Profile], dict[Key, Values]]
    removal: Callable[[Values], Values] | None = None
    outlives_offices: bool = False
    name: str = ""

    @property
    def label(self) -> str:
        return self.name or str(self.model._meta.verbose_name)

    def existing(self) -> dict[Key, Values]:
        rows = self.model._default_manager.values(*self.key, *self.fields)
        return {tuple(row[name] for name in self.key): {name: row[name] for name in self.fields} for row in rows}

    def needed_by_closed(self, profile: Profile) -> set[Key]:
        """Rows that offices no longer in the profile point to: these offices stay, closed, and so do the rows."""
        if not self.outlives_offices:
            return set()
        named = [office.code for office in profile.offices]
        pointing = Office.objects.exclude(code__in=named).values("pk")
        return set(self.model._default_manager.filter(offices__in=pointing).values_list(*self.key))


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes in the order in which they can be made, and how many rows stay as they are."""

    changes: list[Change]
    unchanged: int

    def count(self, kind: ChangeKind) -> int:
        return sum(change.kind is kind for change in self.changes)


def closed_office(held: Values) -> Values:
    """An office that the profile no longer names: closed from today on, never deleted."""
    today = timezone.localdate()
    closes_on = min(held["closes_on"] or today, today)
    return {"closes_on": closes_on, "takes_bookings": False}


def withdrawn_procedure(_held: Values) -> Values:
    """A procedure that is no longer named stays for the bookings that have it, and cannot be booked."""
    return {"bookable_online": False}


TABLES = (
    Table(City, ("id",), ("slug", "name", "translations", "settings", "profile_sha256"), wanted.city),
    Table(Ward, ("code",), ("name", "translations", "position"), wanted.wards, outlives_offices=True),
    Table(Calendar, ("code",), ("kind", "name", "closes_on_holidays"), wanted.calendars, outlives_offices=True),
    Table(WeeklyHours, ("calendar__code", "weekday", "opens"), ("closes",), wanted.weekly_hours),
    Table(Closure, ("calendar__code", "first_day", "last_day", "yearly"), ("reason",), wanted.closures),
    Table(DatedOpening, ("calendar__code", "day", "opens"), ("closes",), wanted.dated_openings),
    Table(Holiday, ("day",), ("name",), wanted.holidays),
    Table(
        Procedure,
        ("code",),
        (
            "name",
            "summary",
            "bring",
            "eligibility",
            "fee_note",
            "minutes",
            "units",
            "bookable_online",
            "position",
            "translations",
        ),
        wanted.procedures,
        removal=withdrawn_procedure,
    ),
    Table(
        Office,
        ("code",),
        (
            "name",
            "kind",
            "ward__code",
            "calendar__code",
            "address",
            "phone",
            "opens_on",
            "closes_on",
            "takes_bookings",
            "position",
            "translations",
        ),
        wanted.offices,
        removal=closed_office,
    ),
    Table(
        CapacityPeriod,
        ("office__code", "first_day"),
        ("last_day", "slot_minutes", "public_seats", "internal_seats"),
        wanted.capacity_periods,
    ),
    Table(
        Office.procedures.through,
        ("office__code", "procedure__code"),
        (),
        wanted.office_procedures,
        name="拠点の手続き",
    ),
    Table(ProcedureHours, ("office__code", "procedure__code"), ("weekly", "dates"), wanted.procedure_hours),
)


def plan_for(profile: Profile) -> Plan:
    """Compare the profile with the database (a fixed number of queries); changes nothing."""
    changes: list[Change] = []
    unchanged = 0
    for table in TABLES:
        desired, existing = table.wanted(profile), table.existing()
        found = list(differences(table, desired, existing, profile))
        changes += found
        unchanged += len(existing) - sum(change.kind is not ChangeKind.ADDED for change in found)
    return Plan(changes, unchanged)


def differences(
    table: Table, desired: dict[Key, Values], existing: dict[Key, Values], profile: Profile
) -> Iterator[Change]:
    for key, values in desired.items():
        if key not in existing:
            yield Change(ChangeKind.ADDED, table, key, values)
        elif existing[key] != values:
            yield Change(ChangeKind.CHANGED, table, key, values, list(changed_fields(table, existing[key], values)))
    gone = existing.keys() - desired.keys()
    for key in sorted(gone - (table.needed_by_closed(profile) if gone else set())):
        if change := removal(table, key, existing[key]):
            yield change


def removal(table: Table, key: Key, held: Values) -> Change | None:
    """What becomes of a row that the profile no longer names; None when it has happened already."""
    if table.removal is None:
        return Change(ChangeKind.REMOVED, table, key, held)
    values = held | table.removal(held)
    if values == held:
        return None
    return Change(ChangeKind.CLOSED, table, key, values, list(changed_fields(table, held, values)))


def changed_fields(table: Table, old: Values, new: Values) -> Iterator[tuple[str, str, str]]:
    """(field in words, old, new); within JSON fields one line for each changed key."""
    for name, value in new.items():
        if old[name] == value:
            continue
        if isinstance(value, dict):
            yield from changed_entries("", old[name], value)
        else:
            label = table.model._meta.get_field(name.removesuffix("__code")).verbose_name  # type: ignore[union-attr]
            yield str(label), text_of(old[name]), text_of(value)


def changed_entries(path: str, old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from changed_entries(f"{path}.{name}" if path else name, old.get(name), new.get(name))
    elif old != new:
        yield path, text_of(old), text_of(new)


def text_of(held: Any) -> str:
    """A value as a person reads it in the plan."""
    match held:
        case None | "":
            return "（なし）"
        case bool():
            return "はい" if held else "いいえ"
        case time():
            return f"{held.hour}:{held.minute:02}"
        case date():
            return held.isoformat()
        case list():
            return "、".join(map(str, held)) or "（なし）"
        case _:
            return str(held)
