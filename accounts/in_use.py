"""Which of all roles this installation's city works with (`rules.roles` of its profile).

The room that holds the profile says so in its `AppConfig.ready()`, so that this room need not know profiles.
"""

from collections.abc import Callable, Collection

from accounts.roles import Role

_said_by: list[Callable[[], Collection[Role]]] = []


def said_by(provider: Callable[[], Collection[Role]]) -> None:
    """Ask `provider` from now on. Saying it again replaces what was said."""
    _said_by[:] = [provider]


def roles_in_use() -> list[Role]:
    """In the order of `Role`; all of them as long as nobody has said otherwise."""
    named = _said_by[0]() if _said_by else Role
    return [role for role in Role if role in named]
