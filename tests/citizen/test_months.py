"""The month as the page shows it."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from postoffices.models import Holiday
from reservations.citizen.months import Cell, MonthPage, month_page
from reservations.models import Slot
from tests.citizen.road import text
from tests.reservations.town import Town, make_slot

pytestmark = pytest.mark.django_db

JAPAN = ZoneInfo("Asia/Tokyo")


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    """A Saturday. Bookings close the day before at 17:00 and reach 60 days ahead, to 20 January."""
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=JAPAN), tick=False):
        yield


def at(town: Town, month: int, day: int, seats: int = 10, taken: int = 0) -> Slot:
    slot = make_slot(town.office, datetime(2026, month, day, 9, tzinfo=JAPAN), seats=seats)
    Slot.objects.filter(pk=slot.pk).update(public_taken=taken)
    return slot


def shown(town: Town, wanted: str = "", first_free: date | None = None) -> MonthPage:
    return month_page(town.office, town.renewal, wanted, first_free)


def cell(page: MonthPage, day: int) -> Cell:
    return next(cell for week in page.weeks for cell in week if cell.day and cell.day.day == day)


def test_open_few_full_and_closed_days_are_told_apart_by_mark_and_word(town: Town) -> None:
    at(town, 12, 1)
    at(town, 12, 2, taken=9)
    at(town, 12, 3, taken=10)
    page = shown(town, "2026-12")
    said = {day: (cell(page, day).mark, cell(page, day).word, cell(page, day).bookable) for day in (1, 2, 3, 4)}
    assert said == {
        1: ("○", "日、空きがあります", True),
        2: ("△", "日、残りわずかです", True),
        3: ("×", "日、満席です", False),
        4: ("休み", "日、受け付けていません", False),
    }


def test_weeks_begin_on_sunday_and_leave_other_months_out(town: Town) -> None:
    page = shown(town, "2026-12")
    assert [week[0].day for week in page.weeks] == [None, *(date(2026, 12, day) for day in (6, 13, 20, 27))]
    assert all(len(week) == 7 for week in page.weeks)
    assert page.weeks[0][2].day == date(2026, 12, 1)
    assert page.weeks[-1][4].day == date(2026, 12, 31)
    assert page.weeks[-1][5].css == "outside"


def test_sundays_saturdays_and_holidays_have_their_colours(town: Town) -> None:
    Holiday.objects.create(day=date(2026, 12, 2), name="見本の日")
    page = shown(town, "2026-12")
    assert "holiday" in cell(page, 2).css
    assert "holiday" in cell(page, 6).css
    assert "saturday" in cell(page, 5).css


def test_months_reach_from_the_first_bookable_day_to_the_horizon(town: Town) -> None:
    november, january = shown(town), shown(town, "2027-01")
    assert (november.first, november.previous, november.following) == (date(2026, 11, 1), None, date(2026, 12, 1))
    assert (january.first, january.previous, january.following) == (date(2027, 1, 1), date(2026, 12, 1), None)
    assert cell(january, 21).css == "past"


@pytest.mark.parametrize("wanted", ["", "x", "2026-13", "2026-00", "1999-01", "2026-11-21", "２０２６-１２", "-"])
def test_month_that_is_none_or_gone_shows_the_first(town: Town, wanted: str) -> None:
    assert shown(town, wanted).first == date(2026, 11, 1)


def test_month_beyond_the_horizon_shows_the_last(town: Town) -> None:
    assert shown(town, "2099-01").first == date(2027, 1, 1)


def test_without_a_wish_the_month_of_the_first_free_day_is_shown(town: Town) -> None:
    assert shown(town, "", date(2026, 12, 24)).first == date(2026, 12, 1)


def test_today_after_the_deadline_cannot_be_chosen(town: Town) -> None:
    at(town, 11, 21)
    assert not cell(shown(town), 21).bookable


def test_days_lead_to_their_times(town: Town, client: Client) -> None:
    at(town, 12, 1)
    page = text(client.get("/book/renewal/mihon/?month=2026-12"))
    assert 'href="/book/renewal/mihon/2026-12-01/"' in page
    assert 'href="/book/renewal/mihon/2026-12-02/"' not in page
    assert "2026年12月" in page
