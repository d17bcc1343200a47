"""A made-up city, a free slot, and a citizen's browser without JavaScript."""

import pytest
from django.core.cache import cache
from django.test import Client

from postoffices.city import forget_city
from reservations.models import Slot
from tests.citizen.road import Road
from tests.reservations.town import Town, make_slot, make_town


@pytest.fixture(autouse=True)
def _own_city(db: None) -> None:
    """Each test reads its own city and starts without failed attempts."""
    forget_city()
    cache.clear()


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def slot(town: Town) -> Slot:
    """One seat, a week from now."""
    return make_slot(town.office)


@pytest.fixture
def road(town: Town, slot: Slot) -> Road:
    return Road(Client(enforce_csrf_checks=False), town, slot)
