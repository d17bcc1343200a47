"""Reading a telephone system's CSV: every row that is right, and for each other one what is wrong with it."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from helpdesk.desks import all_categories, takes_personal_data
from helpdesk.errors import FileUnreadable
from writing.text import digits, normalised

NEEDED = ("通番", "着信日時")
KNOWN = (*NEEDED, "応答日時", "終話日時", "発信者番号", "担当者", "分類")
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S")
MOST_ROWS = 50_000
MOST_FAULTS = 200
LONGEST_ID = 80
PHONE_DIGITS = 15


class RowFault(Exception):
    """What is wrong with a row, in words."""


@dataclass(slots=True)
class Read:
    """`rows` as they will be taken in, `faults` by line of the file (counted from 1, with the head)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)


def read_calls(content: bytes, desk: str) -> Read:
    """Raises FileUnreadable when it is no such file at all."""
    try:
        return _read(csv.DictReader(io.StringIO(_text(content), newline="")), desk)
    except csv.Error as error:
        raise FileUnreadable("CSVファイルとして読み取れません。保存し直してください。") from error


def _read(reader: "csv.DictReader[str]", desk: str) -> Read:
    titles = [normalised(title or "") for title in reader.fieldnames or []]
    if missing := [title for title in NEEDED if title not in titles]:
        raise FileUnreadable(f"列「{'」「'.join(missing)}」がありません。1行目に列の名前を書いてください。")
    reader.fieldnames = titles
    people = dict(User.objects.values_list("username", "pk"))
    names = {held.name: held.code for held in all_categories(desk)} | {
        held.code: held.code for held in all_categories(desk)
    }
    read, seen = Read(), set[str]()
    for row in reader:
        try:
            taken = _row(row, people, names, seen, desk)
        except RowFault as fault:
            if len(read.faults) < MOST_FAULTS:
                read.faults.append({"line": reader.line_num, "what": str(fault)})
            continue
        read.rows.append(taken)
        if len(read.rows) > MOST_ROWS:
            raise FileUnreadable(f"{MOST_ROWS:,}件までにしてください。月ごとに分けてください。")
    return read


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable("文字コードが分かりません。UTF-8かShift_JISで保存してください。")


def _row(
    row: dict[str, Any], people: dict[str, int], names: dict[str, str], seen: set[str], desk: str
) -> dict[str, Any]:
    """Raises RowFault."""
    said = {title: normalised(row.get(title) or "") for title in KNOWN}
    number = said["通番"]
    if not number or len(number) > LONGEST_ID:
        raise RowFault("通番がないか、長すぎます。")
    if number in seen:
        raise RowFault(f"通番「{number}」がファイルの中に2回あります。")
    offered = _moment(said, "着信日時", needed=True)
    answered, ended = _moment(said, "応答日時"), _moment(said, "終話日時")
    if offered is None or (answered and answered < offered) or (ended and ended < (answered or offered)):
        raise RowFault("時刻の順が違います（着信、応答、終話の順です）。")
    if offered > timezone.now():
        raise RowFault("着信日時がこれから先の時刻です。")
    if said["担当者"] and said["担当者"] not in people:
        raise RowFault("担当者のログイン名が登録されていません。")
    if said["分類"] and said["分類"] not in names:
        raise RowFault("分類の名前が、この窓口の分類にありません。")
    seen.add(number)
    return {
        "external_id": number,
        "offered_at": offered.isoformat(),
        "answered_at": answered.isoformat() if answered else None,
        "ended_at": ended.isoformat() if ended else None,
        "caller_number": digits(said["発信者番号"])[:PHONE_DIGITS] if takes_personal_data(desk) else "",
        "operator_id": people.get(said["担当者"]),
        "category": names.get(said["分類"], ""),
    }


def _moment(said: dict[str, str], title: str, *, needed: bool = False) -> datetime | None:
    text = said[title]
    if not text and not needed:
        return None
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=timezone.get_default_timezone())
        except ValueError:
            continue
    raise RowFault(f"{title}を読み取れません（例：2026/11/18 9:05:00）。")
