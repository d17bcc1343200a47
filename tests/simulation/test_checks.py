"""The demo's defects: something for the bureau and for the city to do, whatever chance made of the days."""

from datetime import datetime, timedelta
from io import StringIO
from random import Random

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.roles import Role
from applications.defects import PARTS, Part, turn_chips
from audit.actors import Actor
from config.simulation.cast import Cast
from config.simulation.checks import checks_left
from config.simulation.people import made_up_person
from reservations.actions import reservation_book, seat_hold
from tests.people import staff_member
from tests.reservations.town import make_slot

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime.fromisoformat("2026-11-18T14:00:00+09:00")
BY = Actor.system("test")


def booked(cast: Cast, count: int) -> None:
    """Bookings of the following Wednesday that the city has not looked at."""
    for number in range(count):
        slot = make_slot(cast.offices[0], WEDNESDAY + timedelta(days=7, minutes=30 * number))
        _, token = seat_hold(slot_id=slot.pk, procedure=cast.procedures[0], by=BY)
        person = made_up_person(Random(number), cast.place, timezone.localdate())
        reservation_book(token=token, person=person, by=BY)


def test_defects_stand_at_every_turn_and_are_not_made_twice() -> None:
    with time_machine.travel(WEDNESDAY, tick=True):
        call_command("load_city", "kitakyushu", stdout=StringIO())
        call_command("demo_people", stdout=StringIO())
        cast = Cast.gather(timezone.localdate())
        assert checks_left(cast) == 0
        booked(cast, 5)
        assert checks_left(cast) == 4
        assert checks_left(cast) == 0
        chips = turn_chips(staff_member(Role.BUREAU, "looks"), Part.NOW)
    turns = {chip.label: chip.count for chip in chips}
    assert turns == {PARTS[Part.NOW]: 1, PARTS[Part.WAITING]: 2, PARTS[Part.CITY]: 1, PARTS[Part.ENDED]: 0}
