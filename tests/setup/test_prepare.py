"""What happens between an empty database and a demo that can be shown, at the first start and at later ones."""

from datetime import time, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.demo import DEMO_PEOPLE
from audit.actors import Actor
from postoffices.models import Calendar, DatedOpening, Posting
from postoffices.openings import opening_add
from reservations.models import Reservation, ReservationState

pytestmark = pytest.mark.django_db


def prepare(city: str = "kitakyushu") -> None:
    call_command("prepare", city, days=1)


def test_first_start_makes_people_and_bookings_and_lists_the_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    prepare()
    assert Reservation.objects.exists()
    listed = capsys.readouterr().out
    assert all(person.password in listed for person in DEMO_PEOPLE)


def test_later_start_keeps_what_was_done_since() -> None:
    prepare()
    bookings = Reservation.objects.count()
    day = timezone.localdate() + timedelta(days=3)
    calendar = Calendar.objects.earliest("pk")
    opening = opening_add(calendar=calendar, day=day, opens=time(7), closes=time(8), by=Actor.system("test"))
    prepare()
    assert Reservation.objects.count() == bookings
    assert DatedOpening.objects.filter(pk=opening.pk).exists()


def test_another_city_is_not_loaded_over_the_first() -> None:
    prepare("kitakyushu")
    with pytest.raises(CommandError):
        prepare("fukuoka")


def test_weeks_later_the_demos_clerks_find_people_to_receive_again() -> None:
    with time_machine.travel("2026-06-10T15:00:00+09:00"):
        prepare()
    with time_machine.travel("2026-07-18T20:00:00+09:00"):  # a Saturday
        assert not Reservation.objects.of_day(timezone.localdate()).exists()
        prepare()
        waiting = Reservation.objects.of_day(timezone.localdate()).filter(state=ReservationState.CONFIRMED)
        assert {booking.office for booking in waiting} == {posting.office for posting in Posting.objects.all()}
