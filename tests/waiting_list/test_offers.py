"""Who waits first is told first, the seat is held for them, and never more are told than there are seats."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from notifications.models import Message
from postoffices.city import current_city
from postoffices.models import DeadlineStep, Procedure
from postoffices.supply.deadlines import deadline_set
from reservations.actions import (
    holds_release_expired,
    reservation_book,
    reservation_cancel,
    reservation_move,
    seat_hold,
)
from reservations.errors import SlotFull
from reservations.models import CancelReason, Hold, Reservation, Slot, Waiter, WaitState
from reservations.tasks import offer_seats
from reservations.tokens import token_hash
from reservations.waiting_list.actions import offer_take_up, wait_withdraw
from reservations.waiting_list.errors import AlreadyWaiting, NotWaiting, OfferBooked, OfferOver
from reservations.waiting_list.offers import answer_until
from tests.reservations.town import CITIZEN, SYSTEM, TARO, Town, a_time, make_slot
from tests.waiting_list.queue import filled, waiting

TOKYO = ZoneInfo("Asia/Tokyo")


def state_of(waiter: Waiter) -> str:
    return Waiter.objects.get(pk=waiter.pk).state


def cancel(booking: Reservation) -> None:
    reservation_cancel(reservation=booking, reason=CancelReason.SCHEDULE, by=CITIZEN)


def test_a_cancelled_seat_is_held_for_the_first_who_waits(town: Town) -> None:
    slot = make_slot(town.office)
    booking = filled(town, slot)
    first, second = waiting(town), waiting(town)
    cancel(booking)
    assert (state_of(first), state_of(second)) == (WaitState.OFFERED, WaitState.WAITING)
    assert Slot.objects.get(pk=slot.pk).public_taken == Hold.objects.count() == 1
    with pytest.raises(SlotFull):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)


def test_the_first_is_told_by_mail_with_a_link_that_opens_the_offer(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town, email="matsu@example.jp")
    cancel(booking)
    mail = Message.objects.about(waiter).get(purpose="wait_offered")
    assert mail.recipient == "matsu@example.jp"
    assert "/wait/entry/" in mail.body


def test_a_seat_given_back_by_a_move_goes_to_who_waits(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    other = make_slot(town.elsewhere, a_time(8))
    waiter = waiting(town)
    _, token = seat_hold(slot_id=other.pk, procedure=town.renewal, by=CITIZEN)
    reservation_move(reservation=booking, token=token, by=CITIZEN)
    assert state_of(waiter) == WaitState.OFFERED


def test_when_the_time_is_over_the_next_is_told(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    first, second = waiting(town), waiting(town)
    cancel(booking)
    Hold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    holds_release_expired(by=SYSTEM)
    offer_seats()
    assert (state_of(first), state_of(second)) == (WaitState.LAPSED, WaitState.OFFERED)
    assert Message.objects.about(first).filter(purpose="wait_lapsed").exists()


def test_never_more_are_told_than_there_are_seats(town: Town) -> None:
    slot = make_slot(town.office, seats=3)
    bookings = [filled(town, slot) for _ in range(3)]
    everybody = [waiting(town) for _ in range(5)]
    cancel(bookings[0])
    cancel(bookings[1])
    for _ in range(3):
        offer_seats()
    assert [state_of(waiter) for waiter in everybody] == ["offered"] * 2 + ["waiting"] * 3
    assert Slot.objects.get(pk=slot.pk).public_taken == 3


def test_whoever_takes_the_offer_has_booked(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town)
    cancel(booking)
    token = offer_take_up(waiter=Waiter.objects.get(pk=waiter.pk), by=CITIZEN)
    reservation_book(token=token, person=TARO, by=CITIZEN)
    offer_seats()
    assert state_of(waiter) == WaitState.BOOKED


def test_an_offer_that_is_over_cannot_be_taken_up(town: Town) -> None:
    with pytest.raises(OfferOver):
        offer_take_up(waiter=waiting(town), by=CITIZEN)


def test_desk_and_citizen_who_take_up_the_same_offer_get_the_same_hold(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town)
    cancel(booking)
    assert offer_take_up(waiter=waiter, by=CITIZEN) == offer_take_up(waiter=waiter, by=SYSTEM)


def test_an_offer_made_before_the_secret_key_was_changed_can_still_be_taken_up(town: Town, settings: Any) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town)
    cancel(booking)
    settings.SECRET_KEY = "another"
    token = offer_take_up(waiter=waiter, by=CITIZEN)
    assert Hold.objects.get().token_hash == token_hash(token)
    assert Waiter.objects.get(pk=waiter.pk).offer_hash == token_hash(token)


def test_an_offer_that_became_a_booking_says_so(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town)
    cancel(booking)
    reservation_book(token=offer_take_up(waiter=waiter, by=CITIZEN), person=TARO, by=CITIZEN)
    with pytest.raises(OfferBooked):
        offer_take_up(waiter=waiter, by=CITIZEN)


def test_an_offer_used_to_move_a_booking_counts_as_booked(town: Town) -> None:
    mine = filled(town, make_slot(town.elsewhere))
    theirs = filled(town, make_slot(town.office))
    waiter = waiting(town)
    cancel(theirs)
    token = offer_take_up(waiter=waiter, by=CITIZEN)
    reservation_move(reservation=mine, token=token, by=CITIZEN)
    offer_seats()
    assert state_of(waiter) == WaitState.BOOKED


def test_one_contact_is_offered_so_many_seats_at_the_same_time_and_those_behind_are_served(town: Town) -> None:
    most = current_city().rules.waiting_list.offers_per_contact
    slot = make_slot(town.office, seats=most + 2)
    bookings = [filled(town, slot) for _ in range(most + 2)]
    wishes = [Procedure.objects.create(code=f"p{n}", name="見本", summary="見本", position=9) for n in range(most + 1)]
    town.office.procedures.add(*wishes)
    many = [waiting(town, procedure=wish, email="matsu@example.jp") for wish in wishes]
    behind = waiting(town)
    for booking in bookings:
        cancel(booking)
    assert [state_of(waiter) for waiter in many] == ["offered"] * most + ["waiting"]
    assert state_of(behind) == WaitState.OFFERED
    wait_withdraw(waiter=many[0], by=CITIZEN)
    offer_seats()
    assert state_of(many[-1]) == WaitState.OFFERED


def test_one_network_is_offered_so_many_seats_at_the_same_time(town: Town) -> None:
    most = current_city().rules.waiting_list.offers_per_network
    bookings = [filled(town, make_slot(town.office, a_time(5 + n))) for n in range(most + 2)]
    many = [waiting(town, network="n" * 32) for _ in range(most + 1)]
    behind = waiting(town, network="m" * 32)
    for booking in bookings:
        cancel(booking)
    assert sum(state_of(waiter) == WaitState.OFFERED for waiter in many) == most
    assert state_of(behind) == WaitState.OFFERED


def test_the_network_is_forgotten_with_the_end_of_the_waiting(town: Town) -> None:
    waiter = waiting(town, network="n" * 32)
    wait_withdraw(waiter=waiter, by=CITIZEN)
    assert Waiter.objects.get(pk=waiter.pk).network_key == ""


def test_withdrawing_passes_the_seat_on_at_once(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    first, second = waiting(town), waiting(town)
    cancel(booking)
    wait_withdraw(waiter=Waiter.objects.get(pk=first.pk), by=CITIZEN)
    assert (state_of(first), state_of(second)) == (WaitState.WITHDRAWN, WaitState.OFFERED)
    with pytest.raises(NotWaiting):
        Waiter.objects.filter(pk=first.pk).update(state=WaitState.OVER)
        wait_withdraw(waiter=first, by=CITIZEN)


def test_who_waits_for_a_ward_takes_any_office_in_it(town: Town) -> None:
    booking = filled(town, make_slot(town.elsewhere))
    here, anywhere = waiting(town), waiting(town, town.office.ward)
    cancel(booking)
    assert (state_of(here), state_of(anywhere)) == (WaitState.WAITING, WaitState.OFFERED)


def test_days_outside_the_wish_are_not_offered(town: Town) -> None:
    booking = filled(town, make_slot(town.office, a_time(20)))
    waiter = waiting(town, days=10)
    cancel(booking)
    offer_seats()
    assert state_of(waiter) == WaitState.WAITING


def test_seats_that_came_about_otherwise_are_found_by_the_sweeper(town: Town) -> None:
    waiter = waiting(town)
    make_slot(town.office)
    offer_seats()
    assert state_of(waiter) == WaitState.OFFERED


def test_a_wish_whose_days_are_past_ends(town: Town) -> None:
    waiter = waiting(town, days=1)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        offer_seats()
    assert state_of(waiter) == WaitState.OVER


def test_who_may_not_book_the_time_any_more_is_left_out_and_the_next_is_told(town: Town) -> None:
    """The first one's procedure closes earlier than the others'; two of them stand before the one who may book."""
    slot = make_slot(town.office, seats=2)
    bookings = [filled(town, slot) for _ in range(2)]
    town.office.procedures.add(town.other)
    late = [waiting(town, procedure=town.other) for _ in range(2)]
    may_book = [waiting(town) for _ in range(2)]
    deadline_set(office=None, procedure=town.other, step=DeadlineStep.BOOK, days_before=20, at=time(12), by=SYSTEM)
    for booking in bookings:
        cancel(booking)
    assert [state_of(waiter) for waiter in late] == [WaitState.WAITING] * 2
    assert [state_of(waiter) for waiter in may_book] == [WaitState.OFFERED] * 2


def test_one_contact_waits_once_for_a_procedure(town: Town) -> None:
    waiting(town, email="matsu@example.jp")
    with pytest.raises(AlreadyWaiting):
        waiting(town, email="Matsu@example.jp")


def test_who_left_a_telephone_number_gets_no_mail_but_a_seat(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town, phone="00011112222")
    cancel(booking)
    assert state_of(waiter) == WaitState.OFFERED
    assert not Message.objects.about(waiter).exists()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 12, 1, 12, 0, tzinfo=TOKYO), datetime(2026, 12, 1, 13, 0, tzinfo=TOKYO)),
        (datetime(2026, 12, 1, 22, 0, tzinfo=TOKYO), datetime(2026, 12, 2, 9, 0, tzinfo=TOKYO)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=TOKYO), datetime(2027, 1, 1, 9, 0, tzinfo=TOKYO)),
        (datetime(2026, 12, 1, 3, 0, tzinfo=TOKYO), datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)),
    ],
)
@pytest.mark.django_db
def test_minutes_of_the_night_do_not_count(now: datetime, until: datetime) -> None:
    assert answer_until(now, now + timedelta(days=9)) == until
