"""A row of the workbook, and the code that ties it to this installation, this list and this booking.

The code is an HMAC under the installation's signing key over city, list, position and everything the row says of
the booking. A row that was edited, or comes from another city or another list, does not carry the right one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from applications.due import DueDays
from applications.models import CheckState, DefectReason, check_state_of
from postoffices.city import current_city
from reservations.models import Reservation
from writing.dates import wareki
from writing.numbers import number_text

# What a workbook cannot hold is left out before the code is made (see writing.papers).
_NOT_HELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CODE_LENGTH = 20

FIXED_TITLES = (
    "一覧番号",
    "番号",
    "予約番号",
    "来局日時",
    "拠点",
    "手続き",
    "氏名",
    "フリガナ",
    "生年月日",
    "住所",
    "回答期限",
    "これまで",
)
CODE_TITLE = "照合コード（変更しないでください）"
ANSWER_TITLES = ("回答", "不備の理由", "事務局への連絡事項")
TITLES = (*FIXED_TITLES, *ANSWER_TITLES, CODE_TITLE)
WIDTHS = (11, 7, 13, 20, 22, 22, 18, 20, 26, 44, 14, 14, 14, 22, 40, 26)
FIRST_ANSWER = len(FIXED_TITLES)

CONFIRMED = "確認済み"
DEFECT = "不備"
REASONS = {str(reason.label): reason for reason in DefectReason}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the city wrote into the row `position`."""

    position: int
    state: CheckState
    reason: str = ""
    note: str = ""

    def stored(self) -> list[str | int]:
        return [self.position, str(self.state), self.reason, self.note]

    @classmethod
    def read(cls, held: Sequence[str | int]) -> "Answer":
        position, state, reason, note = held
        return cls(int(position), CheckState(str(state)), str(reason), str(note))


def fixed_cells(batch_number: str, position: int, reservation: Reservation, due: DueDays) -> list[str]:
    """What the row says of the booking, as text: a spreadsheet program then changes nothing by itself."""
    starts_at = timezone.localtime(reservation.slot.starts_at)
    last_day = due.due_for(starts_at.date(), timezone.localdate(reservation.booked_at))
    state = check_state_of(reservation)
    cells = (
        batch_number,
        str(position),
        number_text(reservation.number),
        f"{starts_at:%Y-%m-%d %H:%M}",
        reservation.office.name,
        reservation.procedure.name,
        reservation.name,
        reservation.reading,
        f"{wareki(reservation.birth_date)}（{reservation.birth_date:%Y-%m-%d}）",
        reservation.address,
        f"{last_day:%Y-%m-%d}",
        str(state.label),
    )
    return [_NOT_HELD.sub("", cell) for cell in cells]


def row_code(cells: Sequence[str]) -> str:
    """The code for these cells; the list's number and the position are among them."""
    told = "\x1f".join((current_city().slug, *cells))
    made = salted_hmac("applications.checkfiles", told, algorithm="sha256").hexdigest()[:_CODE_LENGTH].upper()
    return "-".join(made[start : start + 5] for start in range(0, _CODE_LENGTH, 5))


def is_ours(cells: Sequence[str], code: str) -> bool:
    return constant_time_compare(row_code(cells), code.strip().upper())
