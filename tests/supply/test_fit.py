"""Who stays on a slot whose seats change: pure rules, without a database."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reservations.supply.fit import Occupants, Sitter, fit

NINE = datetime(2026, 11, 24, tzinfo=UTC)
PUBLIC, INTERNAL = "public", "internal"


def booked(*kinds: str) -> list[Sitter]:
    """Bookings in the order given, a minute apart."""
    return [Sitter(number, kind, NINE + timedelta(minutes=number)) for number, kind in enumerate(kinds, 1)]


def seats(public: int, internal: int = 0) -> dict[str, int]:
    return {PUBLIC: public, INTERNAL: internal}


def test_the_latest_booked_goes_first() -> None:
    done = fit(seats(2), Occupants(bookings=booked(PUBLIC, PUBLIC, PUBLIC)))
    assert (done.kept, done.orphaned) == ((1, 2), (3,))


def test_two_of_the_same_moment_go_by_their_keys() -> None:
    same = [Sitter(7, PUBLIC, NINE), Sitter(5, PUBLIC, NINE)]
    assert fit(seats(1), Occupants(bookings=same)).orphaned == (7,)


def test_a_free_seat_of_the_other_kind_is_the_same_time() -> None:
    done = fit(seats(1, 1), Occupants(bookings=booked(PUBLIC, PUBLIC, PUBLIC)))
    assert (done.kept, done.refitted, done.orphaned) == ((1,), {2: INTERNAL}, (3,))
    assert done.taken == seats(1, 1)


def test_a_seat_of_the_own_kind_comes_before_anothers_surplus() -> None:
    done = fit(seats(0, 1), Occupants(bookings=booked(PUBLIC, INTERNAL)))
    assert (done.kept, done.refitted, done.orphaned) == ((2,), {}, (1,))


def test_holds_yield_to_bookings() -> None:
    held = Occupants(bookings=booked(PUBLIC, PUBLIC), holds=[Sitter(9, INTERNAL, NINE)])
    done = fit(seats(1, 1), held)
    assert (done.refitted, done.orphaned, done.released) == ({2: INTERNAL}, (), (9,))


def test_a_hold_stays_where_there_is_room() -> None:
    done = fit(seats(2), Occupants(bookings=booked(PUBLIC), holds=[Sitter(9, PUBLIC, NINE)]))
    assert (done.released, done.taken) == ((), seats(2))


def test_who_has_come_already_keeps_the_seat_of_a_closed_slot() -> None:
    done = fit(seats(0), Occupants(fixed=Counter({PUBLIC: 1}), bookings=booked(PUBLIC)))
    assert (done.seats, done.taken, done.orphaned) == (seats(1), seats(1), (1,))


@given(
    st.lists(st.sampled_from([PUBLIC, INTERNAL])),
    st.lists(st.sampled_from([PUBLIC, INTERNAL])),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 2),
)
def test_nobody_is_lost_and_nobody_goes_while_a_seat_is_free(
    kinds: list[str], held: list[str], public: int, internal: int, fixed: int
) -> None:
    occupants = Occupants(Counter({PUBLIC: fixed}), booked(*kinds), booked(*held))
    done = fit(seats(public, internal), occupants)
    assert sorted([*done.kept, *done.refitted, *done.orphaned]) == list(range(1, len(kinds) + 1))
    assert all(done.taken[kind] <= done.seats[kind] for kind in done.seats)
    people = fixed + len(kinds) + len(held) - len(done.orphaned) - len(done.released)
    assert sum(done.taken.values()) == people
    if done.orphaned:
        assert sum(done.taken.values()) == sum(done.seats.values())
        assert len(done.released) == len(held)
