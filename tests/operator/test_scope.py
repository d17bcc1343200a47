"""Three people at the desk: a clerk of this office, one of another office, and a reviewer who has no business there."""

from uuid import uuid4

from accounts.roles import Role
from reservations.models import BookingChannel, Reservation, Slot
from tests.operator.call import CALLER, Desk, held_in, text
from tests.people import client_of
from tests.reservations.town import Book, Town, a_time, make_slot


def test_a_clerk_sees_and_takes_times_of_the_own_office_only(
    town: Town, own_clerk: Desk, other_clerk: Desk, slot: Slot
) -> None:
    make_slot(town.elsewhere, a_time(days=8, hour=15))
    page = text(own_clerk.open())
    assert "9:00" in page
    assert "15:00" not in page
    assert "架空郵便局" not in page
    assert other_clerk.press("take", slot=slot.pk).status_code == 404
    assert own_clerk.book(slot).channel == BookingChannel.COUNTER


def test_a_clerk_finds_bookings_of_the_own_office_only(
    book: Book, own_clerk: Desk, other_clerk: Desk, slot: Slot
) -> None:
    booked, _ = book(slot)
    assert "見本 花子" in text(own_clerk.press("find", q="みほん"))
    assert "見つかりませんでした" in text(other_clerk.press("find", q="みほん"))
    assert "見つかりませんでした" in text(other_clerk.press("find", q=booked.number))


def test_bookings_of_another_office_are_not_there(book: Book, other_clerk: Desk, slot: Slot) -> None:
    booked, _ = book(slot)
    number = booked.number
    assert other_clerk.open("booking", number).status_code == 404
    assert other_clerk.open(again=number).status_code == 404
    assert other_clerk.press("cancel", number, reason="other").status_code == 404
    assert other_clerk.press("resend", number, key=str(uuid4())).status_code == 404
    assert other_clerk.press("take", slot=slot.pk, booking=number).status_code == 404
    assert other_clerk.press("move", booking=number, held="x").status_code == 404
    assert Reservation.objects.get().state == "confirmed"


def test_a_hold_of_another_office_is_not_shown(own_clerk: Desk, other_clerk: Desk, slot: Slot) -> None:
    token = own_clerk.take(slot)
    assert held_in(other_clerk.open("hold", token)) == ""
    assert held_in(other_clerk.press("times", held=token, **CALLER)) == ""


def test_a_reviewer_has_no_desk(town: Town) -> None:
    assert Desk(client_of(Role.REVIEWER)).open().status_code == 403
