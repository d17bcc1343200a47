"""Browsers of the city's officer and of the bureau, beside the counter's."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.applications.paper import let_paper_count
from tests.counters.desk import Desk
from tests.people import client_of


@pytest.fixture
def officer(desk: Desk) -> Client:
    return client_of(Role.CITY_OFFICER, "officer")


@pytest.fixture
def bureau(desk: Desk) -> Client:
    return client_of(Role.BUREAU, "bureau")


@pytest.fixture
def manager(desk: Desk) -> Client:
    return client_of(Role.MANAGER, "manager")


@pytest.fixture
def paper_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    let_paper_count(monkeypatch)
