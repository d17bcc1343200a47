"""The booking list, its papers and a booking's page, for three people: of the office, of another one, a stranger."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from applications.actions import application_draft, checks_confirm
from audit.actions import record
from audit.models import AuditEvent
from audit.words import action_word
from counters.models import Visit
from notifications.models import Message, MessageState, Receipt
from postoffices.models import Posting
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation
from tests.people import client_of, sign_in, staff_member
from tests.reservations.town import CITIZEN, TARO, Book, Town, a_time, make_slot

LIST = "/staff/reservations/"


@pytest.fixture
def booked(town: Town, book: Book) -> Reservation:
    """Hanako, in a week at 9:30, at Mihon post office."""
    return book(make_slot(town.office, a_time(hour=9, minute=30), seats=9))[0]


@pytest.fixture
def day() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


@pytest.fixture
def bureau(town: Town) -> Client:
    return client_of(Role.BUREAU)


def clerk_at(town: Town, *, own: bool) -> Client:
    user = staff_member(Role.CLERK, "own" if own else "other")
    Posting.objects.create(user=user, office=town.office if own else town.elsewhere)
    return sign_in(Client(), user)


def test_the_bureau_sees_the_day_of_all_offices(bureau: Client, booked: Reservation, day: str) -> None:
    page = bureau.get(LIST, {"day": day}).content.decode()
    assert "見本 花子" in page
    assert "9:30" in page
    assert f"{LIST}{booked.number}/" in page
    assert "見本 花子" not in bureau.get(LIST).content.decode()


@pytest.mark.requirement("fukuoka-11", "fukuoka-25")
def test_a_clerk_sees_the_own_office_only(town: Town, booked: Reservation, day: str) -> None:
    own, other = clerk_at(town, own=True), clerk_at(town, own=False)
    assert "見本 花子" in own.get(LIST, {"day": day}).content.decode()
    assert "見本 花子" not in other.get(LIST, {"day": day}).content.decode()
    assert other.get(LIST, {"day": day, "office": town.office.code}).status_code == 404
    assert own.get(f"{LIST}{booked.number}/").status_code == 200
    assert other.get(f"{LIST}{booked.number}/").status_code == 404
    for form in ("list.pdf", "list.xlsx"):
        assert other.get(f"{LIST}{form}", {"day": day, "office": town.office.code}).status_code == 404


def test_a_stranger_is_sent_to_the_sign_in(client: Client, booked: Reservation) -> None:
    for path in ("", "list.pdf", "list.xlsx", f"{booked.number}/"):
        answer = client.get(LIST + path)
        assert (answer.status_code, "sign-in" in answer["Location"] or "next=" in answer["Location"]) == (302, True)


def test_filters_stand_in_the_address(bureau: Client, town: Town, book: Book, booked: Reservation, day: str) -> None:
    other, _ = book(booked.slot, person=TARO)
    reservation_cancel(reservation=other, reason=CancelReason.OTHER, by=CITIZEN)
    both = bureau.get(LIST, {"day": day}).content.decode()
    assert "すべて 2" in both
    assert "予約済み 1" in both
    assert "取り消し 1" in both
    cancelled = bureau.get(LIST, {"day": day, "state": "cancelled"}).content.decode()
    assert "架空 太郎" in cancelled
    assert "見本 花子" not in cancelled
    assert "すべて 2" in cancelled
    assert "見本 花子" not in bureau.get(LIST, {"day": day, "office": town.elsewhere.code}).content.decode()
    assert "見本 花子" not in bureau.get(LIST, {"day": day, "procedure": town.other.code}).content.decode()


def test_a_day_may_be_typed_in_the_japanese_way(bureau: Client, booked: Reservation) -> None:
    in_a_week = timezone.localdate() + timedelta(days=7)
    typed = {"on_year": f"令和{in_a_week.year - 2018}", "on_month": str(in_a_week.month), "on_day": str(in_a_week.day)}
    assert "見本 花子" in bureau.get(LIST, typed).content.decode()
    wrong = bureau.get(LIST, typed | {"on_month": "13"}).content.decode()
    assert "入力を確認してください" in wrong
    assert 'value="13"' in wrong


@pytest.mark.parametrize("query", ["day=2026-02-31", "day=x", "state=x", "page=999", "page=x"])
def test_an_address_changed_by_hand_shows_today(bureau: Client, query: str) -> None:
    assert bureau.get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["office=x", "procedure=x"])
def test_unknown_codes_are_not_found(bureau: Client, query: str) -> None:
    assert bureau.get(f"{LIST}?{query}").status_code == 404


@pytest.mark.parametrize("more", [0, 6])
def test_the_list_costs_the_same_for_many_bookings(
    bureau: Client,
    book: Book,
    booked: Reservation,
    day: str,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(more):
        book(booked.slot, person=replace(TARO, name=f"架空 {number}郎", phone=f"0001112{number:04}"))
    bureau.get(LIST)
    with django_assert_num_queries(9):
        bureau.get(LIST, {"day": day})


@pytest.mark.requirement("fukuoka-12", "fukuoka-21")
def test_the_workbook_holds_the_bookings(bureau: Client, town: Town, booked: Reservation, day: str) -> None:
    answer = bureau.get(f"{LIST}list.xlsx", {"day": day, "office": town.office.code})
    rows = list(load_workbook(BytesIO(b"".join(answer))).worksheets[0].values)
    assert rows[0][:3] == ("時刻", "予約番号", "氏名")
    assert rows[1][:1] + rows[1][2:3] == ("9:30", "見本 花子")
    assert rows[-1][0] == "合計 1件（取り消しなどを除くと 1件）"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.requirement("fukuoka-12", "fukuoka-21")
def test_the_paper_is_a_pdf_and_its_taking_is_recorded(
    bureau: Client, town: Town, booked: Reservation, day: str
) -> None:
    answer = bureau.get(f"{LIST}list.pdf", {"day": day, "office": town.office.code})
    assert answer.content.startswith(b"%PDF")
    event = AuditEvent.objects.get(action="reservations.list_taken_out")
    assert (event.subject_id, event.detail["rows"], event.detail["day"]) == (str(town.office.pk), 1, day)


def test_a_day_without_bookings_is_a_paper_too(bureau: Client) -> None:
    assert bureau.get(f"{LIST}list.pdf").content.startswith(b"%PDF")


def test_the_history_tells_of_the_check_the_form_and_the_visit_too(bureau: Client, booked: Reservation) -> None:
    checks_confirm(reservations=[booked], by=CITIZEN)
    application_draft(reservation=booked, by=CITIZEN)
    visit = Visit.objects.create(reservation=booked, office=booked.office, procedure=booked.procedure)
    record(action="visit.arrived", subject=visit, by=CITIZEN)
    page = bureau.get(f"{LIST}{booked.number}/").content.decode()
    for word in ("予約を確定", "実在性を確認", "申請書を作成", action_word("visit.arrived")):
        assert page.count(f"<td>{word}</td>") == 1, word


def test_the_history_holds_no_other_bookings_events(
    bureau: Client, town: Town, booked: Reservation, book: Book
) -> None:
    other, _ = book(make_slot(town.office))
    checks_confirm(reservations=[other], by=CITIZEN)
    assert "実在性を確認" not in bureau.get(f"{LIST}{booked.number}/").content.decode()


def test_the_form_opens_from_the_booking_for_those_who_may(bureau: Client, booked: Reservation) -> None:
    address = f"/staff/applications/bookings/{booked.number}/form/"
    assert address in bureau.get(f"{LIST}{booked.number}/").content.decode()
    assert bureau.post(address).status_code == 302
    manager = client_of(Role.MANAGER)
    assert address not in manager.get(f"{LIST}{booked.number}/").content.decode()


def test_a_booking_shows_its_messages_and_history(bureau: Client, booked: Reservation) -> None:
    page = bureau.get(f"{LIST}{booked.number}/").content.decode()
    assert "昭和55年2月29日" in page
    assert "予約を確定" in page
    assert "予約を受け付けました" in page
    assert bureau.get(f"{LIST}000000000/").status_code == 404


def test_the_bookings_page_says_why_a_mail_did_not_arrive(bureau: Client, booked: Reservation) -> None:
    message = Message.objects.about(booked).filter(purpose="booked").get()
    message.state = MessageState.BOUNCED
    message.save(update_fields=["state"])
    Receipt.objects.create(message=message, state=MessageState.BOUNCED, reason="宛先がありません（550）")
    page = bureau.get(f"{LIST}{booked.number}/").content.decode()
    assert "宛先がありません（550）" in page
