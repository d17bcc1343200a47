"""Families and long procedures: seats in several slots, kept, moved, given back and cancelled together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from notifications.models import Message, MessageState
from postoffices.models import Procedure
from reservations.actions import (
    holds_release_expired,
    party_cancel,
    reservation_book,
    reservation_cancel,
    reservation_mark_visited,
    reservation_move,
    seat_hold,
)
from reservations.availability import month, next_free, soonest, times
from reservations.errors import PeopleDiffer, SlotFull, StateNotAllowed
from reservations.fairness.errors import AlreadyBooked
from reservations.models import CancelReason, FurtherSeat, Hold, Reservation, SeatKind, Slot
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Town, a_time, seats_kept, slots_in_a_row

CHILD = replace(HANAKO, name="見本 一郎", reading="ミホン イチロウ")
GRANDMOTHER = replace(HANAKO, name="見本 梅", reading="ミホン ウメ")
FAMILY = (CHILD, GRANDMOTHER)

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(town: Town) -> list[Slot]:
    return slots_in_a_row(town.office, 2, 1, 3, 3)


@pytest.fixture
def long(town: Town) -> Procedure:
    """Two slots for each person."""
    town.other.units = 2
    town.other.save()
    town.office.procedures.add(town.other)
    return town.other


def book_family(town: Town, slot: Slot) -> tuple[list[Reservation], str]:
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, people=3, by=CITIZEN)
    first = reservation_book(token=token, person=HANAKO, companions=FAMILY, by=CITIZEN)
    return list(Reservation.objects.together_with(first)), token


def taken() -> list[int]:
    return list(Slot.objects.order_by("starts_at").values_list("public_taken", flat=True))


def assert_counters() -> None:
    for slot in Slot.objects.all():
        assert (slot.public_taken, slot.internal_taken) == tuple(seats_kept(slot, kind) for kind in SeatKind.values)


def test_seats_beside_and_after_are_kept_and_given_back(town: Town, row: list[Slot]) -> None:
    hold, _token = seat_hold(slot_id=row[0].pk, procedure=town.renewal, people=3, by=CITIZEN)
    assert taken() == [2, 1, 0, 0]
    assert_counters()
    Hold.objects.update(expires_at=hold.made_at)
    holds_release_expired(by=SYSTEM)
    assert taken() == [0, 0, 0, 0]
    assert not FurtherSeat.objects.exists()


def test_a_gap_is_no_place_for_a_family(town: Town, row: list[Slot]) -> None:
    Slot.objects.filter(pk=row[1].pk).update(public_taken=1)
    with pytest.raises(SlotFull):
        seat_hold(slot_id=row[0].pk, procedure=town.renewal, people=3, by=CITIZEN)
    assert taken() == [0, 1, 0, 0]


def test_each_has_a_booking_with_the_seats_in_the_order_of_the_people(town: Town, row: list[Slot]) -> None:
    bookings, _token = book_family(town, row[0])
    assert [(booking.name, booking.slot_id) for booking in bookings] == [
        (HANAKO.name, row[0].pk),
        (CHILD.name, row[0].pk),
        (GRANDMOTHER.name, row[1].pk),
    ]
    assert AuditEvent.objects.filter(action="reservations.booked").count() == 3
    assert_counters()


def test_the_same_form_twice_books_once(town: Town, row: list[Slot]) -> None:
    bookings, token = book_family(town, row[0])
    again = reservation_book(token=token, person=HANAKO, companions=FAMILY, by=CITIZEN)
    assert (again.pk, again.repeated) == (bookings[0].pk, True)
    assert Reservation.objects.count() == 3


def test_another_number_of_people_than_held_is_refused_and_the_hold_stands(town: Town, row: list[Slot]) -> None:
    _, token = seat_hold(slot_id=row[0].pk, procedure=town.renewal, people=3, by=CITIZEN)
    with pytest.raises(PeopleDiffer):
        reservation_book(token=token, person=HANAKO, companions=[CHILD], by=CITIZEN)
    assert Hold.objects.get().further_seats.count() == 2
    assert_counters()


def test_one_active_booking_holds_for_each_person(town: Town, row: list[Slot]) -> None:
    _, token = seat_hold(slot_id=row[3].pk, procedure=town.renewal, by=CITIZEN)
    reservation_book(token=token, person=replace(GRANDMOTHER, phone="0007654321", email=""), by=CITIZEN)
    _, token = seat_hold(slot_id=row[0].pk, procedure=town.renewal, people=3, by=CITIZEN)
    with pytest.raises(AlreadyBooked) as refused:
        reservation_book(token=token, person=HANAKO, companions=FAMILY, by=CITIZEN)
    assert refused.value.place == 2
    assert Reservation.objects.count() == 1
    assert Hold.objects.count() == 1


def test_a_party_moves_together(town: Town, row: list[Slot]) -> None:
    bookings, _token = book_family(town, row[0])
    _, token = seat_hold(slot_id=row[2].pk, procedure=town.renewal, people=3, by=CITIZEN)
    reservation_move(reservation=bookings[1], token=token, by=CITIZEN)
    assert set(Reservation.objects.values_list("slot_id", "state", "changes")) == {(row[2].pk, "confirmed", 1)}
    assert taken() == [0, 0, 3, 0]
    reservation_move(reservation=bookings[0], token=token, by=CITIZEN)
    assert set(Reservation.objects.values_list("changes", flat=True)) == {1}
    assert Message.objects.filter(purpose="changed").count() == 1


def test_a_time_for_one_does_not_move_three(town: Town, row: list[Slot]) -> None:
    bookings, _token = book_family(town, row[0])
    _, token = seat_hold(slot_id=row[2].pk, procedure=town.renewal, by=CITIZEN)
    with pytest.raises(PeopleDiffer):
        reservation_move(reservation=bookings[0], token=token, by=CITIZEN)
    assert_counters()


def test_cancelling_for_all_gives_every_seat_back_and_sends_one_mail(town: Town, row: list[Slot]) -> None:
    bookings, _token = book_family(town, row[0])
    left = party_cancel(reservation=bookings[2], reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert len(left) == 3
    assert taken() == [0, 0, 0, 0]
    assert Message.objects.filter(purpose="cancelled").count() == 1
    assert not Message.objects.filter(purpose="reminder", state=MessageState.QUEUED).exists()
    assert party_cancel(reservation=bookings[0], reason=CancelReason.SCHEDULE, by=CITIZEN) == []


def test_when_the_speaker_cancels_the_next_is_reminded_for_the_rest(town: Town, row: list[Slot]) -> None:
    bookings, _token = book_family(town, row[2])
    party_cancel(reservation=bookings[0], places=[0], reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert taken() == [0, 0, 2, 0]
    speaking = Reservation.objects.get(speaks=True)
    assert speaking.pk == bookings[1].pk
    reminders = Message.objects.filter(purpose="reminder", state=MessageState.QUEUED)
    assert {message.subject_id for message in reminders} == {str(speaking.pk)}
    assert reminders
    for message in reminders:
        assert GRANDMOTHER.name in message.body
        assert HANAKO.name not in message.body


def test_one_whose_visit_is_over_stays_when_the_rest_cancels(town: Town, row: list[Slot]) -> None:
    bookings, _token = book_family(town, row[0])
    reservation_mark_visited(reservation=bookings[0], by=SYSTEM)
    party_cancel(reservation=bookings[1], reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert list(Reservation.objects.order_by("place").values_list("state", flat=True)) == [
        "visited",
        "cancelled",
        "cancelled",
    ]
    assert_counters()
    with pytest.raises(StateNotAllowed):
        reservation_cancel(reservation=bookings[0], reason=CancelReason.SCHEDULE, by=CITIZEN)


def test_a_long_procedure_takes_the_slots_that_follow(town: Town, row: list[Slot], long: Procedure) -> None:
    _, token = seat_hold(slot_id=row[0].pk, procedure=long, by=CITIZEN)
    booked = reservation_book(token=token, person=TARO, by=CITIZEN)
    assert taken() == [1, 1, 0, 0]
    assert (booked.units, booked.ends_at - booked.slot.starts_at) == (2, timedelta(hours=1))
    reservation_cancel(reservation=booked, reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert taken() == [0, 0, 0, 0]


def test_a_long_visit_does_not_begin_before_a_break(town: Town, long: Procedure) -> None:
    morning = slots_in_a_row(town.office, 1, 1, first=a_time(hour=11))
    afternoon = slots_in_a_row(town.office, 1, 1, first=a_time(hour=13))
    with pytest.raises(SlotFull):
        seat_hold(slot_id=morning[1].pk, procedure=long, by=CITIZEN)
    shown = [time.slot_id for time in soonest(town.office, long)]
    assert shown == [morning[0].pk, afternoon[0].pk]


def test_two_people_in_a_long_procedure_sit_in_rounds(town: Town, long: Procedure) -> None:
    slots = slots_in_a_row(town.office, 1, 1, 1, 1)
    _, token = seat_hold(slot_id=slots[0].pk, procedure=long, people=2, by=CITIZEN)
    first = reservation_book(token=token, person=HANAKO, companions=[CHILD], by=CITIZEN)
    party = Reservation.objects.together_with(first)
    assert [booking.slot_id for booking in party] == [slots[0].pk, slots[2].pk]
    assert [list(booking.further_seats.values_list("slot", flat=True)) for booking in party] == [
        [slots[1].pk],
        [slots[3].pk],
    ]
    assert_counters()


@pytest.mark.parametrize(
    ("read", "most"),
    [
        (lambda town: month(town.office, town.renewal, a_time().year, a_time().month, 3), 1),
        (lambda town: times(town.office, town.renewal, a_time().date(), 3), 1),
        (lambda town: soonest(town.office, town.renewal, people=3), 1),
        (lambda town: next_free([town.office, town.elsewhere], town.renewal, 4), 2),
    ],
)
def test_free_times_of_a_party_take_as_few_queries_with_many_bookings(
    town: Town, row: list[Slot], read: Callable[[Town], object], most: int
) -> None:
    book_family(town, row[2])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(town)
    assert len(queries) <= most


def test_one_person_with_one_unit_pays_for_no_further_statement(town: Town, row: list[Slot]) -> None:
    """The road that nearly everybody goes: nothing of parties is asked or written."""
    with CaptureQueriesContext(connection) as queries:
        _, token = seat_hold(slot_id=row[0].pk, procedure=town.renewal, by=CITIZEN)
        reservation_book(token=token, person=TARO, by=CITIZEN)
    assert not [query["sql"] for query in queries if "furtherseat" in query["sql"]]
