"""What is unfinished, by kind of work and state, for whoever takes the work over. Rooms above hand in their stocks.

A room registers in its `AppConfig.ready()`, so that this room knows no other:

    unfinished.register(open_tickets)       # open_tickets() -> iterable of Stock

An item is named by numbers alone. The list leaves the product as paper; names of citizens have no place on it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet


@dataclass(frozen=True, slots=True)
class Item:
    """One unfinished thing: the number by which it is found, and whose turn it is where somebody has it."""

    number: str
    office: str = ""
    since: datetime | None = None
    due: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """All things of one kind in one state. `since` is the field that says how long one has been lying there.

    `url` leads to where they are worked on, for those who hold `permission`.
    """

    kind: str
    state: str
    rows: QuerySet[Any]
    item: Callable[[Any], Item]
    since: str
    url: str
    permission: str

    def counted(self) -> tuple[int, datetime | None]:
        """How many there are, and since when the oldest. One query."""
        found = self.rows.order_by().aggregate(count=Count("pk"), oldest=Min(self.since))
        return found["count"], found["oldest"]

    def items(self) -> Iterable[Item]:
        """In the order of their rows, one after the other."""
        return map(self.item, self.rows.iterator(chunk_size=500))


Provider = Callable[[], Iterable[Stock]]

_providers: dict[Provider, None] = {}


def register(provider: Provider) -> None:
    """Ask `provider` for its stocks whenever the list is made. Registering twice changes nothing."""
    _providers[provider] = None


def stocks() -> list[Stock]:
    """Everything that rooms have handed in, room by room, the empty ones too."""
    return [stock for provider in _providers for stock in provider()]
