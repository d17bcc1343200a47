"""The columns of a file: which field, what it holds, and how it is named outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.db import models

from audit.classification import Classified
from postoffices.models import Calendar, Office, Procedure, Ward

# Rows of these are named by their code, which people know, and not by their id.
CODED: tuple[type[models.Model], ...] = (Ward, Calendar, Procedure, Office)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `names` is the model whose code it holds, if it holds one."""

    name: str
    field: "models.Field[Any, Any]"
    names: type[models.Model] | None = None

    @property
    def lookup(self) -> str:
        """Where the value is found from the row."""
        return f"{self.field.name}__code" if self.names else self.field.attname

    def described(self) -> dict[str, Any]:
        """The column as the manifest explains it."""
        told: dict[str, Any] = {
            "name": self.name,
            "title": str(self.field.verbose_name),
            "type": "code" if self.names else self.field.get_internal_type(),
            "class": sensitivity(self.field),
        }
        if self.field.choices:
            told["choices"] = {str(value): str(label) for value, label in self.field.flatchoices}
        return told


def columns_of(model: type[models.Model], *, left_out: frozenset[str]) -> Iterator[Column]:
    """Every stored field that is not left out, in the model's order: a new field goes along by itself."""
    for field in model._meta.concrete_fields:
        if field.name in left_out:
            continue
        related = field.related_model if isinstance(field, models.ForeignKey) else None
        if related in CODED:
            yield Column(field.name, field, related)
        else:
            yield Column(field.attname, field)


def sensitivity(field: "models.Field[Any, Any]") -> str:
    """The field's class from its room's classification; rows that only join two others hold nothing of their own."""
    room: dict[str, Classified] = import_module(f"{field.model._meta.app_label}.classification").FIELDS
    table = room.get(field.model.__name__)
    return table.fields[field.name] if table else "public"
