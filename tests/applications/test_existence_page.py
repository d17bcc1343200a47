"""The city's worklist as its officer uses it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.waiting import waiting_for
from applications.actions import check_defect, checks_confirm, defect_resolve
from applications.models import CheckState, DefectReason, ExistenceCheck
from reservations.actions import Person, reservation_cancel
from reservations.models import CancelReason, Reservation
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN, HANAKO, TARO

PAGE = "/staff/applications/existence/"


def test_a_new_booking_waits_with_everything_to_compare(officer: Client, desk: Desk) -> None:
    booking = desk.booking(days=7)
    page = officer.get(PAGE).content.decode()
    for text in (HANAKO.name, HANAKO.reading, "昭和55年2月29日", HANAKO.address, "見本郵便局", "電子証明書の更新"):
        assert text in page
    assert f'value="{booking.number}"' in page
    assert "確認待ち 1" in page
    assert "期限切れ" not in page


def booked_long_ago(*bookings: Reservation) -> None:
    """The city has had its working days for an answer."""
    Reservation.objects.filter(pk__in=[booking.pk for booking in bookings]).update(
        booked_at=timezone.now() - timedelta(days=14)
    )


def test_late_ones_are_marked_and_those_booked_at_short_notice_are_urgent(officer: Client, desk: Desk) -> None:
    booking = desk.booking(hour=15)
    page = officer.get(PAGE).content.decode()
    assert "至急" in page
    assert "期限切れ" not in page
    booked_long_ago(booking)
    assert "期限切れ" in officer.get(PAGE).content.decode()


@pytest.mark.requirement("fukuoka-20")
def test_ticked_ones_are_confirmed_in_one_go(officer: Client, desk: Desk) -> None:
    bookings = [desk.booking(days=7), desk.booking(days=8, person=TARO)]
    answer = officer.post(f"{PAGE}?state=waiting", {"booking": [booking.number for booking in bookings]}, follow=True)
    assert "2件を確認済みにしました。" in answer.content.decode()
    assert "確認待ち 0" in answer.content.decode()
    assert "確認済み 2" in answer.content.decode()
    again = officer.post(PAGE, {"booking": [bookings[0].number]}, follow=True)
    assert "すでに確認済みです" in again.content.decode()


def test_nothing_ticked_says_so(officer: Client, desk: Desk) -> None:
    desk.booking(days=7)
    answer = officer.post(PAGE)
    assert (answer.status_code, "予約が選ばれていません" in answer.content.decode()) == (422, True)


def test_a_cancelled_one_stops_all_and_the_other_ticks_stay(officer: Client, desk: Desk) -> None:
    stands, gone = desk.booking(days=7), desk.booking(days=7, hour=11, person=TARO)
    reservation_cancel(reservation=gone, reason=CancelReason.OTHER, by=CITIZEN)
    answer = officer.post(PAGE, {"booking": [stands.number, gone.number]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "取り消されているため" in page
    assert "どの予約もまだ確認済みにしていません" in page
    assert f'value="{stands.number}" checked' in page
    assert gone.number not in page
    assert not ExistenceCheck.objects.exists()


def test_a_number_that_nobody_has_is_not_found(officer: Client, desk: Desk) -> None:
    stands = desk.booking(days=7)
    assert officer.post(PAGE, {"booking": [stands.number, "000000000"]}).status_code == 404
    assert officer.get(f"{PAGE}000000000/").status_code == 404
    assert not ExistenceCheck.objects.exists()


def test_filters_stand_in_the_address(officer: Client, desk: Desk) -> None:
    confirmed, waiting = desk.booking(days=7), desk.booking(days=8, person=TARO)
    checks_confirm(reservations=[confirmed], by=desk.city)
    assert TARO.name not in officer.get(f"{PAGE}?state=confirmed").content.decode()
    assert HANAKO.name in officer.get(f"{PAGE}?state=confirmed").content.decode()
    day = waiting.slot.starts_at.date().isoformat()
    assert TARO.name in officer.get(f"{PAGE}?day={day}").content.decode()
    assert TARO.name not in officer.get(f"{PAGE}?day=2020-01-01").content.decode()
    assert TARO.name not in officer.get(f"{PAGE}?office={desk.town.elsewhere.code}").content.decode()
    assert officer.get(f"{PAGE}?office=nowhere").status_code == 404
    assert officer.get(f"{PAGE}?day=2026-99-99&state=odd&page=99").status_code == 200


@pytest.mark.requirement("fukuoka-20")
def test_a_defect_goes_to_the_bureau_and_comes_back(officer: Client, bureau: Client, desk: Desk) -> None:
    booking = desk.booking(days=7)
    page = f"{PAGE}{booking.number}/"
    missing = officer.post(page, {"reason": "", "note": "字が違います"})
    assert missing.status_code == 422
    assert "不備の理由を選んでください" in missing.content.decode()
    assert "字が違います" in missing.content.decode()
    told = officer.post(page, {"reason": DefectReason.NAME_DIFFERS, "note": "字が違います"}, follow=True)
    assert "不備を事務局に伝えました" in told.content.decode()
    assert "字が違います" in officer.get(f"{PAGE}?state=defect").content.decode()
    bureau.post(f"/staff/applications/defects/{booking.number}/", {"note": "確かめました"})
    assert "確かめました" in officer.get(f"{PAGE}?state=resolved").content.decode()


def test_another_reason_needs_words_and_no_my_number(officer: Client, desk: Desk) -> None:
    page = f"{PAGE}{desk.booking(days=7).number}/"
    bare = officer.post(page, {"reason": DefectReason.OTHER})
    assert "不備の内容を書いてください" in bare.content.decode()
    numbered = officer.post(page, {"reason": DefectReason.OTHER, "note": "１２３４５６７８９０１８"})
    assert numbered.status_code == 422
    assert not ExistenceCheck.objects.exists()


def test_a_name_is_shown_and_never_run(officer: Client, desk: Desk) -> None:
    strange = Person("<script>見本</script>", "", HANAKO.birth_date, '"><b>見本', "0001112222")
    number = desk.booking(days=7, person=strange).number
    for address in (PAGE, f"{PAGE}{number}/"):
        assert "<script>見本" not in officer.get(address).content.decode()


def test_fifty_stand_on_a_page_and_queries_do_not_grow(
    officer: Client, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 3):
        desk.booking(days=day)
    officer.get(PAGE)
    with django_assert_num_queries(QUERIES):
        officer.get(PAGE)
    for day in range(3, 20):
        for hour in (9, 10, 11):
            desk.booking(days=day, hour=hour)
    with django_assert_num_queries(QUERIES):
        page = officer.get(PAGE).content.decode()
    assert page.count('name="booking"') == 50
    assert "53件" in page


# Session, person, authenticator; offices (grant, filter); calendar; chips; count and rows.
QUERIES = 9


def test_the_officer_is_told_what_waits(desk: Desk, officer: Client) -> None:
    late, later, back = desk.booking(hour=15), desk.booking(days=7), desk.booking(days=8, person=TARO)
    booked_long_ago(late)
    check = check_defect(reservation=back, reason=DefectReason.MOVED_OUT, by=desk.city)
    defect_resolve(check=check, by=desk.by)
    told = {entry.label: entry for entry in waiting_for(User.objects.get(username="officer"))}
    assert told["期限を過ぎた実在性確認"].count == 1
    assert told["実在性確認を待つ予約"].count == 1
    due = told["実在性確認を待つ予約"].due
    assert due is not None
    assert due < later.slot.starts_at
    assert told["不備が解消し、再確認を待つ予約"].count == 1
    checks_confirm(reservations=[late, later, back], by=desk.city)
    assert "期限を過ぎた実在性確認" not in {entry.label for entry in waiting_for(User.objects.get(username="officer"))}


@pytest.mark.parametrize("state", ["waiting", "resolved", "defect", "confirmed"])
def test_an_empty_list_says_why(officer: Client, desk: Desk, state: str) -> None:
    assert "予約はありません。" in officer.get(f"{PAGE}?state={state}").content.decode()
    assert ExistenceCheck.objects.filter(state=CheckState.CONFIRMED).count() == 0
