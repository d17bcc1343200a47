"""The worklist as a workbook: what comes back is taken over whole, or refused by line."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from applications.checkfiles.papers import SHEET
from applications.checkfiles.rows import TITLES
from applications.models import CheckAnswer, CheckBatch, CheckReturn, CheckState, ExistenceCheck
from audit.models import AuditEvent
from postoffices.models import City
from reservations.actions import Person, reservation_cancel
from reservations.models import CancelReason, Reservation
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN, HANAKO, TARO

LISTS = "/staff/applications/existence/lists/"
ANSWER, REASON, NOTE = (TITLES.index(title) + 1 for title in ("回答", "不備の理由", "事務局への連絡事項"))
NAME, ADDRESS, CODE = TITLES.index("氏名") + 1, TITLES.index("住所") + 1, len(TITLES)
Change = Callable[[Worksheet], None]


def taken_out(officer: Client) -> bytes:
    """A new list of all that waits, as its file."""
    made = officer.post(f"{LISTS}make/")
    assert made.status_code == 302
    batch = CheckBatch.objects.first()
    assert batch is not None
    return officer.post(f"{LISTS}{batch.pk}.xlsx").content


def changed(content: bytes, change: Change) -> bytes:
    """The workbook opened, changed and saved again, as a spreadsheet program does."""
    book: Any = load_workbook(BytesIO(content))
    change(book[SHEET])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def answered(content: bytes, *answers: tuple[str, str, str]) -> bytes:
    def fill(sheet: Worksheet) -> None:
        for line, (answer, reason, note) in enumerate(answers, start=2):
            for column, value in ((ANSWER, answer), (REASON, reason), (NOTE, note)):
                sheet.cell(line, column).value = value or None

    return changed(content, fill)


def sent_back(officer: Client, content: bytes, follow: bool = True) -> Any:
    upload = SimpleUploadedFile("kaitou.xlsx", content)
    return officer.post(f"{LISTS}receive/", {"file": upload}, follow=follow)


@pytest.fixture
def two(desk: Desk) -> list[Reservation]:
    return [desk.booking(days=7), desk.booking(days=8, person=TARO)]


CONFIRMED = ("確認済み", "", "")
DEFECT = ("不備", "住所が異なる", "番地が違います")


@pytest.mark.requirement("fukuoka-20")
def test_out_and_back_previewed_then_taken_over(officer: Client, two: list[Reservation]) -> None:
    preview = sent_back(officer, answered(taken_out(officer), CONFIRMED, DEFECT))
    page = preview.content.decode()
    assert "2件の回答を取り込む" in page
    assert "番地が違います" in page
    assert not ExistenceCheck.objects.exists()
    done = officer.post(preview.request["PATH_INFO"], follow=True).content.decode()
    assert "2件の回答を取り込みました。" in done
    states = {check.reservation_id: check.state for check in ExistenceCheck.objects.all()}
    assert states == {two[0].pk: CheckState.CONFIRMED, two[1].pk: CheckState.DEFECT}
    assert [(kept.state, kept.reason) for kept in CheckAnswer.objects.order_by("pk")] == [
        ("confirmed", ""),
        ("defect", "address_differs"),
    ]
    assert "ファイルで回答" in officer.get(f"/staff/applications/existence/{two[1].number}/").content.decode()


def test_taking_over_twice_is_refused_and_the_same_file_leads_to_its_page(
    officer: Client, two: list[Reservation]
) -> None:
    content = answered(taken_out(officer), CONFIRMED, CONFIRMED)
    page = sent_back(officer, content).request["PATH_INFO"]
    officer.post(page)
    assert officer.post(page).status_code == 422
    assert sent_back(officer, content).request["PATH_INFO"] == page
    assert CheckReturn.objects.count() == 1
    assert CheckAnswer.objects.count() == 2


def edit(column: int, value: str) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet.cell(3, column).value = value

    return change


def double(sheet: Worksheet) -> None:
    for column in range(1, len(TITLES) + 1):
        sheet.cell(4, column).value = sheet.cell(3, column).value


def swap_codes(sheet: Worksheet) -> None:
    first, second = sheet.cell(2, CODE), sheet.cell(3, CODE)
    first.value, second.value = second.value, first.value


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (edit(NAME, "別の 人"), "3行目：予約の欄が書き換えられているか"),
        (edit(ADDRESS, "見本市別区9-9-9"), "3行目：予約の欄が書き換えられているか"),
        (edit(CODE, "00000-00000-00000-00000"), "3行目：予約の欄が書き換えられているか"),
        (swap_codes, "この環境で取り出した一覧ではありません"),
        (double, "4行目：3行目と同じ予約です"),
        (lambda sheet: sheet.delete_rows(3), "一覧の番号2の行がありません"),
        (lambda sheet: sheet.delete_cols(5), "1行目：見出しが"),
        (edit(ANSWER, "はい"), "3行目：回答は「確認済み」か「不備」のどちらかです"),
        (edit(REASON, "住所が異なる"), "3行目：回答が空欄なのに"),
        (edit(ANSWER, "不備"), "3行目：「不備」のときは、理由を"),
        (edit(ANSWER, "=1+1"), "3行目：計算式が入っています"),
    ],
)
def test_one_wrong_row_and_nothing_is_taken(officer: Client, two: list[Reservation], change: Change, told: str) -> None:
    content = answered(taken_out(officer), CONFIRMED)
    answer = sent_back(officer, changed(content, change))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "どの回答もまだ反映していません" in answer.content.decode()
    assert not CheckReturn.objects.exists()
    assert not ExistenceCheck.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(officer: Client, two: list[Reservation], desk: Desk) -> None:
    desk.booking(days=9, person=Person("見本 三子", "", HANAKO.birth_date, "見本市3-3", "0001113333"))

    def spoil(sheet: Worksheet) -> None:
        sheet.cell(2, NAME).value = "別の 人"
        sheet.delete_rows(3)

    page = sent_back(officer, changed(taken_out(officer), spoil)).content.decode()
    assert "2行目：予約の欄が書き換えられているか" in page
    assert "一覧の番号2の行がありません" in page
    assert "一覧の番号1の行がありません" not in page
    assert "一覧の番号3の行がありません" not in page


def test_a_my_number_in_a_note_is_refused_and_not_shown(officer: Client, two: list[Reservation]) -> None:
    content = answered(taken_out(officer), ("不備", "その他", "1234-5678-9018"))
    answer = sent_back(officer, content)
    assert answer.status_code == 422
    assert "2行目：" in answer.content.decode()
    assert "1234-5678-9018" not in answer.content.decode()


def test_a_row_of_another_list_is_named(officer: Client, two: list[Reservation]) -> None:
    first = load_workbook(BytesIO(taken_out(officer)))[SHEET]
    second = taken_out(officer)

    def put_in(sheet: Worksheet) -> None:
        for column in range(1, len(TITLES) + 1):
            sheet.cell(3, column).value = first.cell(3, column).value

    answer = sent_back(officer, changed(second, put_in))
    assert "3行目：別の一覧（K-" in answer.content.decode()
    assert answer.status_code == 422


def test_another_citys_file_is_refused(officer: Client, two: list[Reservation]) -> None:
    from postoffices.city import forget_city

    content = answered(taken_out(officer), CONFIRMED, CONFIRMED)
    City.objects.all().delete()
    other = City.objects.create(slug="other", name="別の市", settings=_settings(), profile_sha256="")
    forget_city()
    answer = sent_back(officer, content)
    other.delete()
    forget_city()
    assert "ほかの市や別の環境" in answer.content.decode()
    assert answer.status_code == 422


def _settings() -> dict[str, Any]:
    from postoffices.neutral import NEUTRAL_RULES

    settings: dict[str, Any] = NEUTRAL_RULES.model_dump(mode="json")
    return settings


def protected() -> bytes:
    return b"\xd0\xcf\x11\xe0" + bytes(600)


def another_workbook() -> bytes:
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"MZ\x90\x00 an executable", "Excelのファイル（.xlsx）として読み取れません"),
        (b"PK\x03\x04 broken", "Excelのファイル（.xlsx）として読み取れません"),
        (protected(), "パスワードの付いたファイル"),
        (another_workbook(), "見出しが"),
        (b"", "ファイルが空です"),
    ],
)
def test_what_is_no_list_is_refused_in_words(officer: Client, desk: Desk, content: bytes, told: str) -> None:
    answer = sent_back(officer, content)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_an_answer_for_a_cancelled_booking_is_reported_and_kept(officer: Client, two: list[Reservation]) -> None:
    content = answered(taken_out(officer), CONFIRMED, DEFECT)
    reservation_cancel(reservation=two[1], reason=CancelReason.OTHER, by=CITIZEN)
    preview = sent_back(officer, content)
    assert "予約が取り消されていた" in preview.content.decode()
    done = officer.post(preview.request["PATH_INFO"], follow=True).content.decode()
    assert "1件は反映せず、記録に残しました" in done
    kept = CheckAnswer.objects.get(reservation=two[1])
    assert (kept.held_back, kept.reason, kept.note) == ("cancelled", "address_differs", "番地が違います")
    assert ExistenceCheck.objects.get().reservation == two[0]


def test_what_the_screen_answered_since_is_not_overwritten(officer: Client, two: list[Reservation]) -> None:
    content = answered(taken_out(officer), CONFIRMED, CONFIRMED)
    told = {"reason": "moved_out", "note": ""}
    officer.post(f"/staff/applications/existence/{two[0].number}/", told)
    preview = sent_back(officer, content)
    officer.post(preview.request["PATH_INFO"])
    assert ExistenceCheck.objects.get(reservation=two[0]).state == CheckState.DEFECT
    assert CheckAnswer.objects.get(reservation=two[0], held_back="conflict").state == CheckState.CONFIRMED
    assert ExistenceCheck.objects.get(reservation=two[1]).state == CheckState.CONFIRMED


def test_rows_may_be_sorted_and_left_empty(officer: Client, two: list[Reservation]) -> None:
    def sort(sheet: Worksheet) -> None:
        for column in range(1, len(TITLES) + 1):
            upper, lower = sheet.cell(2, column), sheet.cell(3, column)
            upper.value, lower.value = lower.value, upper.value

    preview = sent_back(officer, changed(answered(taken_out(officer), CONFIRMED), sort))
    assert "1件（確認待ちのまま）" in preview.content.decode()
    officer.post(preview.request["PATH_INFO"])
    assert ExistenceCheck.objects.get().reservation == two[0]


def test_a_name_like_a_formula_stays_a_text_and_comes_back_unharmed(officer: Client, desk: Desk) -> None:
    desk.booking(days=7, person=Person('=HYPERLINK("x")', "", HANAKO.birth_date, "+見本市1-2-3", "0001112222"))
    content = taken_out(officer)
    cell = load_workbook(BytesIO(content))[SHEET].cell(2, NAME)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert "1件の回答を取り込む" in sent_back(officer, answered(content, CONFIRMED)).content.decode()


def test_nothing_waits_says_so(officer: Client, desk: Desk) -> None:
    answer = officer.post(f"{LISTS}make/")
    assert (answer.status_code, "確認を待つ予約がありません" in answer.content.decode()) == (422, True)


def test_pressing_twice_makes_one_list(officer: Client, two: list[Reservation]) -> None:
    for _ in range(2):
        officer.post(f"{LISTS}make/", {"key": "8a1f5b0e-6f1c-4c4e-9a44-000000000001"})
    assert CheckBatch.objects.count() == 1
    assert AuditEvent.objects.filter(action="existence.list_made").count() == 1


def test_taking_the_file_out_is_recorded_without_names(officer: Client, two: list[Reservation]) -> None:
    taken_out(officer)
    event = AuditEvent.objects.get(action="existence.list_taken_out")
    assert event.detail == {"rows": 2}


def test_without_its_event_nothing_is_taken_over(
    officer: Client, two: list[Reservation], audit_cannot_be_written: Any, desk: Desk
) -> None:
    from applications.checkfiles.actions import check_return_take

    sent_back(officer, answered(taken_out(officer), CONFIRMED, DEFECT))
    with audit_cannot_be_written():
        check_return_take(returned=CheckReturn.objects.get(), by=desk.city)
    assert not ExistenceCheck.objects.exists()
    assert CheckReturn.objects.get().taken_at is None
