"""The workbook that goes to the city's register: rows locked, answers to be chosen from lists."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from applications.checkfiles.rows import CONFIRMED, DEFECT, FIRST_ANSWER, REASONS, TITLES, WIDTHS, row_code
from postoffices.city import current_city

SHEET = "実在性確認"
_FONT = Font(name="BIZ UDPゴシック", size=11)
_BOLD = Font(name="BIZ UDPゴシック", size=11, bold=True)
_HEAD = PatternFill("solid", fgColor="E8F1FE")
_ANSWER = PatternFill("solid", fgColor="FFF9E5")
_OPEN = Protection(locked=False)
ANSWER_COLUMNS = range(FIRST_ANSWER + 1, FIRST_ANSWER + 4)

HOW_TO = (
    "この一覧の予約が住民記録にあるかを確かめ、「{sheet}」のシートの黄色い欄に答えてください。",
    "回答：「{confirmed}」か「{defect}」を選びます。まだ答えられない行は空欄のままにします。",
    "不備の理由：「{defect}」のときに選びます。「その他」のときは連絡事項も書きます。",
    "連絡事項：申請者に確かめてほしいことを300文字までで書きます。マイナンバーは書かないでください。",
    "黄色い欄のほかは変えないでください。行の削除・追加もできません。並べ替えはできます。",
    "書き終えたら、Excelの形式（.xlsx）のまま「実在性確認」の画面で読み込みます。",
    "このファイルには個人の情報が入っています。取り込んだあとは、定められた方法で消してください。",
)


def batch_workbook(cells: Sequence[Sequence[str]]) -> bytes:
    """The rows (their fixed cells) as a workbook, each with empty answers and its code."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    _lay_out(sheet)
    for column, title in enumerate(TITLES, start=1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = _BOLD, _HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for number, row in enumerate(cells, start=2):
        _write(sheet, number, [*row, "", "", "", row_code(row)])
    _choices(sheet, len(cells) + 1)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(TITLES))}{len(cells) + 1}"
    _how_to(book.create_sheet("書き方"))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


# Pages are typed Any: the stubs let a new page be without layout and footer.
def _lay_out(sheet: Any) -> None:
    for column, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "D2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = f"{current_city().name}　実在性確認　&P / &N"
    # No password: the lock spares slips of the hand, the codes find everything else.
    sheet.protection.sheet = True
    sheet.protection.sort = False
    sheet.protection.autoFilter = False
    sheet.protection.formatColumns = False


def _write(sheet: Worksheet, number: int, values: Sequence[str]) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(number, column)
        cell.font = _FONT
        cell.number_format = "@"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if value:
            cell.value = value
            # A name that begins like a formula stays a text, also when the sheet is edited and saved again.
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        if column in ANSWER_COLUMNS:
            cell.fill, cell.protection = _ANSWER, _OPEN


def _choices(sheet: Worksheet, last: int) -> None:
    for column, words in zip(ANSWER_COLUMNS, ([CONFIRMED, DEFECT], list(REASONS)), strict=False):
        allowed = DataValidation(type="list", formula1='"{}"'.format(",".join(words)), allow_blank=True)
        allowed.error = "一覧から選んでください。"
        letter = get_column_letter(column)
        allowed.add(f"{letter}2:{letter}{last}")
        sheet.add_data_validation(allowed)


def _how_to(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 110
    for number, line in enumerate(HOW_TO, start=1):
        cell = sheet.cell(number, 1, line.format(sheet=SHEET, confirmed=CONFIRMED, defect=DEFECT))
        cell.font = _FONT
        cell.alignment = Alignment(wrap_text=True, vertical="top")
