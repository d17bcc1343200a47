"""The pages of documents, as authors, the city and readers meet them."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.roles import Role
from documents.actions import Content, version_begin
from documents.models import Distribution, Document, DocumentKind, Version, VersionState
from tests.documents.made import TEXT, author, draft, pdf_of, published_version, someone, submitted_version
from tests.people import client_of, sign_in

pytestmark = pytest.mark.django_db


def typed(**changed: object) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "title": "窓口の手引き",
        "kind": "manual",
        "audience": ["clerk"],
        "must_confirm": "on",
        "changes": "最初の版です。",
        "text": TEXT,
    } | changed


@pytest.mark.requirement("kitakyushu-03", "fukutsu-14")
def test_a_manual_goes_from_the_draft_to_a_read_confirmation_at_an_office() -> None:
    bureau, city, clerk = client_of(Role.BUREAU), client_of(Role.CITY_OFFICER), client_of(Role.CLERK)
    bureau.post("/staff/documents/new/", typed())
    pk = Document.objects.get().pk
    address = f"/staff/documents/{pk}/"
    assert clerk.get(address).status_code == 404, "a draft is nothing for readers"

    bureau.post(f"{address}versions/1/submit/")
    assert "承認を待つ文書" in city.get("/staff/").content.decode()
    assert city.post(f"{address}versions/1/return/", {"remarks": "手順が足りません。"}).status_code == 302
    assert "手順が足りません。" in bureau.get(f"{address}edit/").content.decode()
    bureau.post(f"{address}edit/", {"changes": "手順を足しました。", "text": TEXT + "\n3. 番号札を渡します。"})
    bureau.post(f"{address}versions/1/submit/")
    city.post(f"{address}versions/1/approve/")
    assert clerk.get(address).status_code == 404, "approved is not published yet"
    bureau.post(f"{address}versions/1/publish/")

    assert "まだ読んでいない文書" in clerk.get("/staff/").content.decode()
    page = clerk.get(address).content.decode()
    assert "番号札を渡します。" in page
    assert "読みました" in page
    clerk.post(f"{address}confirm/", {"number": 1})
    assert "読了を記録しました。" in clerk.get(address).content.decode()
    assert "全員が読みました。" in city.get(f"{address}readers/").content.decode()


def test_saving_the_form_twice_makes_one_document(client: Client) -> None:
    bureau = client_of(Role.BUREAU)
    form = typed()
    first, second = bureau.post("/staff/documents/new/", form), bureau.post("/staff/documents/new/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "題名を入力してください。"),
        ({"audience": []}, "読む人を1つ以上選んでください。"),
        ({"text": ""}, "本文を書くか、ファイルを選んでください。"),
        ({"text": "担当は{{部長}}です。"}, "「{{部長}}」は使えません。"),
        ({"text": "番号は 1234 5678 9018 です。"}, "マイナンバー"),
        ({"changes": ""}, "変更の内容を入力してください。"),
        ({"kind": "poem"}, "正しく選択してください"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(changed: dict[str, object], said: str) -> None:
    answer = client_of(Role.BUREAU).post("/staff/documents/new/", typed(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    if "changes" not in changed:
        assert "最初の版です。" in page
    assert not Document.objects.exists()


def test_readers_see_the_newest_approved_version_only() -> None:
    version = published_version()
    version_begin(document=version.document, content=Content(changes="改訂", text="秘密の下書き"), by=author())
    clerk = client_of(Role.CLERK)
    base = f"/staff/documents/{version.document_id}/"
    assert "秘密の下書き" not in clerk.get(base).content.decode()
    assert clerk.get(f"{base}versions/2.pdf").status_code == 404
    assert clerk.get(f"{base}versions/1.pdf").headers["Content-Type"] == "application/pdf"
    assert client_of(Role.OPERATOR).get(base).status_code == 404, "not for this role"


def test_an_uploaded_pdf_comes_back_as_it_was() -> None:
    file = pdf_of("見本")
    version = published_version(text="", file=file)
    answer = client_of(Role.CLERK).get(f"/staff/documents/{version.document_id}/versions/1.pdf")
    assert answer.content == file
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_city_sees_what_changed() -> None:
    version = published_version()
    second = version_begin(
        document=version.document, content=Content(changes="改訂", text=TEXT + "\n3. 渡します。"), by=author()
    )
    page = client_of(Role.CITY_OFFICER).get(f"/staff/documents/{version.document_id}/versions/{second.number}/")
    assert "<ins>3. 渡します。</ins>" in page.content.decode()


def test_the_author_s_page_offers_no_approval() -> None:
    version = submitted_version()
    page = sign_in(Client(), someone(Role.BUREAU, "author")).get(f"/staff/documents/{version.document_id}/versions/1/")
    assert "この版を承認する" not in page.content.decode()
    assert "市の承認を待っています。" in page.content.decode()


def test_an_answer_to_an_older_screen_asks_to_read_the_new_version() -> None:
    version = published_version()
    Version.objects.filter(pk=version.pk).update(state=VersionState.SUPERSEDED)
    draft_two = version_begin(document=version.document, content=Content(changes="改訂", text=TEXT), by=author())
    Version.objects.filter(pk=draft_two.pk).update(
        state=VersionState.PUBLISHED, shown=TEXT, decided_by=version.decided_by, decided_at=version.decided_at,
        published_at=version.published_at,
    )  # fmt: skip
    answer = client_of(Role.CLERK).post(f"/staff/documents/{version.document_id}/confirm/", {"number": 1})
    assert answer.status_code == 422
    assert "最新の版を読んでください。" in answer.content.decode()


@pytest.mark.requirement("kitakyushu-11")
def test_publicity_is_followed_to_where_it_went() -> None:
    version = published_version(kind=DocumentKind.PUBLICITY)
    bureau = client_of(Role.BUREAU)
    address = f"/staff/documents/{version.document_id}/distribution/"
    form = {
        "key": str(uuid4()), "place": "見本公民館", "quantity": "300", "note": "",
        "day_year": "2025", "day_month": "11", "day_day": "4",
    }  # fmt: skip
    bureau.post(address, form)
    bureau.post(address, form)
    assert Distribution.objects.get().quantity == 300
    bureau.post(address, form | {"key": str(uuid4()), "quantity": "1200"})
    assert "1,500" in bureau.get(address).content.decode()
    wrong = bureau.post(address, form | {"key": str(uuid4()), "place": "", "quantity": "0"})
    assert wrong.status_code == 422
    assert "拠点を選ぶか、配布先を入力してください。" in wrong.content.decode()
    assert client_of(Role.CITY_OFFICER).get(address).status_code == 200


def test_the_list_finds_words_of_title_and_text() -> None:
    published_version(title="窓口の手引き")
    published_version(title="緊急時の計画", text="停電のときは懐中電灯を使います。")
    draft(title="まだ下書き", text="停電")
    clerk = client_of(Role.CLERK)
    page = clerk.get("/staff/documents/", {"q": "停電"}).content.decode()
    assert "緊急時の計画" in page
    assert "窓口の手引き" not in page
    assert "まだ下書き" not in page
    assert "当てはまる文書がありません。" in clerk.get("/staff/documents/", {"q": "雪"}).content.decode()
