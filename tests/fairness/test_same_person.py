"""A booking stays its person's: no page and no move lets another person have it, so seats cannot be sold on."""

import inspect
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import get_resolver

from reservations import actions
from reservations.models import Reservation
from tests.citizen.road import TYPED
from tests.reservations.town import CITIZEN, HANAKO, Town, a_time, make_slot

PERSON = ("name", "reading", "birth_date", "address", "phone", "email", "person_key")
# What citizens reach by the link of a booking, as the addresses stand in urls_citizen.py.
PAGES = {name for name, *_ in get_resolver("reservations.urls_citizen").reverse_dict.items() if isinstance(name, str)}
BY_LINK = ("reservation", "change", "change_places", "change_confirm", "change_extend", "change_stop", "cancel")


def person_of(booking: Reservation) -> dict[str, object]:
    held = Reservation.objects.get(pk=booking.pk)
    return {name: getattr(held, name) for name in PERSON}


@pytest.fixture
def booked(town: Town) -> tuple[Reservation, str]:
    slot = make_slot(town.office)
    _, token = actions.seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    return actions.reservation_book(token=token, person=HANAKO, by=CITIZEN), token


@pytest.mark.parametrize("page", BY_LINK)
def test_another_person_sent_to_a_page_of_the_booking_is_not_taken_over(
    client: Client, town: Town, booked: tuple[Reservation, str], page: str
) -> None:
    booking, token = booked
    before = person_of(booking)
    other = make_slot(town.elsewhere, a_time(9))
    _, hold = actions.seat_hold(slot_id=other.pk, procedure=town.renewal, by=CITIZEN)
    addresses = {
        "reservation": "",
        "change": "change/",
        "change_places": "change/places/",
        "change_confirm": f"change/{hold}/",
        "change_extend": f"change/{hold}/extend/",
        "change_stop": f"change/{hold}/stop/",
        "cancel": "cancel/",
    }
    typed = TYPED | {"name": "転売 太郎", "phone": "000-9999-8888", "slot": str(other.pk), "reason": "other"}
    client.post(f"/r/{token}/{addresses[page]}", typed)
    client.post(f"/r/{token}/{addresses[page]}?name=x", typed)
    assert person_of(booking) == before


def test_every_page_behind_a_bookings_link_is_tried_above() -> None:
    opened = {name for name in PAGES if name in BY_LINK or name in ("find", "calendar")}
    by_link = {name for name in PAGES if name.startswith(("change", "cancel", "reservation", "calendar", "find"))}
    assert by_link == opened


def test_moving_a_booking_takes_no_person() -> None:
    moving = inspect.signature(actions.reservation_move).parameters
    assert set(moving) == {"reservation", "token", "by"}


def test_the_form_of_a_booking_sent_again_with_another_name_changes_nothing(
    town: Town, booked: tuple[Reservation, str]
) -> None:
    booking, token = booked
    before = person_of(booking)
    again = actions.reservation_book(token=token, person=replace(HANAKO, name="転売 太郎"), by=CITIZEN)
    assert again.pk == booking.pk
    assert person_of(booking) == before
