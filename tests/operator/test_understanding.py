"""The one search field: what it takes the typed text for."""

from datetime import date

import pytest

from audit.errors import Refused
from reservations.numbers import check_digit
from reservations.operator.search import Kind, NotUnderstood, NumberMistyped, Question, TooShort, understand

NUMBER = "12345678" + check_digit("12345678")
BORN = date(1980, 2, 29)


@pytest.mark.parametrize(
    ("typed", "kind", "held"),
    [
        (NUMBER, Kind.NUMBER, NUMBER),
        (f"{NUMBER[:3]}-{NUMBER[3:6]}-{NUMBER[6:]}", Kind.NUMBER, NUMBER),
        ("０００ー１２３４ー５６７８", Kind.PHONE, "00012345678"),
        ("(000) 111-2222", Kind.PHONE, "0001112222"),
        ("みほん はなこ", Kind.READING, "みほんはなこ"),
        ("ﾐﾎﾝ", Kind.READING, "ミホン"),
        ("見本　花子", Kind.NAME, "見本花子"),
        ("Mihon Hanako", Kind.NAME, "MihonHanako"),
    ],
)
def test_the_kind_is_understood(typed: str, kind: Kind, held: str) -> None:
    assert understand(typed) == Question(kind, held)


@pytest.mark.parametrize(
    "typed",
    [
        "1980-02-29",
        "1980/2/29",
        "１９８０．２．２９",
        "1980年2月29日",
        "昭和55年2月29日",
        "S55.2.29",
        "s55-2-29",
        "19800229",
    ],
)
def test_a_birth_date_is_understood_however_it_is_written(typed: str) -> None:
    assert understand(typed) == Question(Kind.BIRTH_DATE, birth_date=BORN)


def test_a_birth_date_beside_a_name_narrows_it() -> None:
    assert understand("みほん S55.2.29") == Question(Kind.READING, "みほん", BORN)
    assert understand("19800229 李") == Question(Kind.NAME, "李", BORN)


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        (NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10), NumberMistyped),
        ("1980-02-30", NotUnderstood),
        ("0120", NotUnderstood),
        ("予約3番", NotUnderstood),
        ("ミ", TooShort),
        ("李", TooShort),
    ],
)
def test_what_cannot_be_answered_says_so(typed: str, refused: type[Refused]) -> None:
    with pytest.raises(refused):
        understand(typed)
