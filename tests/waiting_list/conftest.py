"""The made-up town of the bookings' tests, and people who wait."""

import pytest

from tests.reservations.town import Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()
