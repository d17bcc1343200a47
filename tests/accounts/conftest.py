"""One real person of each kind that the sign-in meets."""

import pytest

from accounts.models import User
from accounts.roles import Role
from tests.people import authenticator_of, staff_member


@pytest.fixture
def clerk(db: None) -> User:
    """A clerk who has signed in before: with an authenticator."""
    person = staff_member(Role.CLERK, "mihon-clerk")
    authenticator_of(person)
    return person


@pytest.fixture
def newcomer(db: None) -> User:
    """A reviewer before the first sign-in: first password, no authenticator."""
    return staff_member(Role.REVIEWER, "mihon-newcomer", must_change_password=True)


@pytest.fixture
def administrator(db: None) -> User:
    return staff_member(Role.ADMINISTRATOR, "mihon-administrator")
