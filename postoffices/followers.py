"""What is made out of a profile and stands in rooms above: it may differ from the profile once that has changed.

A room registers in its `AppConfig.ready()`, so that this room knows no other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from audit.actors import Actor


@dataclass(frozen=True, slots=True)
class Follower:
    """`differs` says in lines what does not agree with the profile as it stands, and nothing when all agrees.

    `follow` brings it about and says what was done; its text is the reason that people are told. It may refuse.
    """

    name: str
    differs: Callable[[], list[str]]
    follow: Callable[[str, Actor], list[str]]


_followers: dict[str, Follower] = {}


def register(follower: Follower) -> None:
    """Registering twice changes nothing."""
    _followers[follower.name] = follower


def followers() -> list[Follower]:
    return list(_followers.values())
