"""Files as versions: PDF, Word and Excel are taken, searched and compared; what is none of them is refused in words."""

import socket
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from accounts.roles import Role
from documents.actions import Content, distribution_record, version_begin, version_submit
from documents.differences import page_differences
from documents.errors import FileNotAccepted, NotPublicity
from documents.files import NotReadable, read_file
from documents.models import Document, DocumentKind
from tests.documents.made import author, draft, excel_of, pdf_of, publish, published_version, submitted_version, word_of
from tests.people import client_of
from vault.errors import ScannerUnavailable

pytestmark = pytest.mark.django_db


def send(content: bytes, name: str = "見本.docx") -> tuple[int, str]:
    """A new document with this file, from the bureau's screen."""
    form = {
        "key": str(uuid4()), "title": "手引き", "kind": "manual", "audience": ["clerk"], "changes": "最初の版です。",
        "text": "", "file": SimpleUploadedFile(name, content),
    }  # fmt: skip
    response = client_of(Role.BUREAU, f"bureau-{uuid4()}").post("/staff/documents/new/", form)
    return response.status_code, response.content.decode()


@pytest.mark.requirement("fukuoka-26", "fukutsu-14")
@pytest.mark.parametrize(
    ("content", "ending", "said"),
    [
        (pdf_of("受付の手順", "撮影の手順"), "pdf", "撮影の手順"),
        (word_of("受付の手順", "撮影の手順"), "docx", "撮影の手順"),
        (excel_of(受付=[["番号", "手順"], [1, "撮影の手順"]]), "xlsx", "撮影の手順"),
    ],
)
def test_a_file_is_approved_read_and_found_by_its_words(content: bytes, ending: str, said: str) -> None:
    version = published_version(text="", file=content, file_name=f"見本.{ending}")
    clerk = client_of(Role.CLERK)
    base = f"/staff/documents/{version.document_id}/"
    assert said in clerk.get(base).content.decode()
    assert "窓口の手引き" in clerk.get("/staff/documents/", {"q": said}).content.decode()
    taken = clerk.get(f"{base}versions/1.pdf")
    assert taken.content == content
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert f".{ending}" in taken.headers["Content-Disposition"]
    assert "sandbox" in taken.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90 program", "受け取れるのは"),
        (b"%PDF-1.7 broken", "PDFを開けません"),
        (b"PK\x03\x04 broken", "壊れているか"),
        (b"\xd0\xcf\x11\xe0 old", "古い形式"),
        (word_of("x", macro=True), "マクロ"),
        (word_of("x", doctype=True), "形式が正しくありません"),
        (word_of("番号は 1234 5678 9018 です"), "マイナンバー"),
        (pdf_of("1234 5678 9018"), "マイナンバー"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(content: bytes, said: str) -> None:
    status, page = send(content)
    assert status == 422
    assert said in page
    assert not Document.objects.exists()


def test_a_file_of_the_size_that_is_promised_arrives() -> None:
    held = BytesIO(excel_of(点検=[["番号"]]))
    with ZipFile(held, "a") as file:
        file.writestr("xl/media/image1.bin", bytes(range(256)) * 4096 * 19)
    assert len(held.getvalue()) > 19 * 1024 * 1024
    status, page = send(held.getvalue(), "見本.xlsx")
    assert status == 302, page


def test_the_action_refuses_it_too() -> None:
    with pytest.raises(FileNotAccepted):
        draft(text="", file=b"%PDF-1.7 broken")
    assert not Document.objects.exists()


def test_without_an_answer_of_the_scanner_no_file_is_taken(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{silent.getsockname()[1]}"
    with pytest.raises(ScannerUnavailable):
        draft(text="", file=pdf_of("x"))
    status, page = send(pdf_of("x"))
    assert status == 422
    assert "ウイルス検査に接続できません" in page


def test_cells_and_sheets_are_read_in_order() -> None:
    _kind, pages = read_file(excel_of(一=[["名", 1], ["二行目", 2.5]], 二=[["x"]]))  # type: ignore[list-item]
    assert pages == ["【一】\n名 1\n二行目 2.5", "【二】\nx"]
    with pytest.raises(NotReadable):
        read_file(b"")


def test_a_page_put_in_between_changes_no_other() -> None:
    changes = page_differences(["一", "二", "三"], ["一", "間", "二", "三つ"])
    assert [(change.old, change.new) for change in changes] == [(None, 2), (3, 4)]
    assert page_differences(["一"], ["一"]) == []
    silent = page_differences([""], [""])
    assert [(change.old, change.new, change.readable) for change in silent] == [(1, 1, False)]


@pytest.mark.requirement("fukuoka-26")
def test_the_city_sees_the_changed_pages_of_two_pdfs_and_their_pictures() -> None:
    version = published_version(text="", file=pdf_of("受付の手順です。", "撮影の手順です。"))
    content = Content(changes="改訂", file=pdf_of("受付の手順です。", "撮影と審査の手順です。"), file_name="二.pdf")
    second = version_begin(document=version.document, content=content, by=author())
    city = client_of(Role.CITY_OFFICER)
    base = f"/staff/documents/{version.document_id}/versions/"
    page = city.get(f"{base}{second.number}/").content.decode()
    assert "2ページ" in page and "<ins>と審査</ins>" in page
    assert "受付の手順です。</span>" not in page, "an unchanged page is not shown"
    picture = city.get(f"{base}2/pages/2.jpg")
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert "no-store" in picture.headers["Cache-Control"]
    assert city.get(f"{base}2/pages/3.jpg").status_code == 404
    assert city.get(f"{base}2/pages/0.jpg").status_code == 404
    assert client_of(Role.CLERK).get(f"{base}1/pages/1.jpg").status_code == 403


def test_word_files_are_compared_by_their_lines_and_have_no_pictures() -> None:
    version = published_version(text="", file=word_of("一行目", "二行目"), file_name="一.docx")
    second = version_begin(
        document=version.document,
        content=Content(changes="改訂", file=word_of("一行目", "二行目です"), file_name="二.docx"),
        by=author(),
    )
    city = client_of(Role.CITY_OFFICER)
    base = f"/staff/documents/{version.document_id}/versions/"
    page = city.get(f"{base}{second.number}/").content.decode()
    assert "<ins>です</ins>" in page
    assert "ページの画像" not in page
    assert city.get(f"{base}1/pages/1.jpg").status_code == 404


@pytest.mark.requirement("kitakyushu-02")
def test_material_is_handed_out_only_once_the_city_has_approved_it() -> None:
    version = submitted_version(kind=DocumentKind.MATERIAL, title="研修資料")
    base = f"/staff/documents/{version.document_id}/"
    clerk, bureau = client_of(Role.CLERK), client_of(Role.BUREAU)
    assert clerk.get(base).status_code == 404
    assert clerk.get(f"{base}versions/1.pdf").status_code == 404
    assert bureau.get(f"{base}distribution/").status_code == 404
    handed: dict[str, Any] = {
        "office": None,
        "place": "研修会場",
        "day": version.drafted_at.date(),
        "quantity": 20,
        "note": "",
    }
    with pytest.raises(NotPublicity):
        distribution_record(key=uuid4(), version=version, by=author(), **handed)
    published = publish(version)
    assert clerk.get(base).status_code == 200
    distribution_record(key=uuid4(), version=published, by=author(), **handed)
    assert "研修会場" in bureau.get(f"{base}distribution/").content.decode()


@pytest.mark.requirement("fukutsu-12", "kitakyushu-16")
def test_the_emergency_plan_in_force_is_one_press_away_from_every_page() -> None:
    old = published_version(kind=DocumentKind.EMERGENCY, title="旧い計画")
    newest = published_version(kind=DocumentKind.EMERGENCY, title="新しい計画")
    version_submit(version=draft(kind=DocumentKind.EMERGENCY, title="まだの計画"), by=author())
    clerk = client_of(Role.CLERK)
    for page in ("/staff/", "/staff/documents/", f"/staff/documents/{old.document_id}/"):
        assert "/staff/documents/emergency/" in clerk.get(page).content.decode()
    answer = clerk.get("/staff/documents/emergency/")
    assert answer.headers["Location"] == f"/staff/documents/{newest.document_id}/"
    assert "PDFを受け取る" in clerk.get(answer.headers["Location"]).content.decode()


def test_without_a_plan_the_list_says_what_there_is() -> None:
    assert client_of(Role.CLERK).get("/staff/documents/emergency/").headers["Location"] == "/staff/documents/"
