"""Calls for those whom no mail reaches: who is on the list, what is noted, who may see it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from audit.models import AuditEvent
from notifications.models import Channel, Message, MessageState
from reservations.actions import reservation_cancel, reservation_move, seat_hold
from reservations.models import CancelReason, Reservation
from reservations.reminders.waiting import reminder_calls_waiting
from tests.people import client_of, sign_in, staff_member
from tests.reservations.town import CITIZEN, HANAKO, TARO, Book, Town, a_time, make_slot

CALLS = "/staff/reservations/calls/"


@pytest.fixture
def operator(town: Town) -> Client:
    return client_of(Role.OPERATOR)


@pytest.fixture
def taro(town: Town, book: Book) -> Reservation:
    """Without a mail address, in a week."""
    return book(make_slot(town.office, a_time(7), seats=9), person=TARO)[0]


def page(client: Client, **query: str) -> str:
    return client.get(CALLS, query).content.decode()


@pytest.mark.requirement("fukuoka-13")
def test_only_those_whom_no_mail_reaches_are_called(operator: Client, taro: Reservation, book: Book) -> None:
    hanako, _ = book(taro.slot)
    shown = page(operator)
    assert "架空 太郎" in shown
    assert "000-111-2222" in shown
    assert "見本 花子" not in shown
    Message.objects.about(hanako).filter(purpose="booked").update(state=MessageState.BOUNCED)
    assert "届きませんでした" in page(operator)


def test_a_call_is_noted_once_and_shows_at_the_booking(operator: Client, taro: Reservation) -> None:
    note = f"{CALLS}{taro.number}/"
    operator.post(note, {"reached": "no"})
    assert f">{taro.name}<" not in page(operator)
    assert "つながらなかった 1" in page(operator, todo="missed")
    operator.post(note, {"reached": "yes"})
    operator.post(note, {"reached": "no"})
    call = Message.objects.get(channel=Channel.CALL)
    assert call.state == MessageState.SENT
    assert [receipt.state for receipt in call.receipts.order_by("id")] == ["uncertain", "sent"]
    assert "架空 太郎" in page(operator, todo="done")
    assert AuditEvent.objects.filter(action="message_called").count() == 2
    assert "ご予約の日の案内（電話）" in operator.get(f"/staff/reservations/{taro.number}/").content.decode()


def test_whoever_moved_the_booking_is_called_anew(operator: Client, taro: Reservation, town: Town) -> None:
    operator.post(f"{CALLS}{taro.number}/", {"reached": "yes"})
    _, token = seat_hold(slot_id=make_slot(town.office, a_time(9)).pk, procedure=town.renewal, by=CITIZEN)
    reservation_move(reservation=taro, token=token, by=CITIZEN)
    assert "まだ電話していない 1" in page(operator)


def test_a_cancelled_booking_is_not_called(operator: Client, taro: Reservation) -> None:
    reservation_cancel(reservation=taro, reason=CancelReason.OTHER, by=CITIZEN)
    assert operator.post(f"{CALLS}{taro.number}/", {"reached": "yes"}).status_code == 404
    assert "電話する方はいません" in page(operator)


def test_the_start_page_counts_the_next_day(operator: Client, taro: Reservation, book: Book, town: Town) -> None:
    book(make_slot(town.office, a_time(8)), person=replace(TARO, name="架空 次郎"))
    user = staff_member(Role.BUREAU)
    (waiting,) = reminder_calls_waiting(user)
    assert waiting.count == 1
    assert "架空 太郎" in sign_in(Client(), user).get(waiting.url).content.decode()
    with time_machine.travel(a_time(7) + timedelta(hours=1)):
        assert reminder_calls_waiting(user)[0].count == 1


def test_three_people_at_the_list(client: Client, taro: Reservation) -> None:
    assert client.get(CALLS).status_code == 302
    for role, status in ((Role.OPERATOR, 200), (Role.BUREAU, 200), (Role.CLERK, 403), (Role.AUDITOR, 403)):
        assert client_of(role, f"some-{role}").get(CALLS).status_code == status


@pytest.mark.parametrize("query", ["day=x", "day=2026-02-31", "todo=x", "page=x"])
def test_an_address_changed_by_hand_shows_the_next_day(operator: Client, query: str) -> None:
    assert operator.get(f"{CALLS}?{query}").status_code == 200


def test_a_person_with_mail_is_not_noted(operator: Client, book: Book, taro: Reservation) -> None:
    hanako, _ = book(taro.slot, person=HANAKO)
    assert operator.post(f"{CALLS}{hanako.number}/", {"reached": "yes"}).status_code == 404


def test_the_navigation_marks_one_room_only(operator: Client) -> None:
    navigation = page(operator).partition("<main")[0]
    assert navigation.count("aria-current") == 1
