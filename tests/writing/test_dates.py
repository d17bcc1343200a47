"""Dates as papers write them and as people type them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from writing.dates import day_text, fiscal_year, long_day_text, time_text, typed_number, typed_year, wareki, wareki_year


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 21), "令和8年11月21日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_wareki_changes_on_the_eras_first_day(day: date, written: str) -> None:
    assert wareki(day) == written


def test_wareki_before_the_eras_is_refused() -> None:
    with pytest.raises(ValueError, match="no era"):
        wareki(date(1867, 1, 1))


@given(st.dates(date(1912, 7, 30), date(2099, 12, 31)))
def test_a_written_year_can_be_typed_again(day: date) -> None:
    assert typed_year(wareki_year(day)) == day.year


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("2026", 2026),
        ("２０２６年", 2026),
        ("令和8", 2026),
        ("令和８年", 2026),
        ("R8", 2026),
        ("ｒ８", 2026),
        ("R.8", 2026),
        ("令8", 2026),
        ("昭和60", 1985),
        ("S60", 1985),
        ("昭 和 60", 1985),
        ("H元", 1989),
        ("平成元年", 1989),
        ("平成33", 2021),
        ("T5", 1916),
        ("60", None),
        ("令和", None),
        ("令和0", None),
        ("令和100", None),
        ("慶応3", None),
        ("", None),
        ("20266", None),
    ],
)
def test_typed_year(typed: str, year: int | None) -> None:
    assert typed_year(typed) == year


@pytest.mark.parametrize(
    ("typed", "number"), [("11", 11), ("１１月", 11), (" 3 ", 3), ("03", 3), ("", None), ("三", None), ("1.5", None)]
)
def test_typed_month(typed: str, number: int | None) -> None:
    assert typed_number(typed, "月") == number


def test_names_of_the_days() -> None:
    week = [day_text(date(2026, 11, 16 + offset)) for offset in range(7)]
    assert week[0] == "11月16日(月)"
    assert week[5:] == ["11月21日(土)", "11月22日(日)"]
    assert long_day_text(date(2026, 11, 21)) == "2026年11月21日(土)"


def test_times_are_japans() -> None:
    evening_in_utc = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)
    assert time_text(evening_in_utc) == "0:05"
    assert day_text(evening_in_utc) == "11月21日(土)"


def test_fiscal_year_begins_in_april() -> None:
    assert [fiscal_year(date(2027, 3, 31)), fiscal_year(date(2027, 4, 1))] == [2026, 2027]
