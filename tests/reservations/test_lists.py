"""Lists over several days, in reading order, with chosen columns; as CSV and as a workbook, sent while read."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.roles import Role
from audit.models import AuditEvent
from postoffices.models import Posting
from reservations.actions import reservation_cancel
from reservations.lists import views
from reservations.lists.chosen import Chosen, Period
from reservations.lists.columns import COLUMNS, DEFAULT
from reservations.lists.rows import Streamed, bookings
from reservations.models import CancelReason, Reservation
from tests.people import client_of, sign_in, staff_member
from tests.reservations.town import CITIZEN, HANAKO, TARO, Book, Town, a_time, make_slot

LIST = "/staff/reservations/"
MM = 25.4 / 72
READINGS = {
    "ワタナベ": "渡辺 見本",
    "カトウ": "加藤 見本",
    "ガトウ": "我藤 見本",
    "アンドウ ハナ": "安藤 花",
    "アンドウギ": "安藤木 見本",
    "ヴァン": "ヴァン 見本",
    "": "Mihon Foreign",
    "キャノ": "喜屋野 見本",
    "キヤマ": "木山 見本",
    "オオノ": "大野 見本",
    "オーノ": "オーノ 見本",
}
IN_ORDER = ["アンドウ ハナ", "アンドウギ", "ヴァン", "オオノ", "カトウ", "ガトウ", "キャノ", "キヤマ", "ワタナベ"]


@pytest.fixture
def bureau(town: Town) -> Client:
    return client_of(Role.BUREAU)


@pytest.fixture
def two_days(town: Town, book: Book) -> list[Reservation]:
    """Hanako in a week at Mihon, Taro the day after at Kaku, who cancelled."""
    first, _ = book(make_slot(town.office, a_time(7, 9)))
    second, _ = book(make_slot(town.elsewhere, a_time(8, 10)), person=TARO)
    return [first, reservation_cancel(reservation=second, reason=CancelReason.OTHER, by=CITIZEN)]


@pytest.fixture
def days() -> dict[str, str]:
    return {"from": day(7), "to": day(8)}


def day(days_from_today: int) -> str:
    return (timezone.localdate() + timedelta(days=days_from_today)).isoformat()


def lines(answer: HttpResponseBase) -> list[list[str]]:
    text = b"".join(pieces(answer)).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def pieces(answer: HttpResponseBase) -> Iterator[bytes]:
    return iter(answer)


def test_a_list_covers_the_days_of_the_address(
    bureau: Client, two_days: list[Reservation], days: dict[str, str]
) -> None:
    page = bureau.get(LIST, days).content.decode()
    assert "見本 花子" in page
    assert "架空 太郎" in page
    assert "合計 2件（取り消しなどを除くと 1件）" in page
    only = bureau.get(LIST, days | {"state": "cancelled"}).content.decode()
    assert "合計 1件（取り消しなどを除くと 0件）" in only


def test_days_may_be_typed_and_wrong_ones_are_explained(
    bureau: Client, two_days: list[Reservation], days: dict[str, str]
) -> None:
    first, last = timezone.localdate() + timedelta(days=7), timezone.localdate() + timedelta(days=8)
    page = bureau.get(LIST, typed(first, last)).content.decode()
    assert "架空 太郎" in page
    backwards = bureau.get(LIST, typed(last, first)).content.decode()
    assert "終わりの日は、はじめの日と同じ日か" in backwards
    too_long = bureau.get(LIST, typed(first, first + timedelta(days=366))).content.decode()
    assert "期間は366日まで" in too_long


def typed(first: date, last: date) -> dict[str, str]:
    parts = {"on": first, "until": last}
    values = {
        f"{name}_{part}": str(getattr(value, part)) for name, value in parts.items() for part in ("year", "month")
    }
    return values | {f"{name}_day": str(value.day) for name, value in parts.items()}


@pytest.mark.parametrize("query", ["from=x&to=y", "from=2026-01-02&to=2026-01-01", "from=2020-01-01&to=2026-01-01"])
def test_days_changed_by_hand_show_a_single_day(bureau: Client, query: str) -> None:
    assert bureau.get(f"{LIST}?{query}&order=x&column=x").status_code == 200


@pytest.mark.requirement("fukuoka-12")
def test_reading_order_is_that_of_a_japanese_index(bureau: Client, town: Town, book: Book) -> None:
    slot = make_slot(town.office, seats=len(READINGS))
    for number, (reading, name) in enumerate(READINGS.items()):
        book(slot, person=replace(TARO, name=name, reading=reading, phone=f"0001112{number:04}"))
    answer = bureau.get(f"{LIST}list.csv", {"day": day(7), "order": "reading", "column": ["reading"]})
    found = [row[0] for row in lines(answer)[1:-1]]
    # The lengthened one stands with the plain vowel's row, and people without a reading come last.
    assert [reading for reading in found if reading and reading != "オーノ"] == IN_ORDER
    assert found[-1] == ""


def test_the_office_order_keeps_offices_together(bureau: Client, town: Town, book: Book) -> None:
    for hour, office in ((9, town.elsewhere), (10, town.office), (11, town.elsewhere)):
        book(make_slot(office, a_time(7, hour)), person=replace(TARO, name=f"架空 {hour}郎"))
    answer = bureau.get(f"{LIST}list.csv", {"day": day(7), "order": "office", "column": ["office"]})
    assert [row[0] for row in lines(answer)[1:-1]] == ["見本郵便局", "架空郵便局", "架空郵便局"]


@pytest.mark.requirement("fukuoka-12", "fukuoka-21")
def test_csv_has_the_chosen_columns_and_the_total(
    bureau: Client, two_days: list[Reservation], days: dict[str, str]
) -> None:
    answer = bureau.get(f"{LIST}list.csv", days | {"column": ["state", "name", "booked_at"]})
    head, first, second, total = lines(answer)
    assert head == ["氏名", "状態", "予約した日時"]
    assert first[:2] == ["見本 花子", "予約済み"]
    assert second[:2] == ["架空 太郎", "取り消し"]
    assert total == ["合計 2件（取り消しなどを除くと 1件）"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.requirement("fukuoka-12", "fukuoka-21")
def test_the_workbook_over_days_opens_with_dates_and_total(
    bureau: Client, two_days: list[Reservation], days: dict[str, str]
) -> None:
    answer = bureau.get(f"{LIST}list.xlsx", days)
    sheet = load_workbook(BytesIO(b"".join(pieces(answer)))).worksheets[0]
    values = list(sheet.values)
    assert values[0][:3] == ("日付", "時刻", "予約番号")
    assert values[1][0].date().isoformat() == day(7)  # type: ignore[union-attr]  # openpyxl gives a datetime
    assert values[-1][0] == "合計 2件（取り消しなどを除くと 1件）"
    assert sheet.auto_filter.ref == "A1:J3"


def test_a_name_never_becomes_a_formula(bureau: Client, town: Town, book: Book) -> None:
    book(make_slot(town.office), person=replace(HANAKO, name="=1+1"))
    asked = {"day": day(7), "column": ["name"]}
    assert lines(bureau.get(f"{LIST}list.csv", asked))[1] == ["'=1+1"]
    book_file = load_workbook(BytesIO(b"".join(pieces(bureau.get(f"{LIST}list.xlsx", asked)))))
    cell = book_file.worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_taking_a_list_is_recorded_before_a_name_leaves(
    bureau: Client, two_days: list[Reservation], days: dict[str, str]
) -> None:
    answer = bureau.get(f"{LIST}list.csv", days)
    detail = AuditEvent.objects.get(action="reservations.list_taken_out").detail
    assert (detail["form"], detail["rows"], detail["day"], detail["until"]) == ("csv", 2, days["from"], days["to"])
    answer.close()


def test_asking_for_the_head_takes_nothing(bureau: Client, two_days: list[Reservation], days: dict[str, str]) -> None:
    assert bureau.head(f"{LIST}list.csv", days).status_code == 200
    assert not AuditEvent.objects.filter(action="reservations.list_taken_out").exists()


def test_three_people_take_out_only_what_is_theirs(
    town: Town, two_days: list[Reservation], days: dict[str, str], client: Client
) -> None:
    clerks = {}
    for name, office in (("own", town.office), ("other", town.elsewhere)):
        user = staff_member(Role.CLERK, name)
        Posting.objects.create(user=user, office=office)
        clerks[name] = sign_in(Client(), user)
    own = str(lines(clerks["own"].get(f"{LIST}list.csv", days)))
    other = str(lines(clerks["other"].get(f"{LIST}list.csv", days)))
    assert ("見本 花子" in own, "見本 花子" in other) == (True, False)
    assert clerks["other"].get(f"{LIST}list.csv", days | {"office": town.office.code}).status_code == 404
    assert client.get(f"{LIST}list.csv", days).status_code == 302


def test_a_paper_of_some_days_names_them(bureau: Client, two_days: list[Reservation], days: dict[str, str]) -> None:
    assert bureau.get(f"{LIST}list.pdf", days).content.startswith(b"%PDF")


def printed(answer: HttpResponseBase) -> tuple[str, tuple[int, int]]:
    """The paper's words without blanks, and the size of its first page in millimetres."""
    paper = PdfReader(BytesIO(b"".join(pieces(answer))))
    box = paper.pages[0].mediabox
    words = "".join("".join(page.extract_text().split()) for page in paper.pages)
    return words, (round(float(box.width) * MM), round(float(box.height) * MM))


