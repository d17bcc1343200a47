"""A family books on the citizen's road, without scripts: together where seats suffice, otherwise one after another."""

from typing import Any

import pytest

from reservations.availability import month, next_free, soonest, times
from reservations.models import FurtherSeat, Hold, Reservation, Slot
from tests.citizen.road import TYPED, Road, fields, text
from tests.reservations.town import a_time, slots_in_a_row

FAMILY = {
    "name_2": "見本 一郎",
    "reading_2": "みほん いちろう",
    "birth_date_2_year": "1980",
    "birth_date_2_month": "5",
    "birth_date_2_day": "6",
    "address_2": "",
    "name_3": "見本 梅",
    "reading_3": "",
    "birth_date_3_year": "昭和30",
    "birth_date_3_month": "12",
    "birth_date_3_day": "31",
    "address_3": "見本市別区9-9",
}


def hold(road: Road, slot: Slot, people: int) -> str:
    response: Any = road.client.post(f"{road.month_url()}?people={people}", {"slot": slot.pk, "people": people})
    assert response.status_code == 302, text(response)
    return str(response.url)


def book(road: Road, slot: Slot, people: int = 3, **typed: str) -> Any:
    form_url = hold(road, slot, people)
    confirmation = road.step(form_url, "confirm", TYPED | FAMILY | typed)
    assert confirmation.status_code == 200, text(confirmation)
    return road.step(form_url, "book", fields(confirmation))


@pytest.fixture
def row(road: Road) -> list[Slot]:
    """Two seats at 10:00, one at 10:30, none at 11:00, three at 11:30."""
    return slots_in_a_row(road.town.office, 2, 1, 0, 3, first=a_time(hour=10))


def test_three_people_get_a_booking_each_and_one_mail(
    road: Road, row: list[Slot], django_capture_on_commit_callbacks: Any
) -> None:
    page = road.client.get(book(road, row[3]).url)
    bookings = list(Reservation.objects.order_by("place"))
    assert [booking.name for booking in bookings] == ["見本 花子", "見本 一郎", "見本 梅"]
    assert {booking.slot_id for booking in bookings} == {row[3].pk}
    assert [booking.speaks for booking in bookings] == [True, False, False]
    assert [booking.address for booking in bookings] == ["見本市架空区1-2-3", "見本市架空区1-2-3", "見本市別区9-9"]
    assert {booking.phone for booking in bookings} == {"00012345678"}
    assert len({booking.party for booking in bookings}) == 1
    assert len({booking.number for booking in bookings}) == 3
    assert "3人とも 11:30から" in " ".join(text(page).split())
    assert text(page).count('class="arrival-code"') == 3
    assert not Hold.objects.exists()
    assert not FurtherSeat.objects.exists()


def test_where_seats_do_not_suffice_they_follow_one_another(road: Road, row: list[Slot]) -> None:
    page = road.client.get(hold(road, row[0], 3))
    shown = " ".join(text(page).split())
    assert "10:00から順番に" in shown
    assert "10:00から 1人目・2人目" in shown
    assert "10:30から 3人目" in shown
    assert [seat.slot_id for seat in FurtherSeat.objects.order_by("place")] == [row[0].pk, row[1].pk]


def test_only_times_that_fit_everybody_are_offered(road: Road, row: list[Slot]) -> None:
    office, renewal = road.town.office, road.town.renewal
    day = a_time().date()
    assert [len(soonest(office, renewal, people=people)) for people in (1, 2, 3, 4)] == [4, 2, 2, 0]
    assert [time.vacancy.bookable for time in times(office, renewal, day, 3)] == [False, True, False, True]
    assert [time.in_turn for time in times(office, renewal, day, 3)] == [False, True, False, False]
    held = {one.day: one for one in month(office, renewal, day.year, day.month, 3)}[day]
    assert (held.free, held.vacancy.bookable, held.first_free) == (2, True, row[0].starts_at)
    assert next_free([office], renewal, 3) == {office.pk: row[0].starts_at}
    assert next_free([office], renewal, 4) == {office.pk: None}
