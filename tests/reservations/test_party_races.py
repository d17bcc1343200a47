"""Two families and the last seats. One test shows that the fault is real when the guard is off."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import IntegrityError

from reservations.actions import party_cancel, reservation_book, reservation_move, seat_hold, seats
from reservations.errors import SlotFull
from reservations.models import CancelReason, Hold, Reservation, SeatKind, Slot
from tests.reservations.test_parties import CHILD
from tests.reservations.test_races import Rival, in_own_connection, race
from tests.reservations.town import (
    CITIZEN,
    HANAKO,
    TARO,
    Town,
    a_time,
    make_slot,
    make_town,
    seats_kept,
    slots_in_a_row,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


def hold_for_two(town: Town, slot: Slot) -> str:
    return seat_hold(slot_id=slot.pk, procedure=town.renewal, people=2, by=CITIZEN)[1]


def taken() -> list[int]:
    return list(Slot.objects.order_by("starts_at").values_list("public_taken", flat=True))


def test_two_families_never_get_the_same_last_seat(town: Town) -> None:
    first, second, _third = slots_in_a_row(town.office, 1, 1, 1)
    _, later = race(Rival(lambda: hold_for_two(town, first)), lambda: hold_for_two(town, second))
    assert isinstance(later.exception(), SlotFull)
    assert Hold.objects.count() == 1
    assert taken() == [1, 1, 0]


def test_seats_that_the_first_family_gives_up_go_to_the_second(town: Town) -> None:
    first, second, _third = slots_in_a_row(town.office, 1, 1, 1)
    _, later = race(Rival(lambda: hold_for_two(town, first), commits=False), lambda: hold_for_two(town, second))
    assert later.exception() is None
    assert taken() == [0, 1, 1]


def test_without_the_lock_both_families_are_promised_the_seat(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: both read the seat as free; only the database's constraint stops the second, with an error."""
    unlocked = {kind: sql.replace("FOR NO KEY UPDATE OF slot", "") for kind, sql in seats.LOCK_RUN.items()}
    monkeypatch.setattr(seats, "LOCK_RUN", unlocked)
    first, second, _third = slots_in_a_row(town.office, 1, 1, 1)
    _, later = race(Rival(lambda: hold_for_two(town, first)), lambda: hold_for_two(town, second))
    assert isinstance(later.exception(), IntegrityError)


def test_one_person_and_a_family_never_get_the_same_last_seat(town: Town) -> None:
    first, second = slots_in_a_row(town.office, 1, 1)
    single = Rival(lambda: seat_hold(slot_id=second.pk, procedure=town.renewal, by=CITIZEN))
    _, later = race(single, lambda: hold_for_two(town, first))
    assert isinstance(later.exception(), SlotFull)
    assert taken() == [0, 1]


def test_families_from_both_ends_of_a_day_do_not_wait_for_each_other_in_a_ring(town: Town) -> None:
    """The slots' ids run against their times; still every family locks them in one order."""
    slots = [make_slot(town.office, a_time(hour=9, minute=30 * place), seats=2) for place in reversed(range(2))]
    slots += [make_slot(town.office, a_time(hour=10, minute=30 * place), seats=2) for place in reversed(range(2))]
    in_order = sorted(slots, key=lambda slot: slot.starts_at)
    wanted = [in_order[0], in_order[1], in_order[2]] * 4

    def hold(slot: Slot) -> str:
        return seat_hold(slot_id=slot.pk, procedure=town.renewal, people=3, by=CITIZEN)[1]

    with ThreadPoolExecutor(6) as threads:
        results = [threads.submit(in_own_connection, partial(hold, slot)) for slot in wanted]
        errors = [result.exception() for result in results]
    assert {type(error) for error in errors} <= {type(None), SlotFull}
    assert sum(error is None for error in errors) == Hold.objects.count() == 2
    for slot in Slot.objects.all():
        assert slot.public_taken == seats_kept(slot, SeatKind.PUBLIC) <= slot.public_seats


def test_a_move_and_a_cancellation_of_one_party_come_one_after_the_other(town: Town) -> None:
    first, _second, third, _fourth = slots_in_a_row(town.office, 2, 2, 2, 2)
    booked = reservation_book(token=hold_for_two(town, first), person=HANAKO, companions=[CHILD], by=CITIZEN)
    wish = hold_for_two(town, third)
    moving = Rival(lambda: reservation_move(reservation=booked, token=wish, by=CITIZEN))
    _, later = race(moving, lambda: party_cancel(reservation=booked, reason=CancelReason.SCHEDULE, by=CITIZEN))
    assert later.exception() is None
    assert set(Reservation.objects.values_list("state", flat=True)) == {"cancelled"}
    assert taken() == [0, 0, 0, 0]


def test_families_with_the_same_two_people_book_once(town: Town) -> None:
    """Each types the two in another order, with another telephone: neither waits for the other in a ring."""
    first, second = slots_in_a_row(town.office, 2, 2)
    tokens = [hold_for_two(town, first), hold_for_two(town, second)]
    one = Rival(lambda: reservation_book(token=tokens[0], person=HANAKO, companions=[TARO], by=CITIZEN))
    _, later = race(one, lambda: reservation_book(token=tokens[1], person=TARO, companions=[HANAKO], by=CITIZEN))
    assert type(later.exception()).__name__ == "AlreadyBooked"
    assert Reservation.objects.count() == 2
