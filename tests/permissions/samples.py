"""Values for the parameters of routes. Without a sample a route gets values for which nothing exists.

A sample makes its object and returns the route's parameters:

    @sample("accounts:person", "accounts:person_deactivate")
    def a_person() -> dict[str, object]:
        return {"pk": staff_member(Role.CLERK, "sample").pk}
"""

import uuid
from collections.abc import Callable

from accounts.roles import Role
from tests.people import staff_member

Sample = Callable[[], dict[str, object]]

SAMPLES: dict[str, Sample] = {}

# For each kind of path converter a value that no object has.
NOTHING: dict[str, object] = {
    "IntConverter": 0,
    "StringConverter": "nothing",
    "SlugConverter": "nothing",
    "UUIDConverter": uuid.UUID(int=0),
    "PathConverter": "nothing",
}


def sample(*names: str) -> Callable[[Sample], Sample]:
    def keep(make: Sample) -> Sample:
        SAMPLES.update(dict.fromkeys(names, make))
        return make

    return keep


@sample(
    "accounts:person",
    "accounts:person_deactivate",
    "accounts:person_activate",
    "accounts:person_reset_second_factor",
    "accounts:person_reset_password",
)
def a_person() -> dict[str, object]:
    return {"pk": staff_member(Role.CLERK, "sample").pk}
