"""What waits for a person: the start page's list. Rooms above hand in their entries.

A room registers in its `AppConfig.ready()`:

    waiting.register("review.decide", cases_waiting)       # cases_waiting(user) -> list[Waiting]
    waiting.register_figures("reports.view", todays_visits)  # todays_visits(user) -> list[Figure]

so that this room knows no other. A provider is asked only for people whose role holds the permission; one
query per provider is the aim.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.models import User

LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`count` things of one kind to be done at `url`; `due` is the earliest of their times (aware), if any."""

    label: str
    count: int
    url: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the day, for reading only."""

    label: str
    value: int
    unit: str = "件"


_waiting: dict[Callable[[User], Sequence[Waiting]], str] = {}
_figures: dict[Callable[[User], Sequence[Figure]], str] = {}


def register(permission: str, provider: Callable[[User], Sequence[Waiting]]) -> None:
    """Ask `provider` for everyone who holds `permission`. Registering twice changes nothing."""
    _waiting[provider] = permission


def register_figures(permission: str, provider: Callable[[User], Sequence[Figure]]) -> None:
    _figures[provider] = permission


def waiting_for(user: User) -> list[Waiting]:
    """Everything that waits for this person, the earliest due first; kinds of which there is nothing left out."""
    entries = [entry for provider, permission in _waiting.items() if user.may(permission) for entry in provider(user)]
    return sorted((entry for entry in entries if entry.count), key=lambda entry: (entry.due or LAST, entry.label))


def figures_for(user: User) -> list[Figure]:
    return [figure for provider, permission in _figures.items() if user.may(permission) for figure in provider(user)]
