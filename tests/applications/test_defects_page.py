"""Defects as the bureau handles them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.waiting import waiting_for
from applications.actions import check_defect, check_give_up
from applications.models import CheckState, DefectReason, ExistenceCheck
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation, ReservationState
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN, HANAKO, TARO

LIST = "/staff/applications/defects/"


@pytest.fixture
def booking(desk: Desk) -> Reservation:
    """Hanako's booking of next week, with a defect."""
    return with_defect(desk, desk.booking(days=7))


def with_defect(desk: Desk, booking: Reservation) -> Reservation:
    check_defect(reservation=booking, reason=DefectReason.ADDRESS_DIFFERS, note="番地が違います", by=desk.city)
    return booking


@pytest.mark.requirement("fukuoka-20")
def test_the_bureau_sees_whom_to_ask_what(bureau: Client, booking: Reservation) -> None:
    for address in (LIST, f"{LIST}{booking.number}/"):
        page = bureau.get(address).content.decode()
        for text in (HANAKO.name, "住所が異なる", "番地が違います", "000-1234-5678", HANAKO.email, "事務局の番"):
            assert text in page


def test_asked_and_handed_back_to_the_city(bureau: Client, booking: Reservation) -> None:
    page = bureau.post(f"{LIST}{booking.number}/", {"note": "電話で確かめました"}, follow=True).content.decode()
    assert "市の再確認に回しました" in page
    assert "市の再確認待ち 1" in page
    assert "電話で確かめました" in bureau.get(f"{LIST}?state=resolved").content.decode()


def test_handing_back_twice_is_refused_with_what_was_written(bureau: Client, booking: Reservation) -> None:
    bureau.post(f"{LIST}{booking.number}/", {"note": "一度目"})
    again = bureau.post(f"{LIST}{booking.number}/", {"note": "二度目"})
    assert again.status_code == 422
    assert ExistenceCheck.objects.get().note == "一度目"


def test_giving_up_asks_once_and_then_frees_the_seat(bureau: Client, booking: Reservation) -> None:
    asked = bureau.post(f"{LIST}{booking.number}/give-up/", {"reason": "withdrawn", "note": "つながりません"})
    assert "取り消しますか" in asked.content.decode()
    assert "つながりません" in asked.content.decode()
    booking.refresh_from_db()
    assert booking.state == ReservationState.CONFIRMED
    told = {"reason": "withdrawn", "note": "つながりません", "sure": "yes"}
    done = bureau.post(f"{LIST}{booking.number}/give-up/", told, follow=True)
    assert "枠を空けました" in done.content.decode()
    booking.refresh_from_db()
    assert booking.state == ReservationState.CANCELLED
    assert ExistenceCheck.objects.get().state == CheckState.GIVEN_UP


def test_a_note_with_a_my_number_is_refused_and_not_kept(bureau: Client, booking: Reservation) -> None:
    for address in (f"{LIST}{booking.number}/", f"{LIST}{booking.number}/give-up/"):
        assert bureau.post(address, {"note": "1234-5678-9018", "sure": "yes"}).status_code == 422
    assert ExistenceCheck.objects.get().state == CheckState.DEFECT


def test_an_end_needs_its_reason(bureau: Client, booking: Reservation) -> None:
    assert bureau.post(f"{LIST}{booking.number}/give-up/", {"note": "", "sure": "yes"}).status_code == 422
    assert ExistenceCheck.objects.get().state == CheckState.DEFECT


def test_what_the_citizen_cancelled_leaves_the_list(bureau: Client, booking: Reservation) -> None:
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    assert HANAKO.name not in bureau.get(LIST).content.decode()
    assert "対応を待っている不備はありません" in bureau.get(LIST).content.decode()


def test_a_booking_without_a_check_has_no_defect(bureau: Client, desk: Desk) -> None:
    assert bureau.get(f"{LIST}{desk.booking(days=7).number}/").status_code == 404
    assert bureau.get(f"{LIST}000000000/").status_code == 404


def test_queries_do_not_grow_with_the_list(
    bureau: Client, desk: Desk, booking: Reservation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bureau.get(LIST)
    with django_assert_num_queries(QUERIES):
        bureau.get(LIST)
    for day in range(8, 14):
        with_defect(desk, desk.booking(days=day, person=TARO))
    with django_assert_num_queries(QUERIES):
        assert bureau.get(LIST).content.decode().count(TARO.name) >= 6


# Session, person, authenticator; chips; count, rows and what was tried.
QUERIES = 7


def test_the_bureau_is_told_what_waits_until_it_is_done(bureau: Client, desk: Desk, booking: Reservation) -> None:
    person = User.objects.get(username="bureau")
    entry = next(entry for entry in waiting_for(person) if entry.label == "対応を待つ不備")
    assert (entry.count, entry.due) == (1, booking.slot.starts_at)
    check_give_up(check=ExistenceCheck.objects.get(), by=desk.by)
    assert "対応を待つ不備" not in {entry.label for entry in waiting_for(person)}
