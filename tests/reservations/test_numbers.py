"""Booking numbers and tokens."""

from hypothesis import given
from hypothesis import strategies as st

from reservations.numbers import is_number, new_number
from reservations.tokens import new_token, token_hash

DIGITS = st.integers(0, 8), st.integers(1, 9)


def test_a_new_number_is_valid() -> None:
    assert all(is_number(new_number()) for _ in range(100))


@given(*DIGITS)
def test_one_wrong_digit_is_noticed(place: int, shift: int) -> None:
    number = new_number()
    wrong = str((int(number[place]) + shift) % 10)
    assert not is_number(number[:place] + wrong + number[place + 1 :])


@given(st.integers(0, 7))
def test_two_neighbours_swapped_are_noticed(place: int) -> None:
    number = new_number()
    first, second = number[place], number[place + 1]
    swapped = number[:place] + second + first + number[place + 2 :]
    assert is_number(swapped) == (first == second or {first, second} == {"0", "9"})


@given(st.text(max_size=12))
def test_any_text_is_answered(text: str) -> None:
    assert is_number(text) in (True, False)


def test_full_width_digits_are_no_number_yet() -> None:
    assert is_number("123456782")
    assert not is_number("１２３４５６７８２")


def test_a_token_carries_128_bits_and_fits_an_address() -> None:
    tokens = {new_token() for _ in range(100)}
    assert {len(token) for token in tokens} == {22}
    assert len(tokens) == 100
    assert len(token_hash("x")) == 64
