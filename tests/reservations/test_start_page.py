"""What the start page tells of bookings: within the reader's scope, and only what needs somebody."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from postoffices.models import Office, Posting
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation, ReservationState
from reservations.waiting import orphans_waiting, todays_bookings
from tests.people import sign_in, staff_member
from tests.reservations.town import CITIZEN, Book, Town, a_time, make_slot


@pytest.fixture
def bureau(db: None) -> User:
    return staff_member(Role.BUREAU)


def clerk_of(office: Office) -> User:
    clerk = staff_member(Role.CLERK)
    Posting.objects.create(user=clerk, office=office)
    return clerk


def test_bookings_without_a_slot_wait_for_someone(town: Town, book: Book, bureau: User) -> None:
    assert orphans_waiting(bureau) == []
    for days in (9, 8):
        booking, _ = book(make_slot(town.office, a_time(days)))
        Reservation.objects.filter(pk=booking.pk).update(state=ReservationState.ORPHANED)
    (waiting,) = orphans_waiting(bureau)
    assert (waiting.count, waiting.due) == (2, a_time(8))
    client = sign_in(Client(), bureau)
    assert waiting.label in client.get("/staff/").content.decode()
    assert client.get(waiting.url).status_code == 200


def test_orphans_of_the_past_wait_for_nobody(town: Town, book: Book, bureau: User) -> None:
    booking, _ = book(make_slot(town.office, a_time(8)))
    Reservation.objects.filter(pk=booking.pk).update(state=ReservationState.ORPHANED)
    with time_machine.travel(a_time(8) + timedelta(minutes=1)):
        assert orphans_waiting(bureau) == []


def test_figures_count_the_day_of_the_own_office(town: Town, book: Book, bureau: User) -> None:
    for office in (town.office, town.elsewhere):
        book(make_slot(office, a_time(8, 9)))
        visited, _ = book(make_slot(office, a_time(8, 10)))
        cancelled, _ = book(make_slot(office, a_time(8, 11)))
        Reservation.objects.filter(pk=visited.pk).update(state=ReservationState.VISITED)
        reservation_cancel(reservation=cancelled, reason=CancelReason.SCHEDULE, by=CITIZEN)
    clerk = clerk_of(town.office)
    with time_machine.travel(a_time(8, hour=15)):
        assert [figure.value for figure in todays_bookings(clerk)] == [2, 1, 0]
        assert [figure.value for figure in todays_bookings(bureau)] == [4, 2, 0]
