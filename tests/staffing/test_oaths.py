"""Oaths: signed before work starts, kept in the vault, handed to the city, binding beyond the last day."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from accounts.roles import Role
from audit.moves import MoveNotAllowed
from documents.models import DocumentKind
from keeping.rows.sweeping import rows_sweep
from staffing.actions import oath_hand_in, oath_prepare, oath_sign, oath_void, worker_leave
from staffing.errors import FileNotAccepted, NotSignedYet, WaitsForSignature
from staffing.models import OATH_MOVES, Oath, OathOccasion, OathState, Worker, unsworn_accounts, unsworn_workers
from staffing.papers import oath_pdf
from tests.documents.made import published_version
from tests.people import client_of, staff_member
from tests.staffing.made import days_from_now, keeper, worker

pytestmark = pytest.mark.django_db
HOME = "/staff/staffing/oaths/"
SCAN = b"%PDF-1.7 mihon"

MOVES: dict[OathState, Callable[[Oath], Oath]] = {
    OathState.SIGNED: lambda oath: oath_sign(oath=oath, signed_on=days_from_now(0), scan=b"", by=keeper()),
    OathState.HANDED_IN: lambda oath: oath_hand_in(oath=oath, handed_in_on=days_from_now(0), by=keeper()),
    OathState.VOID: lambda oath: oath_void(oath=oath, reason="見本の理由", by=keeper()),
}


def prepared(who: Worker | None = None) -> Oath:
    return oath_prepare(key=uuid4(), worker=who or worker(), occasion=OathOccasion.START, by=keeper())


@pytest.mark.parametrize("new", MOVES)
@pytest.mark.parametrize("old", OathState)
def test_every_pair_of_states(old: OathState, new: OathState) -> None:
    oath = prepared()
    day = days_from_now(0)
    oath.state, oath.signed_on, oath.handed_in_on, oath.void_reason = old, day, day, "見本の理由"
    oath.save()
    if new in OATH_MOVES[old]:
        assert MOVES[new](oath).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            MOVES[new](oath)
        oath.refresh_from_db()
        assert oath.state == old


@pytest.mark.requirement("kitakyushu-20", "fukutsu-11")
def test_nobody_works_unsworn_without_being_seen() -> None:
    """It is shown and warned of; nobody is locked out."""
    account = staff_member(Role.OPERATOR, "operator", display_name="見本 電話子")
    clerk = staff_member(Role.CLERK, "clerk")
    who = worker("見本 電話子", user=account)
    roles = [Role.OPERATOR.value]
    assert list(unsworn_workers()) == [who]
    assert list(unsworn_accounts(roles)) == [account]
    assert clerk not in unsworn_accounts(roles)
    client = client_of(Role.MANAGER)
    start = client.get("/staff/").content.decode()
    assert "誓約書のない従事者" in start
    assert "誓約書のない利用中の職員" in start
    assert "見本 電話子（operator" in client.get(HOME).content.decode()

    oath = prepared(who)
    assert list(unsworn_workers()) == [who], "a paper without a signature binds nobody"
    oath_sign(oath=oath, signed_on=days_from_now(0), scan=b"", by=keeper())
    assert not unsworn_workers().exists()
    assert not unsworn_accounts(roles).exists()
    assert "誓約書のない従事者" not in client.get("/staff/").content.decode()


@pytest.mark.requirement("kitakyushu-20")
def test_what_was_signed_still_binds_those_who_left() -> None:
    who = worker()
    oath_sign(oath=prepared(who), signed_on=days_from_now(-90), scan=SCAN, by=keeper())
    worker_leave(worker=who, left_on=days_from_now(-1), reminded_on=days_from_now(-2), by=keeper())
    page = client_of(Role.CITY_OFFICER).get("/staff/staffing/left/").content.decode()
    for shown in ("見本 働子", "署名済み（続いて有効）", "に説明", "契約が終わったあとも続きます"):
        assert shown in page
    # Kept to the end of its rule (a year in the neutral one) counted from the last day, not from the signature.
    rows_sweep(by=keeper(), today=days_from_now(300))
    who.refresh_from_db()
    assert who.name == "見本 働子"
    rows_sweep(by=keeper(), today=days_from_now(370))
    who.refresh_from_db()
    assert who.name == "（消去済み）"


def test_who_left_without_a_word_is_marked() -> None:
    worker_leave(worker=worker(), left_on=days_from_now(-1), reminded_on=None, by=keeper())
    page = client_of(Role.MANAGER).get("/staff/staffing/left/").content.decode()
    assert "ありません" in page
    assert "記録がありません" in page


@pytest.mark.requirement("kitakyushu-20")
def test_the_paper_has_room_for_both_signatures_and_the_city_s_wording() -> None:
    plain = PdfReader(BytesIO(oath_pdf(prepared()))).pages[0].extract_text()
    for said in ("誓約書", "見本 働子", "受託者の代表者", "退職したあとも守ります"):
        assert said in plain
    published_version(kind=DocumentKind.OATH, title="誓約書の様式", text="市と決めた文言を守ります。")
    own = prepared(worker("見本 様式子"))
    text = PdfReader(BytesIO(oath_pdf(own))).pages[0].extract_text()
    assert "市と決めた文言を守ります。" in text
    assert "持ち出さず" not in text


def test_one_paper_waits_per_person_and_a_day_to_come_is_no_signature() -> None:
    who = worker()
    oath = prepared(who)
    with pytest.raises(WaitsForSignature):
        prepared(who)
    with pytest.raises(NotSignedYet):
        oath_sign(oath=oath, signed_on=days_from_now(1), scan=b"", by=keeper())
    with pytest.raises(FileNotAccepted):
        oath_sign(oath=oath, signed_on=days_from_now(0), scan=b"MZ", by=keeper())
    oath.refresh_from_db()
    assert oath.state == OathState.PREPARED


@pytest.mark.requirement("kitakyushu-20", "fukutsu-11", "fukuoka-35")
def test_from_the_paper_to_the_city_on_screen() -> None:
    who = worker()
    client = client_of(Role.BUREAU)
    form = {"key": str(uuid4()), "worker": who.pk, "occasion": "start"}
    client.post(f"{HOME}new/", form)
    client.post(f"{HOME}new/", form)
    oath = Oath.objects.get()
    assert client.get(f"{HOME}{oath.pk}.pdf").headers["Content-Type"] == "application/pdf"
    assert client.get(f"{HOME}{oath.pk}/scan.pdf").status_code == 404

    today = days_from_now(0)
    signed = {"signed_on_year": today.year, "signed_on_month": today.month, "signed_on_day": today.day}
    wrong = client.post(f"{HOME}{oath.pk}/sign/", signed | {"scan": SimpleUploadedFile("x.pdf", b"MZ")})
    assert wrong.status_code == 422
    assert "PDFファイル（20MBまで）" in wrong.content.decode()
    late = client.post(f"{HOME}{oath.pk}/sign/", signed | {"signed_on_year": today.year + 1})
    assert "今日までの日を入力してください。" in late.content.decode()
    client.post(f"{HOME}{oath.pk}/sign/", signed | {"scan": SimpleUploadedFile("x.pdf", SCAN)})
    scan = client.get(f"{HOME}{oath.pk}/scan.pdf")
    assert scan.content == SCAN
    assert "no-store" in scan.headers["Cache-Control"]

    day = {"handed_in_on_year": today.year, "handed_in_on_month": today.month, "handed_in_on_day": today.day}
    client.post(f"{HOME}{oath.pk}/hand-in/", day)
    oath.refresh_from_db()
    assert oath.state == OathState.HANDED_IN
    refused = client.post(f"{HOME}{oath.pk}/void/", {"void_reason": "間違い"})
    assert refused.status_code == 422
    assert "変えられません" in refused.content.decode()


def test_the_database_holds_the_rules_too() -> None:
    oath = prepared()
    for wrong in ({"state": "signed"}, {"state": "handed_in", "signed_on": days_from_now(0)}, {"state": "void"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Oath.objects.filter(pk=oath.pk).update(**wrong)
