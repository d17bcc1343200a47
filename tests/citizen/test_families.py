"""A family books on the citizen's road, without scripts: together where seats suffice, otherwise one after another."""

from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from postoffices.city import forget_city
from postoffices.models import City
from postoffices.neutral import NEUTRAL_RULES
from reservations.availability import month, next_free, soonest, times
from reservations.fairness.records import Bucket, Step
from reservations.models import FurtherSeat, Hold, Reservation, Slot
from tests.citizen.road import TYPED, Road, fields, text
from tests.reservations.town import a_time, slots_in_a_row
from writing.numbers import number_text

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


def link_of(response: Any) -> str:
    return str(response.url).split("?")[0]


def test_one_calendar_entry_from_the_first_beginning_to_the_last_end(road: Road, row: list[Slot]) -> None:
    link = link_of(book(road, row[0]))
    event = Calendar.from_ical(text(road.client.get(f"{link}yoyaku.ics"))).walk("VEVENT")[0]
    assert event.decoded("dtstart") == row[0].starts_at
    assert event.decoded("dtend") == row[1].ends_at
    description = str(event["description"])
    assert all(number_text(booking.number) in description for booking in Reservation.objects.all())
    assert "見本 花子" not in description


def test_a_companions_number_opens_the_booking_and_shows_no_names(road: Road, row: list[Slot]) -> None:
    book(road, row[0])
    companion = Reservation.objects.get(place=2)
    typed = {"birth_date_year": "1955", "birth_date_month": "12", "birth_date_day": "31"}
    stranger = Client()
    found = stranger.post("/r/find/", {"number": companion.number, **typed})
    page = text(stranger.get(found["Location"]))
    assert number_text(companion.number) in page
    assert "見本 花子" not in page
    assert "見本 一郎" not in page


def test_one_is_taken_out_and_the_others_stay(road: Road, row: list[Slot]) -> None:
    link = link_of(book(road, row[0]))
    nobody = road.client.post(f"{link}cancel/", {"reason": "schedule"})
    assert nobody.status_code == 422
    assert "取り消す方を選んでください。" in text(nobody)
    road.client.post(f"{link}cancel/", {"reason": "schedule", "people": ["0"]})
    states = dict(Reservation.objects.values_list("place", "state"))
    assert states == {0: "cancelled", 1: "confirmed", 2: "confirmed"}
    page = text(road.client.get(link))
    assert "取り消し済み" in page
    assert "日時を変更する" in page
    assert page.count('class="arrival-code"') == 2


def test_a_change_looks_for_a_time_for_those_who_still_come(road: Road, row: list[Slot]) -> None:
    link = link_of(book(road, row[3]))
    road.client.post(f"{link}cancel/", {"reason": "schedule", "people": ["2"]})
    held = road.client.post(f"{link}change/", {"slot": row[0].pk})
    assert "2人とも 10:00から" in " ".join(text(road.client.get(held.url)).split())
    road.client.post(held.url)
    assert set(Reservation.objects.exclude(state="cancelled").values_list("slot", flat=True)) == {row[0].pk}


def test_another_time_keeps_the_number_of_people_and_what_was_typed(road: Road, row: list[Slot]) -> None:
    form_url = hold(road, row[3], 3)
    page = road.step(form_url, "again", TYPED | FAMILY | {"slot": str(row[0].pk)})
    assert page.status_code == 200
    assert fields(page)["name_3"] == "見本 梅"
    assert Hold.objects.get().people == 3


def test_the_same_person_twice_is_said_at_the_field(road: Road, row: list[Slot]) -> None:
    twice = {"name_2": TYPED["name"], "birth_date_2_year": "1985", "birth_date_2_month": "4", "birth_date_2_day": "2"}
    page = road.step(hold(road, row[3], 3), "confirm", TYPED | FAMILY | twice)
    assert page.status_code == 422
    assert "同じ方が2回入力されています。" in text(page)


def test_the_refusal_names_who_has_a_booking_already(road: Road, row: list[Slot]) -> None:
    book(road, row[0])
    form_url = hold(road, row[3], 3)
    other = {"name": "見本 桜", "name_2": "見本 桃", "phone": "000-9999-8888", "email": ""}
    confirmation = road.step(form_url, "confirm", TYPED | FAMILY | other)
    refused = road.step(form_url, "book", fields(confirmation))
    assert refused.status_code == 409
    assert "3人目：" in text(refused)
    assert Reservation.objects.count() == 3


def test_a_hold_for_three_costs_the_network_three(road: Road, row: list[Slot]) -> None:
    hold(road, row[3], 3)
    assert Bucket.objects.get(step=Step.HOLD).allowed == 3


def test_where_everybody_books_alone_nobody_is_asked(road: Road, row: list[Slot]) -> None:
    rules = NEUTRAL_RULES.model_copy(update={"group_limit": 1})
    City.objects.create(id=1, slug="mihon", name="見本市", settings=rules.model_dump(mode="json"))
    forget_city()
    page = road.client.get(f"{road.month_url()}?people=3")
    assert "いっしょに手続きする人数" not in text(page)
    hold(road, row[3], 3)
    assert Hold.objects.get().people == 1
