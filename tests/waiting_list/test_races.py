"""Two connections at once. One test shows that the fault is real when the guard is off."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections, transaction

from audit.actors import Actor
from postoffices.city import current_city
from reservations.actions import booking as actions_booking
from reservations.actions import holds, reservation_book, reservation_cancel, seat_hold
from reservations.fairness.errors import AlreadyBooked, TooManyForContact
from reservations.models import CancelReason, Hold, Reservation, Slot, Waiter, WaitState
from reservations.tasks import offer_seats
from reservations.waiting_list import offers
from tests.reservations.test_races import Rival, race
from tests.reservations.town import CITIZEN, HANAKO, Town, a_time, make_slot, make_town
from tests.waiting_list.queue import filled, waiting

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


def at_once(*works: Callable[[], Any]) -> list[BaseException | None]:
    """All works begin together, each in a connection of its own; what each of them raised."""
    together = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> None:
        try:
            together.wait(PATIENCE_SECONDS)
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.exception(PATIENCE_SECONDS) for done in [threads.submit(begin, work) for work in works]]


def cancelling(booking: Reservation) -> Callable[[], Any]:
    return lambda: reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)


def test_seats_freed_at_once_go_to_different_people(town: Town) -> None:
    slot = make_slot(town.office, seats=3)
    bookings = [filled(town, slot) for _ in range(3)]
    for _ in range(5):
        waiting(town)
    assert at_once(*(cancelling(booking) for booking in bookings), offer_seats) == [None] * 4
    offer_seats()
    offered = Waiter.objects.filter(state=WaitState.OFFERED)
    assert offered.count() == len(set(offered.values_list("offer_hash"))) == 3
    assert Hold.objects.count() == Slot.objects.get().public_taken == 3


def test_without_the_lock_two_seats_go_to_the_same_person(town: Town) -> None:
    """The canary: both read who is first before either has written."""
    first = waiting(town)
    waiting(town)
    both_have_read = Barrier(2)
    chosen: list[int] = []

    def choose_unguarded() -> None:
        waiter = Waiter.objects.in_turn()[0]
        both_have_read.wait(PATIENCE_SECONDS)
        chosen.append(waiter.pk)

    assert at_once(choose_unguarded, choose_unguarded) == [None, None]
    assert chosen == [first.pk, first.pk]


def two_seats_for_one_contact(town: Town) -> list[Reservation]:
    """One contact waits for two procedures, and may be offered one seat at a time; two seats come free at once."""
    town.office.procedures.add(town.other)
    bookings = [filled(town, make_slot(town.office, a_time(5 + n))) for n in range(2)]
    for procedure in (town.renewal, town.other):
        waiting(town, procedure=procedure, email="matsu@example.jp")
    return bookings


@pytest.fixture
def one_offer_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = current_city().rules.waiting_list.model_copy(update={"offers_per_contact": 1})
    monkeypatch.setattr(offers, "current_city", lambda: SimpleNamespace(rules=SimpleNamespace(waiting_list=rules)))


def together_after_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both transactions count the contact's offers before either has written its own."""
    both_counted = Barrier(2)
    count = offers._has_room

    def counted(waiter: Waiter, field: str, key: str, most: int) -> bool:
        has_room = count(waiter, field, key, most)
        with suppress(BrokenBarrierError):
            both_counted.wait(PATIENCE_SECONDS)
        return has_room

    monkeypatch.setattr(offers, "_has_room", counted)


@pytest.mark.usefixtures("one_offer_each")
def test_seats_freed_at_once_do_not_lift_a_contact_over_its_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bookings = two_seats_for_one_contact(town)
    together_after_counting(monkeypatch)
    assert at_once(*(cancelling(booking) for booking in bookings)) == [None, None]
    assert Waiter.objects.filter(state=WaitState.OFFERED).count() == 1


@pytest.mark.usefixtures("one_offer_each")
def test_without_the_contacts_lock_it_is_lifted_over_its_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary."""
    bookings = two_seats_for_one_contact(town)
    monkeypatch.setattr(offers, "_alone_with", lambda key: True)
    together_after_counting(monkeypatch)
    assert at_once(*(cancelling(booking) for booking in bookings)) == [None, None]
    assert Waiter.objects.filter(state=WaitState.OFFERED).count() == 2


def test_seats_of_one_wish_are_let_go_before_the_next_is_served(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wishes come in no order of slots: who holds two of them at once can wait for somebody who waits for them."""
    for place in (town.office, town.elsewhere):
        make_slot(place)
        waiting(town, place)
    free_of_locks: list[int] = []
    offer = offers.seats_offer

    def everything_is_free() -> None:
        with transaction.atomic():
            free_of_locks.append(len(Slot.objects.select_for_update(nowait=True)))

    def offer_and_look(slot_ids: Iterable[int], *, by: Actor) -> int:
        assert at_once(everything_is_free) == [None]
        return offer(slot_ids, by=by)

    monkeypatch.setattr(offers, "seats_offer", offer_and_look)
    offer_seats()
    assert free_of_locks == [2, 2]
    assert Waiter.objects.filter(state=WaitState.OFFERED).count() == 2


def booking(town: Town, slot: Slot, **person: Any) -> Callable[[], Any]:
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    return lambda: reservation_book(token=token, person=replace(HANAKO, **person), by=CITIZEN)


def test_the_same_person_at_once_books_once(town: Town) -> None:
    slot = make_slot(town.office, seats=4)
    errors = at_once(*(booking(town, slot, phone=f"0001111000{n}", email="") for n in range(4)))
    assert sum(isinstance(error, AlreadyBooked) for error in errors) == 3
    assert Reservation.objects.count() == 1


def test_one_contact_at_once_stays_within_its_limit(town: Town) -> None:
    slot = make_slot(town.office, seats=8)
    errors = at_once(*(booking(town, slot, name=f"見本 {n}") for n in range(8)))
    assert sum(isinstance(error, TooManyForContact) for error in errors) == 3
    assert Reservation.objects.count() == 5


def two_beside_the_limit(town: Town) -> tuple[Reservation, Future[Reservation]]:
    """The contact has one booking left; two book with it, the second while the first has not ended."""
    slot = make_slot(town.office, seats=8)
    for number in range(current_city().rules.fairness.bookings_per_contact - 1):
        booking(town, slot, name=f"見本 {number}")()
    first, second = booking(town, slot, name="見本 一"), booking(town, slot, name="見本 二")
    return race(Rival(first), second)


def test_who_books_with_the_same_contact_is_waited_for(town: Town) -> None:
    first, later = two_beside_the_limit(town)
    assert isinstance(later.exception(), TooManyForContact)
    assert Reservation.objects.filter(phone=first.phone).count() == current_city().rules.fairness.bookings_per_contact


def test_without_the_contacts_queue_the_limit_is_passed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: the second counts before the first is written."""
    consume = holds.hold_consume
    monkeypatch.setattr(actions_booking, "hold_consume", lambda hashed, contacts=(): consume(hashed))
    first, later = two_beside_the_limit(town)
    assert later.exception() is None
    assert Reservation.objects.filter(phone=first.phone).count() > current_city().rules.fairness.bookings_per_contact
