"""Two reviewers of the city, each at a browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from postoffices.city import forget_city
from postoffices.models import City
from postoffices.neutral import NEUTRAL_RULES
from postoffices.rules import SecondLook
from review.actions import case_claim
from review.models import Case
from tests.counters.desk import Desk
from tests.people import sign_in, staff_member


@pytest.fixture
def second(desk: Desk) -> User:
    return staff_member(Role.REVIEWER, "second")


@pytest.fixture
def reviewer(desk: Desk) -> Client:
    return sign_in(Client(), desk.reviewer)


@pytest.fixture
def rival(second: User) -> Client:
    """The second reviewer's browser."""
    return sign_in(Client(), second)


@pytest.fixture
def case(desk: Desk) -> Case:
    """A case that waits."""
    return desk.submitted()


@pytest.fixture
def claimed(desk: Desk, case: Case) -> Case:
    """A case in the first reviewer's hands."""
    return case_claim(case=case, by=desk.city)


SecondLooks = Callable[[SecondLook], None]


@pytest.fixture
def second_looks(db: None) -> SecondLooks:
    """Loads a city whose profile asks for second looks."""

    def ask_for(wanted: SecondLook) -> None:
        rules = NEUTRAL_RULES.model_copy(
            update={"review": NEUTRAL_RULES.review.model_copy(update={"second_look": wanted})}
        )
        City.objects.create(id=1, slug="mihon", name="見本市", settings=rules.model_dump(mode="json"))
        forget_city()

    return ask_for
