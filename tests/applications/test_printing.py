"""The day's forms on paper, and what the office sees when a booking changes after printing (fukuoka-21)."""

import pytest
from django.test import Client

from applications.days import day_rows, printed_in_vain
from applications.models import Application
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation
from tests.applications.test_forms_paper import batch_address, day_of, pages_of, text_of
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN, TARO

FORMS = "/staff/applications/forms/"


@pytest.fixture
def booking(desk: Desk) -> Reservation:
    return desk.booking(days=7)


def shown(client: Client, booking: Reservation) -> str:
    return client.get(f"{FORMS}?day={day_of(booking)}").content.decode()


@pytest.mark.requirement("fukuoka-21")
def test_a_change_after_printing_is_seen_until_it_is_printed_anew(
    own: Client, desk: Desk, booking: Reservation
) -> None:
    assert "未印刷" in shown(own, booking)
    own.post(batch_address(desk, booking))
    assert "未印刷" not in shown(own, booking)
    assert "印刷後に" not in shown(own, booking)
    Reservation.objects.filter(pk=booking.pk).update(address="見本市別の町9-9")
    assert "印刷後に予約の内容が変わりました" in shown(own, booking)
    assert "見本市別の町9-9" in text_of(own.post(batch_address(desk, booking)).content)
    assert "印刷後に" not in shown(own, booking)


def test_what_the_form_does_not_show_makes_no_paper_old(own: Client, desk: Desk, booking: Reservation) -> None:
    own.post(batch_address(desk, booking))
    Reservation.objects.filter(pk=booking.pk).update(email="other@example.jp", name="架空 太郎")
    assert "印刷後に" not in shown(own, booking)


@pytest.mark.requirement("fukuoka-21")
def test_a_cancelled_bookings_paper_is_to_be_taken_away(own: Client, desk: Desk, booking: Reservation) -> None:
    stays = desk.booking(days=7, hour=11, person=TARO)
    own.post(batch_address(desk, booking))
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    day = booking.slot.starts_at.date()
    gone = printed_in_vain(desk.clerk, desk.town.office, day)
    assert [application.reservation for application in gone] == [booking]
    assert [row.reservation for row in day_rows(desk.clerk, desk.town.office, day)] == [stays]
    assert "使わなくなった申請書があります" in shown(own, booking)


def test_the_days_list_names_forms_and_changes(own: Client, other: Client, desk: Desk, booking: Reservation) -> None:
    address = f"{FORMS}{desk.town.office.code}/{day_of(booking)}/list.pdf"
    text = text_of(own.post(address).content)
    assert Application.objects.get().number in text
    assert "未印刷" in text
    assert other.post(address).status_code == 404


@pytest.mark.requirement("fukuoka-14")
def test_each_form_of_a_batch_counts_its_own_pages(own: Client, desk: Desk, booking: Reservation) -> None:
    desk.booking(days=7, hour=11, person=TARO)
    data = own.post(batch_address(desk, booking)).content
    assert pages_of(data) == 2
    assert text_of(data).count("1／1") == 2
