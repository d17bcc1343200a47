"""What is unfinished, by kind of work and state; frozen as a list that the city confirms."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from itertools import product

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from accounts.unfinished import stocks
from accounts.waiting import waiting_for
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed, refuse_unless_allowed
from counters.models import VisitState
from keeping.handover.actions import handover_confirm, handover_make, handover_return
from keeping.handover.records import HANDOVER_MOVES, HandoverList, HandoverState
from tests.counters.desk import Desk
from tests.people import client_of, staff_member
from tests.reservations.town import HANAKO, TARO

PAGE = "/staff/handover/"
H = HandoverState
ALLOWED = {(H.SUBMITTED, H.CONFIRMED), (H.SUBMITTED, H.RETURNED)}


@pytest.mark.parametrize(("old", "new"), [*product(H, H)])
def test_every_pair_of_states(old: H, new: H) -> None:
    if (old, new) in ALLOWED:
        refuse_unless_allowed(HANDOVER_MOVES, old, new)
        return
    with pytest.raises(MoveNotAllowed):
        refuse_unless_allowed(HANDOVER_MOVES, old, new)


@pytest.fixture
def manager(desk: Desk) -> Client:
    return client_of(Role.MANAGER, "manager")


@pytest.fixture
def officer(desk: Desk) -> Client:
    return client_of(Role.CITY_OFFICER, "officer")


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Two bookings to come, one signed form without its seal, one case that waits for its answer."""
    desk.booking(days=5)
    desk.booking(days=6, person=TARO)
    desk.submitted()
    return desk


def counts() -> dict[tuple[str, str], int]:
    return {(stock.kind, stock.state): stock.counted()[0] for stock in stocks()}


@pytest.mark.requirement("fukuoka-38", "kurume-10", "fukutsu-13")
def test_every_room_says_what_it_has_left(busy: Desk) -> None:
    found = {key: count for key, count in counts().items() if count}
    assert found == {
        ("予約", "これから来局する予約"): 2,
        ("通知", "送信待ち"): 2,
        ("実在性確認", "市の確認待ち"): 2,
        ("巡回", "今月の巡回が計画されていない拠点"): 2,
        ("申請書の封印", "封印待ち"): 1,
        ("来局", str(VisitState.AWAITING_REVIEW.label)): 1,
        ("審査", "審査待ち"): 1,
    }


def test_each_item_has_a_number_and_says_since_when(busy: Desk) -> None:
    for stock in stocks():
        count, oldest = stock.counted()
        items = list(stock.items())
        assert len(items) == count
        assert all(item.number and item.since for item in items)
        assert oldest == min((item.since for item in items if item.since), default=None)


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_a_list_is_made_and_confirmed_by_the_city(manager: Client, officer: Client, busy: Desk) -> None:
    shown = manager.get(PAGE).content.decode()
    assert "これから来局する予約" in shown
    assert HANAKO.name not in shown
    page = manager.post(PAGE, {"note": "来週から新しい担当です。"}, follow=True).content.decode()
    assert "市の確認待ち" in page
    assert "来週から新しい担当です。" in page
    made = HandoverList.objects.get()
    assert made.total == 11
    # What happens afterwards changes nothing in it.
    busy.booking(days=8)
    assert HandoverList.objects.get().total == 11
    address = f"{PAGE}{made.pk}/"
    assert "確認する" not in page
    assert manager.post(address, {}).status_code == 403
    assert "確認する" in officer.get(address).content.decode()
    assert "確認済み" in officer.post(address, {"remarks": "承知しました。"}, follow=True).content.decode()
    assert "承知しました。" in manager.get(address).content.decode()
    again = officer.post(address, {"return": "1", "remarks": "やはり戻す"}, follow=True).content.decode()
    assert "変えられません" in again
    assert AuditEvent.objects.filter(action__startswith="handover.").count() == 2


def test_who_sends_it_back_says_why(manager: Client, officer: Client, busy: Desk) -> None:
    manager.post(PAGE, {"note": ""})
    address = f"{PAGE}{HandoverList.objects.get().pk}/"
    wrong = officer.post(address, {"return": "1", "remarks": ""})
    assert wrong.status_code == 422
    assert "差し戻す理由を入力してください" in wrong.content.decode()
    officer.post(address, {"return": "1", "remarks": "審査待ちを片づけてから。"})
    assert HandoverList.objects.get().state == H.RETURNED


@pytest.mark.requirement("fukuoka-38", "kurume-10", "fukutsu-13")
def test_the_list_as_pdf_and_xlsx(manager: Client, busy: Desk) -> None:
    manager.post(PAGE, {"note": "注意してほしいこと"})
    made = HandoverList.objects.get()
    pdf = manager.get(f"{PAGE}{made.pk}.pdf")
    text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages).split())
    for words in ("業務引継書", "注意してほしいこと", "審査待ち", "市の確認待ち"):
        assert words in text
    for name in HANAKO.name.split():
        assert name not in text.replace("見本郵便局", "").replace("見本市", "")
    book = load_workbook(BytesIO(manager.get(f"{PAGE}{made.pk}.xlsx").content))
    assert book.sheetnames == ["件数", "一覧"]
    assert book["件数"].cell(book["件数"].max_row, 3).value == 11
    assert book["一覧"].max_row == 1 + 11


def test_links_lead_only_where_the_person_may_go(manager: Client, busy: Desk) -> None:
    page = manager.get(PAGE).content.decode()
    assert 'href="/staff/reservations/"' in page
    assert 'href="/staff/applications/existence/"' not in page


def test_it_waits_for_the_city_on_its_start_page(busy: Desk) -> None:
    person = staff_member(Role.CITY_OFFICER, "waiting")
    assert "確認を待つ引継書" not in [entry.label for entry in waiting_for(person)]
    made = handover_make(note="", by=busy.by)
    assert "確認を待つ引継書" in [entry.label for entry in waiting_for(person)]
    handover_confirm(handover=made, remarks="", by=busy.city)
    assert "確認を待つ引継書" not in [entry.label for entry in waiting_for(person)]


def test_the_page_costs_one_query_for_each_stock_that_is_empty(
    manager: Client, busy: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2 * len(stocks()) + 15):
        manager.get(PAGE)


def test_without_its_audit_event_nothing_is_made_or_decided(
    busy: Desk, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    with audit_cannot_be_written():
        handover_make(note="", by=busy.by)
    assert not HandoverList.objects.exists()
    made = handover_make(note="", by=busy.by)
    with audit_cannot_be_written():
        handover_return(handover=made, remarks="理由", by=busy.city)
    assert HandoverList.objects.get().state == H.SUBMITTED


def test_pressed_twice_is_made_once_and_made_anew_when_that_is_meant(busy: Desk) -> None:
    first = handover_make(note="来月から替わります。", by=busy.by)
    assert handover_make(note="来月から替わります。", by=busy.by) == first
    assert handover_make(note="", by=busy.by) != first
    handover_return(handover=first, remarks="足りません。", by=busy.city)
    second = handover_make(note="来月から替わります。", by=busy.by)
    assert second != first
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert handover_make(note="来月から替わります。", by=busy.by) != second
