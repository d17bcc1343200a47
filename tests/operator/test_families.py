"""A family on the telephone: one search, one hold, a number for each, moved together, cancelled one or all."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reservations.models import BookingChannel, Reservation, SeatKind, Slot
from reservations.operator.freetimes import Wanted, free_times
from tests.operator.call import CALLER, Desk, held_in, text
from tests.reservations.town import Town, a_time, make_slot, slots_in_a_row

FAMILY = {
    "people": "2",
    "name_2": "架空 花子",
    "reading_2": "かくう はなこ",
    "birth_date_2_year": "1960",
    "birth_date_2_month": "1",
    "birth_date_2_day": "2",
    "address_2": "",
}


@pytest.fixture
def row(town: Town) -> list[Slot]:
    """Internal seats suffice for one after another at 9:00 only; public ones for two at 10:00."""
    return slots_in_a_row(town.office, 0, 0, 2, internal=1)


def book_family(desk: Desk, slot: Slot) -> list[Reservation]:
    token = desk.take(slot, people="2")
    response = desk.press("book", held=token, held_slot=slot.pk, **(CALLER | FAMILY))
    assert response.status_code == 302, text(response)
    return list(Reservation.objects.order_by("place"))


def test_a_family_is_booked_in_one_call(desk: Desk, row: list[Slot]) -> None:
    bookings = book_family(desk, row[0])
    assert [(booking.name, booking.slot_id) for booking in bookings] == [
        ("架空 太郎", row[0].pk),
        ("架空 花子", row[1].pk),
    ]
    assert {(booking.channel, booking.seat_kind) for booking in bookings} == {(BookingChannel.PHONE, SeatKind.INTERNAL)}
    page = text(desk.open("booking", bookings[0].number, done="booked"))
    assert "2人分のご予約です" in page
    for booking in bookings:
        assert f"{booking.number[:3]}-{booking.number[3:6]}-{booking.number[6:]}" in page


def test_only_times_for_all_are_found(town: Town, operator: User, row: list[Slot]) -> None:
    make_slot(town.elsewhere, a_time(hour=8), seats=1)
    found = free_times(operator, Wanted(town.renewal, people=2))
    assert [(time.slot.pk, time.internal, time.public, time.in_turn) for time in found.times] == [
        (row[0].pk, 1, 0, True),
        (row[1].pk, 1, 0, True),
        (row[2].pk, 0, 2, False),
    ]
    assert [time.ends_at for time in found.times] == [row[1].ends_at, row[2].ends_at, row[2].ends_at]
    assert free_times(operator, Wanted(town.renewal, people=4)).times == []


def test_the_search_for_a_family_takes_few_queries(
    town: Town, operator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(7, 30):
        slots_in_a_row(town.office, 2, 2, first=a_time(days=day))
    free_times(operator, Wanted(town.renewal))  # reads the city, so that it is cached
    with django_assert_max_num_queries(4):
        first = free_times(operator, Wanted(town.renewal, people=2))
    assert (len(first.times), first.more) == (20, True)
    second = free_times(operator, Wanted(town.renewal, people=2), page=2)
    assert first.times[-1].slot.starts_at < second.times[0].slot.starts_at


def test_a_missing_name_keeps_what_was_typed_of_everybody(desk: Desk, row: list[Slot]) -> None:
    token = desk.take(row[0], people="2")
    page = desk.press("book", held=token, held_slot=row[0].pk, **(CALLER | FAMILY | {"name_2": ""}))
    assert page.status_code == 422
    assert "2人目の氏名を入力してください。" in text(page)
    assert 'value="かくう はなこ"' in text(page)
    assert held_in(page) == token


def test_the_family_moves_together_at_the_desk(desk: Desk, row: list[Slot]) -> None:
    bookings = book_family(desk, row[0])
    token = held_in(desk.press("take", slot=row[2].pk, booking=bookings[1].number))
    moved = desk.press("move", held=token, held_slot=row[2].pk, booking=bookings[1].number)
    assert moved.status_code == 302, text(moved)
    assert set(Reservation.objects.values_list("slot", flat=True)) == {row[2].pk}


@pytest.mark.parametrize(("who", "states"), [("one", ["confirmed", "cancelled"]), ("all", ["cancelled", "cancelled"])])
def test_one_or_all_cancel(desk: Desk, row: list[Slot], who: str, states: list[str]) -> None:
    bookings = book_family(desk, row[0])
    asked = desk.press("cancel", bookings[1].number, reason="schedule")
    assert asked.status_code == 422
    assert desk.press("cancel", bookings[1].number, reason="schedule", who=who).status_code == 302
    assert list(Reservation.objects.order_by("place").values_list("state", flat=True)) == states
