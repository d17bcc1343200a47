"""Browsers of the city's officer and of the bureau, beside the counter's."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.counters.desk import Desk
from tests.people import client_of


@pytest.fixture
def officer(desk: Desk) -> Client:
    return client_of(Role.CITY_OFFICER, "officer")


@pytest.fixture
def bureau(desk: Desk) -> Client:
    return client_of(Role.BUREAU, "bureau")
