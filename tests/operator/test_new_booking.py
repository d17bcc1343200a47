"""A whole call without scripts: a time, the caller, the number."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from notifications.models import Message
from reservations.actions import holds_release_expired, reservation_book, seat_hold
from reservations.errors import SlotFull
from reservations.models import BookingChannel, Hold, Reservation, SeatKind, Slot
from tests.operator.call import CALLER, Desk, held_in, text
from tests.reservations.town import CITIZEN, SYSTEM, TARO, Book, Town, a_time, make_slot


def taken(slot: Slot) -> tuple[int, int]:
    slot.refresh_from_db()
    return slot.internal_taken, slot.public_taken


@pytest.mark.requirement("fukuoka-18", "fukutsu-02", "yatsushiro-07")
def test_a_call_ends_with_a_booking_and_its_number(desk: Desk, slot: Slot) -> None:
    booked = desk.book(slot)
    assert (booked.name, booked.reading, booked.phone) == ("架空 太郎", "カクウ タロウ", "00011112222")
    assert (booked.channel, booked.seat_kind) == (BookingChannel.PHONE, SeatKind.INTERNAL)
    page = text(desk.open("booking", booked.number, done="booked"))
    grouped = f"{booked.number[:3]}-{booked.number[3:6]}-{booked.number[6:]}"
    assert page.count(grouped) >= 2  # large, and in the script
    assert "マイナンバーカード" in page
    assert AuditEvent.objects.about(booked).get(action="reservations.booked").actor_role == "operator"


def test_internal_seats_go_first_then_public_ones_then_nothing(desk: Desk, slot: Slot) -> None:
    desk.take(slot)
    assert taken(slot) == (1, 0)
    desk.take(slot)
    assert taken(slot) == (1, 1)
    refused = desk.press("take", slot=slot.pk, name="架空 太郎")
    assert refused.status_code == 422
    assert SlotFull.message in text(refused)
    assert 'value="架空 太郎"' in text(refused)


def test_citizens_never_get_an_internal_seat(town: Town, slot: Slot) -> None:
    seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    with pytest.raises(SlotFull):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    assert taken(slot) == (0, 1)


def test_another_time_gives_the_first_one_back_and_keeps_what_was_typed(desk: Desk, town: Town, slot: Slot) -> None:
    other = make_slot(town.elsewhere, internal=1)
    token = desk.take(slot)
    page = desk.press("take", slot=other.pk, held=token, **CALLER)
    assert held_in(page) not in ("", token)
    assert (taken(slot), taken(other)) == ((0, 0), (1, 0))
    assert 'value="架空 太郎"' in text(page)
    assert 'value="昭和30"' in text(page)


def test_what_is_missing_is_named_and_the_seat_stays(desk: Desk, slot: Slot) -> None:
    token = desk.take(slot)
    response = desk.press("book", held=token, held_slot=slot.pk, **(CALLER | {"address": ""}))
    assert response.status_code == 422
    assert "住所を入力してください" in text(response)
    assert held_in(response) == token


def test_a_caller_without_a_time_is_asked_for_one(desk: Desk) -> None:
    response = desk.press("book", **CALLER)
    assert response.status_code == 422
    assert "日時がまだ選ばれていません" in text(response)


def test_pressing_twice_books_once(desk: Desk, slot: Slot) -> None:
    token = desk.take(slot)
    first = desk.press("book", held=token, held_slot=slot.pk, **CALLER)
    second = desk.press("book", held=token, held_slot=slot.pk, **CALLER)
    assert first["Location"] == second["Location"]
    assert Reservation.objects.count() == 1


def test_a_hold_that_ran_out_is_taken_again_when_the_time_is_still_free(desk: Desk, slot: Slot) -> None:
    token = desk.take(slot)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        holds_release_expired(by=SYSTEM)
    assert desk.press("book", held=token, held_slot=slot.pk, **CALLER).status_code == 302
    assert taken(slot) == (1, 0)


def test_a_hold_that_ran_out_on_a_full_time_is_refused_with_everything_kept(desk: Desk, town: Town, book: Book) -> None:
    slot = make_slot(town.office)
    token = desk.take(slot)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        holds_release_expired(by=SYSTEM)
    book(slot)
    response = desk.press("book", held=token, held_slot=slot.pk, **CALLER)
    assert response.status_code == 422
    assert SlotFull.message in text(response)
    assert 'value="見本市架空区4-5-6"' in text(response)
    assert held_in(response) == ""


def test_holds_are_extended_and_given_back(desk: Desk, slot: Slot) -> None:
    token = desk.take(slot)
    assert "延ばしました" in text(desk.press("extend", held=token))
    assert "架空 太郎" in text(desk.press("release", held=token, **CALLER))
    assert (taken(slot), Hold.objects.count()) == ((0, 0), 0)


def test_the_next_call_begins_with_an_empty_desk(desk: Desk, slot: Slot) -> None:
    token = desk.take(slot)
    response = desk.press("leave", held=token, **CALLER)
    assert response["Location"] == reverse("operator:desk")
    assert taken(slot) == (0, 0)


def test_the_kept_time_survives_a_reload(desk: Desk, slot: Slot) -> None:
    response = desk.press("take", slot=slot.pk)
    token = held_in(response)
    assert response["HX-Replace-Url"] == reverse("operator:hold", args=[token])
    assert held_in(desk.open("hold", token)) == token
    assert desk.open("hold", "gone").status_code == 422


def test_a_time_past_the_citizens_deadline_is_booked_and_the_page_says_so(desk: Desk, town: Town) -> None:
    soon = make_slot(town.office, timezone.now() + timedelta(minutes=30))
    page = desk.press("take", slot=soon.pk)
    assert "インターネットでは予約できない日時です" in text(page)
    assert desk.press("book", held=held_in(page), held_slot=soon.pk, **CALLER).status_code == 302


def test_a_time_that_has_begun_is_refused(desk: Desk, town: Town) -> None:
    begun = make_slot(town.office, timezone.now() - timedelta(minutes=5))
    assert desk.press("take", slot=begun.pk).status_code == 422


def test_with_a_mail_address_the_link_is_sent_without_one_nothing_is(desk: Desk, town: Town) -> None:
    desk.book(make_slot(town.office))
    assert not Message.objects.exists()
    booked = desk.book(make_slot(town.office, a_time(days=8)), name="見本 次郎", email="jiro@example.jp")
    assert Message.objects.about(booked).filter(purpose="booked").exists()


def test_a_new_booking_may_begin_with_the_person_of_an_earlier_one(desk: Desk, town: Town, slot: Slot) -> None:
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    earlier = reservation_book(token=token, person=TARO, by=CITIZEN)
    page = text(desk.open(again=earlier.number))
    assert 'value="架空 太郎"' in page
    assert 'value="1955"' in page


def test_a_second_booking_of_the_same_person_asks_why_and_then_stands(desk: Desk, town: Town, slot: Slot) -> None:
    desk.book(slot)
    page = desk.press("take", slot=make_slot(town.office, a_time(days=8)).pk)
    again = {"held": held_in(page), **CALLER}
    refused = desk.press("book", **again)
    assert refused.status_code == 422
    assert "それでも予約を取る理由" in text(refused)
    assert desk.press("book", **again, beside="twice").status_code == 302
