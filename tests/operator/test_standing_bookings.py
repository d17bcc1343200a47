"""Bookings that stand: found, seen, moved, cancelled, told once more."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.models import AuditEvent
from notifications.models import Message
from reservations.models import CancelReason, Reservation, ReservationState, SeatKind, Slot
from tests.operator.call import CALLER, Desk, held_in, text
from tests.reservations.town import HANAKO, TARO, Book, Town, a_time, make_slot


@pytest.fixture
def booked(book: Book, slot: Slot) -> Reservation:
    return book(slot)[0]


@pytest.fixture
def later(town: Town) -> Slot:
    return make_slot(town.elsewhere, a_time(days=9), internal=1)


@pytest.mark.parametrize(
    "typed", ["みほんはな", "ﾐﾎﾝ ﾊﾅｺ", "見本", "見本花子", "000-1234-5678", "S55.2.29", "ミホン 1980/2/29"]
)
def test_a_booking_is_found_by_what_the_caller_names(desk: Desk, booked: Reservation, typed: str) -> None:
    response = desk.press("find", q=typed)
    assert response.status_code == 200
    assert booked.number[:3] in text(response)
    assert "見本 花子" in text(response)


@pytest.mark.parametrize("typed", ["かくう", "花子", "000-9999-9999", "S30.1.1", "ミホン 1981/2/28"])
def test_others_are_not_found(desk: Desk, booked: Reservation, typed: str) -> None:
    assert "見つかりませんでした" in text(desk.press("find", q=typed))


def test_a_number_leads_straight_to_the_booking(desk: Desk, booked: Reservation) -> None:
    page = text(desk.press("find", q=booked.number))
    assert "見本 花子 様の予約" in page
    assert "見本市架空区1-2-3" not in page  # the address is not needed to help


def test_searches_are_written_down_by_kind_never_by_text(desk: Desk, booked: Reservation) -> None:
    desk.press("find", q="みほん はなこ")
    event = AuditEvent.objects.get(action="reservations.searched")
    assert event.detail == {"kind": "reading", "found": 1}


def test_a_search_keeps_what_was_typed_for_the_new_booking(desk: Desk, slot: Slot) -> None:
    token = desk.take(slot)
    found = desk.press("find", q="みほん", held=token, held_slot=slot.pk, **CALLER)
    assert held_in(found) == token
    assert '<input type="hidden" name="name" value="架空 太郎"' in text(found)
    assert '<input type="hidden" name="birth_date_year" value="昭和30"' in text(found)


def test_a_my_number_is_refused_as_a_search(desk: Desk) -> None:
    response = desk.press("find", q="123456789018")
    assert response.status_code == 422
    assert "マイナンバー" in text(response)
    assert not AuditEvent.objects.filter(action="reservations.searched").exists()


def test_answers_come_newest_first_in_pages_of_a_fixed_number_of_queries(
    desk: Desk, town: Town, book: Book, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    slot = make_slot(town.office, seats=30)
    people = [replace(TARO, name=f"架空 {number}郎", phone=f"000111122{number:02}") for number in range(21)]
    numbers = [book(slot, person)[0].number for person in people]
    desk.open()
    # Session, person, authenticator; count, page; audit with its savepoint; procedures, offices, wards; times.
    with django_assert_num_queries(12):
        page = text(desk.press("find", q="架空"))
    assert numbers[-1][6:] in page
    assert "1 / 2ページ" in page
    second = text(desk.press("find", q="架空", found_page="2"))
    assert f"booking/{numbers[0]}/" in second
    assert f"booking/{numbers[-1]}/" not in second


@pytest.mark.requirement("kurume-01")
def test_a_move_keeps_the_old_time_until_it_is_certain(
    desk: Desk, booked: Reservation, slot: Slot, later: Slot
) -> None:
    token = desk.take(later, booking=booked.number)
    slot.refresh_from_db()
    assert slot.public_taken == 1
    response = desk.press("move", booking=booked.number, held=token, held_slot=later.pk)
    assert response["Location"].endswith("?done=moved")
    booked.refresh_from_db()
    slot.refresh_from_db()
    assert (booked.slot, booked.office, booked.seat_kind) == (later, later.office, SeatKind.INTERNAL)
    assert slot.public_taken == 0
    again = desk.press("move", booking=booked.number, held=token, held_slot=later.pk)
    assert again["Location"] == response["Location"]
    booked.refresh_from_db()
    assert booked.changes == 1


def begins_in(slot: Slot, minutes: int) -> None:
    """Bring the time near, instead of waiting until everybody is signed out."""
    starts_at = timezone.now() + timedelta(minutes=minutes)
    Slot.objects.filter(pk=slot.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))


@pytest.mark.requirement("kurume-01")
def test_staff_move_and_cancel_past_the_citizens_deadline_and_are_told_so(
    desk: Desk, booked: Reservation, slot: Slot
) -> None:
    page = text(desk.open("booking", booked.number))
    assert "「インターネットでの変更は" in page
    assert "期限を過ぎています" not in page
    begins_in(slot, 10)
    page = text(desk.open("booking", booked.number))
    assert "期限を過ぎています" in page
    assert "「変更や取り消しは、お電話でお受けします。」" in page, "a deadline that has passed is not read out"
    assert "「インターネットでの変更は" not in page
    response = desk.press("cancel", booked.number, reason=CancelReason.SCHEDULE)
    assert response["Location"].endswith("?done=cancelled")
    booked.refresh_from_db()
    assert (booked.state, booked.cancel_reason) == (ReservationState.CANCELLED, CancelReason.SCHEDULE)


def test_after_the_time_has_begun_nothing_is_offered(desk: Desk, booked: Reservation, slot: Slot) -> None:
    begins_in(slot, -1)
    page = text(desk.open("booking", booked.number))
    assert "変更と取り消しはできません" in page
    assert "予約を取り消す" not in page
    assert desk.press("cancel", booked.number, reason=CancelReason.SCHEDULE).status_code == 422


def test_cancelling_asks_for_a_reason(desk: Desk, booked: Reservation) -> None:
    response = desk.press("cancel", booked.number, reason="")
    assert response.status_code == 422
    assert "取り消しの理由を選んでください" in text(response)
    booked.refresh_from_db()
    assert booked.state == ReservationState.CONFIRMED


def test_an_orphaned_booking_gets_a_new_time_here(desk: Desk, booked: Reservation, slot: Slot, later: Slot) -> None:
    Reservation.objects.filter(pk=booked.pk).update(state=ReservationState.ORPHANED)
    Slot.objects.filter(pk=slot.pk).update(public_taken=0)
    assert "日時は使えなくなりました" in text(desk.open("booking", booked.number))
    token = desk.take(later, booking=booked.number)
    desk.press("move", booking=booked.number, held=token, held_slot=later.pk)
    booked.refresh_from_db()
    assert (booked.state, booked.slot) == (ReservationState.CONFIRMED, later)


def test_the_facts_are_mailed_again_once_per_press(desk: Desk, booked: Reservation) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert desk.press("resend", booked.number, key=key)["Location"].endswith("?done=sent")
    message = Message.objects.about(booked).get(purpose="details")
    assert booked.number[:3] in message.body
    assert "/r/find/" in message.body
    assert AuditEvent.objects.about(booked).filter(action="reservations.details_sent").count() == 1


def test_without_a_mail_address_nothing_can_be_sent(desk: Desk, town: Town, book: Book) -> None:
    booked, _ = book(make_slot(town.office, a_time(days=8)), TARO)
    assert "メールで送る" not in text(desk.open("booking", booked.number))
    assert desk.press("resend", booked.number, key=str(uuid4())).status_code == 422


def test_a_booking_for_another_procedure_opens_with_its_own(desk: Desk, booked: Reservation) -> None:
    response = desk.press("find", q=booked.number, procedure="other")
    assert response.status_code == 200
    assert HANAKO.name in text(response)


def test_pages_of_the_desk_are_kept_nowhere(desk: Desk, booked: Reservation) -> None:
    assert desk.open("booking", booked.number)["Cache-Control"] == "no-store"
    assert timezone.now() < booked.slot.starts_at
