"""Fees, receipts, cash-up and support on screen and on paper, for the office's clerk, another's, and the manager."""

import re
import uuid
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from accounts.roles import Role
from accounts.waiting import waiting_for
from counters.actions import cash_up_close, fees_take, receipt_void, visit_finish
from counters.models import CashUp, Charge, Outcome, Reason, Receipt, SupportWork, Visit, VoidReason
from counters.papers import receipt_pdf
from tests.counters.desk import Desk
from tests.counters.rules import WARD_OFFICE, set_counter_rules
from tests.counters.test_screens import DAY, of, page, said
from tests.people import client_of, staff_member


@pytest.fixture(autouse=True)
def _fees(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, cash_float=10_000)


def key_in(shown: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', shown)
    assert found is not None
    return found[1]


def paid(desk: Desk, visit: Visit | None = None) -> Receipt:
    receipt = fees_take(visit=visit or desk.serving(), fees={"certificate": ""}, key=uuid.uuid4(), by=desk.by)
    assert receipt is not None
    return receipt


def text_of(written: bytes) -> str:
    return "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(written)).pages).replace("\n", "")


# -- fees -----------------------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-05")
def test_a_fee_is_taken_and_the_receipt_printed(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    form = page(own, of(visit, "fees/"))
    assert "電子証明書の再発行　200円" in form
    assert "別の手続きの手数料" not in form
    typed = {"key": key_in(form), "fee_certificate": "+paid", "fee_card": "disaster"}
    first, second = (own.post(of(visit, "fees/"), typed)["Location"] for _ in range(2))
    receipt = Receipt.objects.get()
    assert first == second == f"{DAY}receipts/{receipt.pk}/"
    shown = page(own, first)
    assert receipt.number_text in shown
    assert "200円" in shown
    assert "災害で失くした" in page(own, of(visit, "fees/"))
    printed = own.post(f"{first}print/")
    assert printed["Content-Type"] == "application/pdf"
    assert "no-store" in printed["Cache-Control"]
    assert "再発行（写し）" not in text_of(printed.content)
    assert "再発行（写し）" in text_of(own.post(f"{first}print/").content)


def test_nothing_chosen_is_answered_in_words(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    answer = own.post(of(visit, "fees/"), {"key": uuid.uuid4()})
    assert answer.status_code == 422
    assert "受け取る手数料か、免除の理由を選んでください。" in answer.content.decode()
    refused = own.post(of(visit, "fees/"), {"key": uuid.uuid4(), "fee_certificate": "nothing"})
    assert refused.status_code == 422
    assert not Charge.objects.exists()


def test_the_same_fee_again_is_refused_in_words(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    paid(desk, visit)
    answer = own.post(of(visit, "fees/"), {"key": uuid.uuid4(), "fee_certificate": "+paid"})
    assert answer.status_code == 422
    assert "同じ手数料をすでに記録しています" in answer.content.decode()


def test_a_receipt_is_taken_back_for_a_reason(desk: Desk, own: Client) -> None:
    receipt = paid(desk)
    address = f"{DAY}receipts/{receipt.pk}/"
    assert own.post(f"{address}void/", {}).status_code == 422
    shown = said(own, f"{address}void/", reason="not_done")
    assert "200円を返してください。" in shown
    assert "この領収書は取り消されています。" in shown
    receipt.refresh_from_db()
    assert "無 効" in text_of(receipt_pdf(receipt))


def test_a_receipt_holds_no_name(desk: Desk) -> None:
    written = text_of(receipt_pdf(paid(desk)))
    for expected in ("領収書", "2026-00001", "200", "見本郵便局", "電子証明書の再発行"):
        assert expected in written.replace("領 収 書", "領収書"), expected
    assert "花子" not in written


def test_another_offices_clerk_reaches_no_money(desk: Desk, other: Client) -> None:
    visit = desk.serving()
    receipt = paid(desk, visit)
    closed = cash_up_close(office=desk.town.office, pieces={}, difference_reason="見本", key=uuid.uuid4(), by=desk.by)
    for address in (of(visit, "fees/"), f"{DAY}receipts/{receipt.pk}/", f"{DAY}cash/{closed.pk}/"):
        assert other.get(address).status_code == 404, address
    for way in ("print/", "void/"):
        assert other.post(f"{DAY}receipts/{receipt.pk}/{way}", {"reason": "not_done"}).status_code == 404
    assert other.get(f"{DAY}cash/{closed.pk}/cash-up.pdf").status_code == 404
    assert "2026-00001" not in page(other, f"{DAY}cash/")


# -- the cash-up ----------------------------------------------------------------------------------
def test_the_drawer_is_counted_and_a_manager_looks(desk: Desk, own: Client) -> None:
    receipt_void(receipt=paid(desk), reason=VoidReason.WRONG_FEE, by=desk.by)
    paid(desk)
    form = page(own, f"{DAY}cash/")
    assert "10,200円" in form
    typed = {"key": key_in(form), "pieces_10000": "１", "pieces_100": "1"}
    differs = own.post(f"{DAY}cash/", typed)
    assert differs.status_code == 422
    assert "現金と領収書の合計が合いません" in differs.content.decode()
    assert 'value="１"' in differs.content.decode() or 'value="1"' in differs.content.decode()
    shown = said(own, f"{DAY}cash/", **(typed | {"difference_reason": "100円不足"}))
    assert "日締めを記録しました。" in shown
    assert "100円不足" in shown
    closed = CashUp.objects.get()
    manager = staff_member(Role.MANAGER, "boss")
    assert [entry.label for entry in waiting_for(manager)].count("確認していない日締め") == 1
    looking = client_of(Role.MANAGER, "boss-2")
    assert "見本郵便局" in page(looking, f"{DAY}cash-ups/?show=unseen")
    one = f"{DAY}cash-ups/{closed.pk}/"
    assert "まだ確認されていません" in page(looking, one)
    assert "確認済みにしました" in said(looking, f"{one}see/")
    assert "確認していない日締め" not in [entry.label for entry in waiting_for(manager)]
    written = text_of(looking.get(f"{one}cash-up.pdf").content)
    for expected in ("日締め表", "2026-00001", "2026-00002", "100円不足", "受付時間後に終えた来局"):
        assert expected in written, expected


@pytest.mark.parametrize("typed", ["-1", "1.5", "たくさん", "999999"])
def test_pieces_are_whole_numbers(desk: Desk, own: Client, typed: str) -> None:
    answer = own.post(f"{DAY}cash/", {"key": uuid.uuid4(), "pieces_1000": typed})
    assert answer.status_code == 422
    assert not CashUp.objects.exists()


# -- support and referral -------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-06", "kurume-06")
def test_help_alone_is_counted_by_one_tap_and_taken_back(desk: Desk, own: Client, other: Client) -> None:
    form = page(own, f"{DAY}support/")
    typed = {"key": key_in(form), "kind": "insurance"}
    for _ in range(2):
        shown = said(own, f"{DAY}support/", **typed)
    assert "「健康保険証の利用登録」を1件記録しました。" in shown
    done = SupportWork.objects.get()
    assert other.post(f"{DAY}support/{done.pk}/take-back/").status_code == 404
    assert "記録を取り消しました" in said(own, f"{DAY}support/{done.pk}/take-back/")
    done.refresh_from_db()
    assert done.taken_back_at is not None
    own.post(f"{DAY}support/", {"key": uuid.uuid4(), "kind": "nothing"})
    assert SupportWork.objects.count() == 1


@pytest.mark.requirement("fukutsu-04")
def test_the_slip_says_where_to_go_and_what_to_bring(desk: Desk, own: Client, other: Client) -> None:
    visit = visit_finish(
        visit=desk.serving(),
        outcome=Outcome.REFERRED,
        reason=Reason.PROXY,
        place=WARD_OFFICE,
        things=["マイナンバーカード", "委任状"],
        by=desk.by,
    )
    assert of(visit, "referral.pdf") in page(own, of(visit))
    written = text_of(own.get(of(visit, "referral.pdf")).content)
    for expected in ("見本区役所 市民課", "000-000-0001", "委任状", "代理の方の来局", "2026-00001"):
        assert expected in written, expected
    assert other.get(of(visit, "referral.pdf")).status_code == 404
    assert own.get(of(desk.serving(), "referral.pdf")).status_code == 404
