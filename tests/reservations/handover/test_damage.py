"""Whatever happened to a folder on its way, or to a row in it, is named, and nothing is taken over."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from tests.reservations.handover.parcel import change_row, double_row, read, sign_again, taken_over, write
from tests.reservations.town import HANAKO

pytestmark = pytest.mark.django_db(transaction=True)


def break_letter(folder: Path) -> None:
    path = folder / "events.jsonl"
    path.write_text(path.read_text().replace('"detail": {', '"detail": {"a": "\\ud800", ', 1))


def cut(folder: Path) -> None:
    path = folder / "reservations.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def edit_manifest(folder: Path, **values: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def lose_table(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    edit_manifest(folder, tables=[table for table in manifest["tables"] if table["name"] != "slots"])


DAMAGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "changed row": (
        lambda folder: change_row(folder, "reservations", 2, name="架空 次郎"),
        ["reservations.jsonl: ", "reservations の2件目: ここから"],
    ),
    "doubled row": (double_row, ["reservations.jsonl: 書き出したときより大きく", "reservations の3件目"]),
    "cut file": (cut, ["reservations.jsonl: 途中で切れています", "reservations の6件目"]),
    "missing file": (lambda folder: (folder / "slots.csv").unlink(), ["slots.csv: ファイルがありません"]),
    "missing manifest": (lambda folder: (folder / "manifest.json").unlink(), ["manifest.json: 読めません"]),
    "broken manifest": (lambda folder: (folder / "manifest.json").write_text("{"), ["JSON として読めません"]),
    "foreign format": (lambda folder: edit_manifest(folder, format="x"), ["予約の引き継ぎデータではありません"]),
    "other version": (lambda folder: edit_manifest(folder, schema_version=99), ["形式の版が違います"]),
    "strange key": (lambda folder: edit_manifest(folder, more=1), ["「more」が正しくありません"]),
    "table not told": (lose_table, ["「slots」がありません"]),
    "same bytes, other letter": (
        lambda folder: (folder / "wards.csv").write_bytes(
            (folder / "wards.csv").read_bytes().replace(b"ward", b"word")
        ),
        ["wards.csv: 書き出したあとに内容が変わっています"],
    ),
}


@pytest.mark.requirement("fukuoka-15")
@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_nothing_taken_over(folder: Path, name: str) -> None:
    damage, said = DAMAGES[name]
    damage(folder)
    with pytest.raises(CommandError) as refused:
        taken_over(folder)
    for words in said:
        assert words in str(refused.value)


LONG = "見" * 101
WRONG_ROWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "unknown state": (
        lambda folder: change_row(folder, "reservations", 2, state="lost"),
        "2行目: 「状態」が決められた値",
    ),
    "too long": (lambda folder: change_row(folder, "reservations", 1, name=LONG), "1行目: 「氏名」"),
    "no date": (
        lambda folder: change_row(folder, "reservations", 1, birth_date="1980-02-30"),
        "「生年月日」を読めません",
    ),
    "no offset": (
        lambda folder: change_row(folder, "reservations", 1, booked_at="2026-01-01T00:00:00"),
        "「予約日時」に時差",
    ),
    "null": (lambda folder: change_row(folder, "reservations", 3, name=None), "3行目: 「氏名」が空です"),
    "number for text": (lambda folder: change_row(folder, "reservations", 3, phone=90), "3行目: 「電話番号」の型"),
    "nul": (lambda folder: change_row(folder, "reservations", 3, name="a\x00"), "3行目: 「氏名」に使えない文字"),
    "half letter": (break_letter, "events.jsonl 1行目: データの決まりに合いません"),
    "unknown office": (lambda folder: change_row(folder, "slots", 1, office="nowhere"), "slots.jsonl 1行目: 「拠点」"),
    "unknown slot": (
        lambda folder: change_row(folder, "reservations", 4, slot_id=999),
        "reservations.jsonl 4行目: 指している行がありません",
    ),
    "check digit": (
        lambda folder: change_row(folder, "reservations", 1, number="123456789"),
        "1行目: 予約番号の検査数字が合いません",
    ),
    "doubled row": (double_row, "reservations.jsonl 3行目: 同じ行、または同じ番号の行が前にもあります"),
    "cancelled without time": (
        lambda folder: change_row(folder, "reservations", 2, cancelled_at=None),
        "reservations.jsonl 2行目: データの決まりに合いません（reservation_cancelled_has_time）",
    ),
    "more seats than there are": (
        lambda folder: change_row(folder, "slots", 1, public_taken=9),
        "slots.jsonl 1行目: データの決まりに合いません（slot_public_taken_within_seats）",
    ),
    "wrong counter": (
        lambda folder: change_row(folder, "slots", 1, public_taken=3),
        "公開枠の使用数は3ですが、席を使う予約は1件です",
    ),
    "other office than the slot's": (
        lambda folder: change_row(folder, "reservations", 1, office="kaku"),
        "予約の拠点と予約枠の拠点が違います",
    ),
    "message about nobody": (
        lambda folder: change_row(folder, "messages", 1, subject_id="999"),
        "対象の予約がありません",
    ),
    "message about a word": (
        lambda folder: change_row(folder, "messages", 1, subject_id="x"),
        "対象の予約がありません",
    ),
    "other column": (lambda folder: change_row(folder, "wards", 1, more=1), "wards.jsonl 1行目: 列の名前"),
    "doubled closure": (
        lambda folder: write(folder, "weekly_hours", read(folder, "weekly_hours")[:1] * 2),
        "weekly_hours.jsonl 2行目: 同じ行が前にもあります",
    ),
    "rules of another version": (lambda folder: change_row(folder, "city", 1, settings={}), "市の規則（settings）"),
    "two cities in one folder": (lambda folder: change_row(folder, "city", 1, slug="other"), "マニフェストとは別の市"),
}


@pytest.mark.requirement("fukuoka-15")
@pytest.mark.parametrize("name", WRONG_ROWS)
def test_a_wrong_row_is_named_by_its_line_though_the_checksums_are_right(folder: Path, name: str) -> None:
    damage, said = WRONG_ROWS[name]
    damage(folder)
    sign_again(folder)
    with pytest.raises(CommandError) as refused:
        taken_over(folder)
    assert said in str(refused.value)
    assert HANAKO.name not in str(refused.value)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    for line in (1, 3, 4):
        change_row(folder, "reservations", line, state="lost", name=None)
    sign_again(folder)
    with pytest.raises(CommandError) as refused:
        taken_over(folder)
    assert str(refused.value).count("「状態」が決められた値") == 3
    assert str(refused.value).count("「氏名」が空です") == 3


def test_faults_without_end_are_cut(folder: Path) -> None:
    write(folder, "events", read(folder, "events") + [{}] * 200)
    sign_again(folder)
    with pytest.raises(CommandError, match="50件で確認を打ち切りました"):
        taken_over(folder)
