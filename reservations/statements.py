"""Queries of the ORM whose SQL is made once: what every citizen's click asks is not put together anew each time.

Making the SQL of a query takes the ORM several times as long as sending it (docs/performance.md). What differs from one
time to the next stands in the query as `Given("name")`.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import Expression
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)


class Given(Expression):
    """A value that is told when the statement is asked."""

    def __init__(self, name: str, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list["Given"]]:  # type: ignore[override]
        return "%s", [self]


class Statement(Generic[Row]):
    """A query that is built at its first use. It must not depend on anything but what is given."""

    def __init__(self, build: Callable[[], "models.QuerySet[Row, Any]"]) -> None:
        self.build = build

    @cached_property
    def compiled(self) -> tuple[str, tuple[Any, ...], SQLCompiler]:
        compiler = self.build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        return sql, places, compiler

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows as PostgreSQL sends them."""
        sql, places, _compiler = self.compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[place.name] if isinstance(place, Given) else place for place in places])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def objects(self, **given: Any) -> Iterator[Row]:
        """The rows as the query's model, with what it selects beside it: what `ModelIterable` does, after the SQL."""
        sent = self.rows(**given)
        _sql, _places, compiler = self.compiled
        described: Any = compiler.klass_info
        first, *_middle, last = described["select_fields"]
        names = [column[0].target.attname for column in compiler.select[first : last + 1]]
        related = get_related_populators(described, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # of 6.0
        converters = compiler.get_converters([column[0] for column in compiler.select])
        for row in compiler.apply_converters(sent, converters) if converters else sent:
            made = described["model"].from_db(DEFAULT_DB_ALIAS, names, row[first : last + 1])
            for populator in related:
                populator.populate(row, made)
            yield made

    def first(self, **given: Any) -> Row | None:
        return next(self.objects(**given), None)
