"""Moves between states: each model lists which state may follow which, and one function refuses the rest."""

from collections.abc import Mapping
from typing import TypeVar

from django.db import models

from audit.errors import Refused

State = TypeVar("State", bound=models.TextChoices)


class MoveNotAllowed(Refused):
    """A state that may not follow the present one."""


def refuse_unless_allowed(moves: Mapping[State, frozenset[State]], old: str, new: State) -> None:
    """Raises MoveNotAllowed, naming both states, unless `new` may follow `old`."""
    states = type(new)
    if old == new and new not in moves[new]:
        raise MoveNotAllowed(f"すでに「{new.label}」です。画面を開き直して、今の状態を確かめてください。")
    if new not in moves[states(old)]:
        raise MoveNotAllowed(
            f"「{states(old).label}」から「{new.label}」には変えられません。画面を開き直して、今の状態を確かめてください。"
        )
