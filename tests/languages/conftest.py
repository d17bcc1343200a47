"""A made-up city that speaks three languages, and citizens who read them."""

import pytest
from django.core.cache import cache
from django.test import Client

from reservations.models import Slot
from tests.citizen.road import Road
from tests.reservations.town import Town, make_slot, make_town
from writing.catalogues import main as compile_catalogues


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    compile_catalogues()


@pytest.fixture
def town(db: None) -> Town:
    cache.clear()
    town = make_town()
    town.renewal.translations = {
        "en": {"name": "Renewal", "summary": "Sample", "bring": ["My Number Card"]},
        "ja-easy": {"name": "更新（こうしん）"},
    }
    town.renewal.eligibility = "renewal"
    town.renewal.fee_note = ""
    town.renewal.save()
    town.other.translations = {"en": {"name": "Another service", "summary": "Sample"}}
    town.other.save()
    town.office.translations = {"en": {"name": "Mihon Post Office", "address": "1-1 Kakuku"}}
    town.office.save()
    town.elsewhere.translations = {"en": {"name": "Kaku Post Office", "address": "1-1 Kakuku"}}
    town.elsewhere.save()
    town.office.ward.translations = {"en": {"name": "Kaku Ward"}}
    town.office.ward.save()
    return town


@pytest.fixture
def slot(town: Town) -> Slot:
    return make_slot(town.office)


def reader(town: Town, slot: Slot, language: str) -> Road:
    """Somebody who chose a language by its link."""
    client = Client()
    client.get(f"/?language={language}")
    return Road(client, town, slot)


@pytest.fixture
def english(town: Town, slot: Slot) -> Road:
    return reader(town, slot, "en")


@pytest.fixture
def easy(town: Town, slot: Slot) -> Road:
    return reader(town, slot, "ja-easy")
