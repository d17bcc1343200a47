"""From a line of a file to a row of the database, with everything that is wrong about it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone

from reservations.handover.columns import Column
from reservations.handover.tables import Table


@dataclass(slots=True)
class Reader:
    """Reads one table's lines; remembers the ids behind codes, which are few."""

    table: Table
    codes: dict[type[models.Model], dict[str, int]] = field(default_factory=dict)
    codes_checked: bool = True

    def row(self, line: bytes) -> tuple[models.Model | None, list[str]]:
        """The row, not saved, or None with what is wrong. No value stands in what is said: values are personal."""
        try:
            held = json.loads(line)
        except (ValueError, RecursionError):
            return None, ["JSON として読めません。"]
        names = {column.name for column in self.table.columns}
        if not isinstance(held, dict) or held.keys() != names:
            return None, ["列の名前がマニフェストと違います。"]
        values: dict[str, Any] = {}
        wrong = []
        for column in self.table.columns:
            try:
                values[column.field.attname] = self.value(column, held[column.name])
            except ValidationError as error:
                wrong += [f"「{column.field.verbose_name}」{message}" for message in error.messages]
        if wrong:
            return None, wrong
        made = self.table.model(**values)
        if self.table.complete:
            self.table.complete(made)
        said = self.table.rule(made) if self.table.rule else ""
        return (None, [said]) if said else (made, [])

    def value(self, column: Column, told: Any) -> Any:
        """The field's value. Raises ValidationError."""
        if told is None:
            if not column.field.null:
                raise ValidationError("が空です。")
            return None
        if column.names:
            return self.id_of(column.names, told)
        return checked(column.field, told)

    def id_of(self, model: type[models.Model], code: Any) -> int:
        if model not in self.codes:
            self.codes[model] = dict(model._default_manager.values_list("code", "pk"))
        if not self.codes_checked:
            return 0
        if not isinstance(code, str) or code not in self.codes[model]:
            raise ValidationError("のコードにあたるものがありません。")
        return self.codes[model][code]


def checked(field: "models.Field[Any, Any]", told: Any) -> Any:
    """A JSON value as the field holds it. Raises ValidationError."""
    if not right_kind(field, told):
        raise ValidationError("の型が正しくありません。")
    if isinstance(field, models.JSONField):
        return told
    try:
        value = field.to_python(told)
    except (ValidationError, ValueError, OverflowError) as error:
        raise ValidationError("を読めません。") from error
    if isinstance(value, datetime) and timezone.is_naive(value):
        raise ValidationError("に時差（+09:00 など）がありません。")
    allowed = {choice for choice, _ in field.flatchoices} | ({""} if field.blank else set())
    if field.choices and value not in allowed:
        raise ValidationError("が決められた値ではありません。")
    if isinstance(value, str) and not storable(value):
        raise ValidationError("に使えない文字があります。")
    field.run_validators(value)
    return value


def storable(text: str) -> bool:
    """Whether PostgreSQL takes the text: no NUL, and no half of a character."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def right_kind(field: "models.Field[Any, Any]", told: Any) -> bool:
    """Whether JSON's kind is the field's: no field takes a number for a text or the other way round."""
    match field:
        case models.BooleanField():
            return isinstance(told, bool)
        case models.JSONField():
            return isinstance(told, dict | list)
        case ArrayField():
            return isinstance(told, list) and all(right_kind(field.base_field, part) for part in told)
        case models.CharField() | models.TextField() | models.DateField() | models.TimeField() | models.UUIDField():
            return isinstance(told, str)
        case _:
            return isinstance(told, int) and not isinstance(told, bool)


def copied_fields(table: Table) -> list["models.Field[Any, Any]"]:
    """The fields that are stored: all but an id that the database gives."""
    return [held for held in table.model._meta.concrete_fields if table.by_id or not held.primary_key]


def stored(table: Table, row: models.Model) -> Iterator[Any]:
    """The row's values as PostgreSQL takes them. A moment that stayed behind is now."""
    for held in copied_fields(table):
        left_behind = held.name in table.left_out and isinstance(held, models.DateTimeField) and not held.null
        value = timezone.now() if left_behind else getattr(row, held.attname)
        yield held.get_db_prep_save(value, connection)