@pytest.mark.requirement("fukuoka-12")
def test_a_paper_has_the_chosen_columns(bureau: Client, two_days: list[Reservation], days: dict[str, str]) -> None:
    words, size = printed(bureau.get(f"{LIST}list.pdf", days | {"column": ["time", "phone", "office", "reading"]}))
    assert "時刻フリガナ電話番号備考" in words
    assert "000-1234-5678" in words
    assert "見本花子" not in words
    assert "見本郵便局" in words  # above its table
    assert size == (210, 297)


def test_a_paper_without_a_choice_shows_no_telephone_numbers(
    bureau: Client, two_days: list[Reservation], days: dict[str, str]
) -> None:
    words, size = printed(bureau.get(f"{LIST}list.pdf", days))
    assert "日付時刻予約番号氏名手続き状態備考" in words
    assert "見本花子ミホンハナコ" in words
    assert "000-1234-5678" not in words
    one_day, _ = printed(bureau.get(f"{LIST}list.pdf", {"day": day(7)}))
    assert "日付" not in one_day
    assert size == (210, 297)


@pytest.mark.parametrize(("columns", "size"), [(DEFAULT, (297, 210)), (tuple(COLUMNS), (420, 297))])
def test_more_columns_take_a_larger_paper(
    bureau: Client,
    two_days: list[Reservation],
    days: dict[str, str],
    columns: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    words, found = printed(bureau.get(f"{LIST}list.pdf", days | {"column": list(columns)}))
    assert found == size
    for code in set(columns) - {"office", "reading"}:
        assert COLUMNS[code].title in words


@pytest.mark.parametrize(("form", "limit"), [("pdf", "MOST_ON_PAPER"), ("xlsx", "MOST_ROWS")])
def test_what_is_too_long_says_what_to_do_instead(
    bureau: Client,
    two_days: list[Reservation],
    days: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    limit: str,
) -> None:
    monkeypatch.setattr(views, limit, 1)
    answer = bureau.get(f"{LIST}list.{form}", days)
    assert answer.status_code == 422
    assert "取り出してください" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="reservations.list_taken_out").exists()


@pytest.mark.parametrize("guarded", [True, False])
def test_rows_travel_in_pieces(town: Town, two_days: list[Reservation], guarded: bool) -> None:
    """A cursor of the server is open while the first row is here; the canary has read everything and has none."""
    user = staff_member(Role.BUREAU)
    period = Period(timezone.localdate(), timezone.localdate() + timedelta(days=30))
    streamed = Streamed(bookings(user, Chosen(period)), [COLUMNS["name"]])
    if not guarded:
        streamed._rows = AllAtOnce(streamed._rows)  # type: ignore[assignment]  # stands in for it
    rows = iter(streamed)
    assert next(rows) == ["見本 花子"]
    assert server_cursors() == guarded
    assert [*rows, streamed.total_row()] == [["架空 太郎"], ["合計 2件（取り消しなどを除くと 1件）"]]


def server_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        return int(cursor.fetchone()[0])


class AllAtOnce:
    """The rows without a cursor of the server."""

    def __init__(self, rows: Iterable[object]) -> None:
        self.rows = rows

    def iterator(self, chunk_size: int) -> Iterator[object]:
        return iter(list(self.rows))
