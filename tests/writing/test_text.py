"""One spelling for every character, and no My Number anywhere."""

import logging
import random

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from writing.text import (
    check_digit,
    contains_my_number,
    digits,
    is_my_number,
    katakana,
    normalised,
    normalised_lines,
    refuse_my_number,
)

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
eleven_digits = st.text("0123456789", min_size=11, max_size=11)


def my_number(eleven: str) -> str:
    return eleven + str(check_digit(eleven))


def check_digit_as_the_ordinance_says(eleven: str) -> int:
    """The rule word for word: P_n from the right, Q_n = n+1 up to 6, n-5 from 7 on."""
    total = sum(int(eleven[-n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    return 0 if total % 11 <= 1 else 11 - total % 11


def test_check_digit_of_the_published_example() -> None:
    assert check_digit("12345678901") == 8


@given(eleven_digits)
@example("00000000000")
def test_check_digit_follows_the_ordinance(eleven: str) -> None:
    assert check_digit(eleven) == check_digit_as_the_ordinance_says(eleven)


@given(eleven_digits, st.integers(0, 9))
def test_exactly_one_check_digit_is_valid(eleven: str, last: int) -> None:
    assert is_my_number(f"{eleven}{last}") == (last == check_digit(eleven))


@given(eleven_digits, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_unless_its_remainders_meet(eleven: str, place: int, step: int) -> None:
    """Remainders 0 and 1 share the check digit 0; every other change of one digit changes it."""
    changed = eleven[:place] + str((int(eleven[place]) + step) % 10) + eleven[place + 1 :]
    if check_digit(eleven) != 0 or check_digit(changed) != 0:
        assert check_digit(eleven) != check_digit(changed)


def test_about_one_random_number_in_eleven_passes() -> None:
    numbers = random.Random(20261121)
    passed = sum(contains_my_number(f"{numbers.randrange(10**12):012d}") for _number in range(22_000))
    assert 1_850 < passed < 2_350


@given(eleven_digits)
def test_my_number_is_found_in_full_width_groups_and_sentences(eleven: str) -> None:
    number = my_number(eleven)
    groups = [number[:4], number[4:8], number[8:]]
    for written in (
        number,
        number.translate(FULL_WIDTH),
        " ".join(groups),
        "　".join(groups),
        "-".join(groups),
        "－".join(groups).translate(FULL_WIDTH),
        "ー".join(groups),
        "‐".join(groups),
        " ".join(number),
        f"番号は{number}です。",
        f"見本 花子\n{groups[0]}\n{groups[1]}\n{groups[2]}",
        f"090 {number}",
    ):
        assert contains_my_number(written)


@given(eleven_digits, st.sampled_from("0123456789"))
def test_longer_numbers_are_no_my_numbers(eleven: str, more: str) -> None:
    assert not contains_my_number(my_number(eleven) + more)


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "北九州市小倉北区城内1-1",
        "〒803-8501 北九州市小倉北区城内1番1号",
        "093-000-0000",
        "12345678901",
        "123456789017",
        "１２月２１日 10:30",
    ],
)
def test_addresses_and_telephone_numbers_are_left_alone(harmless: str) -> None:
    refuse_my_number(harmless)


def test_refusal_holds_no_number_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ValidationError) as refused:
        refuse_my_number("１２３４－５６７８－９０１８")
    assert "マイナンバー" in refused.value.messages[0]
    assert "1234" not in repr(refused.value)
    assert "１２３４" not in repr(refused.value)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ﾐﾎﾝ ﾊﾅｺ", "ミホン ハナコ"),
        ("ｶﾞｸｼﾞ", "ガクジ"),
        ("　見本　　花子　", "見本 花子"),
        ("１−２", "1−2"),
        ("a\x00b", "ab"),
    ],
)
def test_normalised(typed: str, kept: str) -> None:
    assert normalised(typed) == kept


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_lines_stay_lines() -> None:
    assert normalised_lines(" 一行目　 \r\n２行目\n\n") == "一行目\n2行目"


@pytest.mark.parametrize(
    ("typed", "reading"),
    [("みほん はなこ", "ミホン ハナコ"), ("ﾐﾎﾝ", "ミホン"), ("ゔぁん・だいく", "ヴァン・ダイク"), ("Smith", "Smith")],
)
def test_katakana(typed: str, reading: str) -> None:
    assert katakana(typed) == reading


def test_digits() -> None:
    assert digits("０９３（000）00-00") == "093000" + "0000"
