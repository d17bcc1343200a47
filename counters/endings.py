"""What must be done in the same transaction before a visit ends. Rooms above hand it in.

The review room withdraws the visit's open case, so that no reviewer looks at pictures nobody waits for:

    endings.register(case_give_up)       # in its AppConfig.ready()
"""

from collections.abc import Callable

from audit.actors import Actor
from counters.models import Visit

Ending = Callable[[Visit, Actor], None]

_endings: dict[Ending, None] = {}


def register(ending: Ending) -> None:
    """Call `ending(visit, by)` before every end of a visit. Registering twice changes nothing."""
    _endings[ending] = None


def before_ending(visit: Visit, by: Actor) -> None:
    """Called before the visit is locked: a case is locked before its visit everywhere, so none waits in a ring."""
    for ending in _endings:
        ending(visit, by)
