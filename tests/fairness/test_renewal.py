"""After the key was changed, the rule of one booking holds again."""

import pytest
from django.conf import LazySettings

from reservations.fairness.errors import AlreadyBooked
from reservations.fairness.renewal import renew_person_keys
from tests.fairness.test_one_booking import book
from tests.reservations.town import HANAKO, Town


def test_a_changed_key_needs_new_hashes(town: Town, settings: LazySettings) -> None:
    booked = book(town, HANAKO)
    before = booked.person_key
    settings.SECRET_KEY = "another key for this test alone"
    assert renew_person_keys() == 1
    booked.refresh_from_db()
    assert booked.person_key != before
    with pytest.raises(AlreadyBooked):
        book(town, HANAKO)
