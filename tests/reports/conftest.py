"""Two made-up days of a real city's profile, played once for each test that asks."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.simulation.cast import Cast
from config.simulation.play import Play


@pytest.fixture
def city(db: None) -> None:
    """A real city's profile: due dates need its calendars."""
    call_command("load_city", "kitakyushu", stdout=StringIO())


@pytest.fixture
def played_day(city: None) -> date:
    """Yesterday, after the made-up city has lived through it."""
    call_command("demo_people", verbosity=0)
    Play(cast=Cast.gather(timezone.localdate()), days=2, per_day=8, seed=7).run()
    return timezone.localdate() - timedelta(days=1)
