"""Mistakes in a booking are put right; the booking stays its person's, and the city looks again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from applications.actions import check_defect, checks_confirm
from applications.actions.correcting import booking_correct
from applications.models import CheckState, DefectReason, ExistenceCheck
from audit.models import AuditEvent
from notifications.models import Message, MessageState
from reservations.actions import Person, reservation_book, reservation_cancel, seat_hold
from reservations.errors import PersonExchanged, StateNotAllowed
from reservations.fairness.errors import AlreadyBooked
from reservations.fairness.keys import person_key
from reservations.models import CancelReason, Reservation
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, a_time, make_slot


def correct(booking: Reservation, **typed: Any) -> frozenset[str]:
    held = Reservation.objects.get(pk=booking.pk)
    names = ("name", "reading", "birth_date", "address", "phone", "email")
    person = Person(**{name: typed.get(name, getattr(held, name)) for name in names})
    return booking_correct(reservation=held, person=person, by=SYSTEM)


def by_citizen(desk: Desk, person: Person, *, hour: int) -> Reservation:
    slot = make_slot(desk.town.office, a_time(days=7, hour=hour))
    _, token = seat_hold(slot_id=slot.pk, procedure=desk.town.renewal, by=CITIZEN)
    return reservation_book(token=token, person=person, by=CITIZEN)


def test_a_name_spelled_right_is_that_persons_from_then_on(desk: Desk) -> None:
    booking = desk.booking(days=1)
    assert correct(booking, name="見本 華子") == {"name"}
    booking.refresh_from_db()
    assert (booking.name, booking.person_key) == ("見本 華子", person_key("見本 華子", HANAKO.birth_date))


@pytest.mark.parametrize("at_once", [True, False])
def test_name_and_birth_date_are_never_both_corrected(desk: Desk, at_once: bool) -> None:
    booking, born = desk.booking(days=1), date(1981, 2, 28)
    if not at_once:
        correct(booking, birth_date=born)
    with pytest.raises(PersonExchanged):
        correct(booking, name="転売 太郎", birth_date=born)
    booking.refresh_from_db()
    assert booking.name == HANAKO.name


def test_the_log_names_the_fields_and_not_what_stood_there(desk: Desk) -> None:
    booking = desk.booking(days=1)
    correct(booking, reading="ミホン カコ", phone="00099998888")
    event = AuditEvent.objects.get(action="reservations.corrected")
    assert event.detail == {"fields": ["phone", "reading"]}


def test_what_is_sent_as_it_stands_changes_nothing(desk: Desk) -> None:
    booking = desk.booking(days=1)
    assert correct(booking) == frozenset()
    assert not AuditEvent.objects.filter(action="reservations.corrected").exists()


def test_the_city_checks_again_what_it_had_confirmed(desk: Desk) -> None:
    booking = desk.booking(days=1)
    checks_confirm(reservations=[booking], by=desk.city)
    correct(booking, phone="00099998888")
    assert ExistenceCheck.objects.get().state == CheckState.CONFIRMED
    correct(booking, address="見本市架空区9-9")
    assert ExistenceCheck.objects.get().state == CheckState.WAITING
    assert checks_confirm(reservations=[booking], by=desk.city) == 1


def test_a_defect_that_was_corrected_goes_back_to_the_city(desk: Desk) -> None:
    booking = desk.booking(days=1)
    check_defect(reservation=booking, reason=DefectReason.NAME_DIFFERS, by=desk.city)
    correct(booking, name="見本 華子")
    assert ExistenceCheck.objects.get().state == CheckState.RESOLVED


def test_a_new_mail_address_gets_what_was_waiting_and_the_bookings_facts(desk: Desk) -> None:
    booking = desk.booking(days=7)
    waiting = Message.objects.about(booking).filter(state=MessageState.QUEUED)
    planned = waiting.count()
    correct(booking, email="hanako.right@example.jp")
    assert {message.recipient for message in waiting} == {"hanako.right@example.jp"}
    assert waiting.count() == planned + 1
    assert waiting.filter(purpose="details").count() == 1


def test_an_address_taken_away_is_sent_nothing_more(desk: Desk) -> None:
    booking = desk.booking(days=7)
    correct(booking, email="")
    assert not Message.objects.about(booking).filter(state=MessageState.QUEUED).exists()


def test_who_has_a_booking_under_the_right_name_keeps_that_one(desk: Desk) -> None:
    by_citizen(desk, HANAKO, hour=10)
    mistyped = by_citizen(desk, replace(HANAKO, name="見本 華子"), hour=11)
    with pytest.raises(AlreadyBooked):
        correct(mistyped, name=HANAKO.name)
    mistyped.refresh_from_db()
    assert mistyped.name == "見本 華子"


def test_a_cancelled_booking_is_not_corrected(desk: Desk) -> None:
    booking = desk.booking(days=1)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=SYSTEM)
    with pytest.raises(StateNotAllowed):
        correct(booking, name="見本 華子")


def typed_of(booking: Reservation, **more: str) -> dict[str, str]:
    born = booking.birth_date
    stored = {name: getattr(booking, name) for name in ("name", "reading", "address", "phone", "email")}
    parts = {"birth_date_year": str(born.year), "birth_date_month": str(born.month), "birth_date_day": str(born.day)}
    return stored | parts | more


def test_the_bureau_corrects_on_a_page(bureau: Client, desk: Desk) -> None:
    booking = desk.booking(days=1)
    page = f"/staff/applications/bookings/{booking.number}/correct/"
    assert page in bureau.get(f"/staff/reservations/{booking.number}/").content.decode()
    assert HANAKO.name in bureau.get(page).content.decode()
    done = bureau.post(page, typed_of(booking, name="見本 華子"), follow=True)
    assert "予約の内容を訂正しました" in done.content.decode()
    refused = bureau.post(page, typed_of(booking, name="見本 華子", birth_date_year="1990", birth_date_day="1"))
    assert refused.status_code == 409
    assert "別の方" in refused.content.decode()
    assert bureau.post(page, typed_of(booking, name="")).status_code == 422
