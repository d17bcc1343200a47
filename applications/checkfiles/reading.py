"""Reading a workbook that comes back: every row must be ours, of this list, unchanged, and there exactly once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from applications.checkfiles.errors import FileRefused
from applications.checkfiles.papers import SHEET
from applications.checkfiles.records import CheckBatch
from applications.checkfiles.rows import CONFIRMED, DEFECT, FIRST_ANSWER, REASONS, TITLES, Answer, is_ours
from applications.models import CheckState, DefectReason
from writing.forms import LongTextField

MOST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
NOT_A_WORKBOOK = "Excelのファイル（.xlsx）として読み取れません。取り出した一覧に回答を書いたファイルを選んでください。"
PROTECTED = "パスワードの付いたファイルは読み取れません。パスワードを外して保存し直してください。"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A workbook in which everything is right. `answers` are the rows that were filled in."""

    batch: CheckBatch
    sha256: str
    answers: list[Answer]


def read_file(content: bytes) -> ReadFile:
    """Raises FileRefused with everything that is wrong."""
    rows = list(_rows(content))
    if not rows:
        raise FileRefused(["一覧の行が1行もありません。"])
    batch = _batch_of(rows)
    reader = _Reader(batch)
    for line, cells in rows:
        reader.take(line, cells)
    reader.look_for_missing()
    if reader.faults:
        raise FileRefused(reader.faults)
    return ReadFile(batch, sha256(content).hexdigest(), sorted(reader.answers, key=lambda answer: answer.position))


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their line numbers. Raises FileRefused."""
    _refuse_unless_workbook(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True)
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        read = enumerate(sheet.iter_rows(max_col=len(TITLES), max_row=MOST_ROWS + 2), start=1)
        held = [(line, [_text(line, cell) for cell in row]) for line, row in read]
    except FileRefused:
        raise
    except Exception as error:
        raise FileRefused([NOT_A_WORKBOOK]) from error
    if not held or held[0][1][: len(TITLES)] != list(TITLES):
        raise FileRefused(["1行目：見出しが、取り出した一覧のものと違います。列を消したり動かしたりしないでください。"])
    filled = [(line, cells) for line, cells in held[1:] if any(cells)]
    if len(filled) > MOST_ROWS:
        raise FileRefused([f"{MOST_ROWS:,}行をこえる行があります。"])
    yield from filled


def _refuse_unless_workbook(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise FileRefused(
            [f"ファイルが大きすぎます。{MOST_BYTES // 1_000_000}メガバイト以下のファイルを選んでください。"]
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused([PROTECTED])
    try:
        with ZipFile(BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (BadZipFile, ValueError) as error:
        raise FileRefused([NOT_A_WORKBOOK]) from error
    if unpacked > MOST_UNPACKED:
        raise FileRefused(["ファイルの中身が大きすぎます。"])


def _text(line: int, cell: Any) -> str:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        raise FileRefused([f"{line}行目：計算式が入っています。値だけにしてください。"])
    return str(cell.value).replace("\r\n", "\n").strip() if cell.data_type == "s" else str(cell.value)


def _batch_of(rows: Sequence[tuple[int, list[str]]]) -> CheckBatch:
    """The list that the first row which is ours names. Raises FileRefused when none is."""
    for _line, cells in rows:
        if is_ours(cells[:FIRST_ANSWER], cells[-1]):
            batch = CheckBatch.objects.filter(pk=int(cells[0].removeprefix("K-"))).first()
            if batch:
                return batch
    raise FileRefused(
        ["この環境で取り出した一覧ではありません。ほかの市や別の環境のファイルでないか、確かめてください。"]
    )


@dataclass(slots=True)
class _Reader:
    batch: CheckBatch
    faults: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)

    def take(self, line: int, cells: list[str]) -> None:
        if cells[0] == self.batch.number:
            self.claimed.add(cells[1])
        if fault := self._fault(line, cells):
            self.faults.append(f"{line}行目：{fault}")
            return
        position = int(cells[1])
        self.seen[position] = line
        try:
            answer = _answer(position, cells[FIRST_ANSWER : FIRST_ANSWER + 3])
        except ValidationError as error:
            self.faults += [f"{line}行目：{message}" for message in error.messages]
            return
        if answer:
            self.answers.append(answer)

    def _fault(self, line: int, cells: list[str]) -> str:
        if not is_ours(cells[:FIRST_ANSWER], cells[-1]):
            return "予約の欄が書き換えられているか、この一覧の行ではありません。元の一覧の値に戻してください。"
        if cells[0] != self.batch.number:
            return f"別の一覧（{cells[0]}）の行です。一覧ごとに分けて読み込んでください。"
        if before := self.seen.get(int(cells[1])):
            return f"{before}行目と同じ予約です。一つだけにしてください。"
        return ""

    def look_for_missing(self) -> None:
        """A row that is there with a fault of its own is not called missing too."""
        positions = self.batch.rows.order_by("position").values_list("position", flat=True)
        missing = [position for position in positions if str(position) not in self.claimed]
        self.faults += [f"一覧の番号{position}の行がありません。元の一覧から戻してください。" for position in missing]


def _answer(position: int, cells: Sequence[str]) -> Answer | None:
    """What the row says; None where it was left empty. Raises ValidationError."""
    answer, reason, note = cells
    if not answer:
        if reason or note:
            raise ValidationError("回答が空欄なのに、理由か連絡事項が書かれています。回答を選んでください。")
        return None
    if answer == CONFIRMED:
        if reason or note:
            raise ValidationError("「確認済み」のときは、理由と連絡事項を空欄にしてください。")
        return Answer(position, CheckState.CONFIRMED)
    if answer != DEFECT:
        raise ValidationError("回答は「確認済み」か「不備」のどちらかです。")
    if reason not in REASONS:
        raise ValidationError("「不備」のときは、理由を一覧から選んでください。")
    note = LongTextField(required=False, max_length=300).clean(note)
    if REASONS[reason] == DefectReason.OTHER and not note:
        raise ValidationError("理由が「その他」のときは、連絡事項に不備の内容を書いてください。")
    return Answer(position, CheckState.DEFECT, str(REASONS[reason]), note)
