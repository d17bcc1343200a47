"""The columns of booking lists. One definition for screen, paper, workbook and CSV.

A column reads plain values (`sources`, in the words of the ORM), not rows of models: a year of the whole city
takes a fifth of the time that way.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils import timezone

from reservations.models import BookingChannel, CancelReason, Reservation, ReservationState, SeatKind
from writing.dates import time_text
from writing.numbers import number_text, phone_text
from writing.papers import Value


@dataclass(frozen=True, slots=True)
class Column:
    """`write` makes the cell of the values of `sources`, in that order; `width` in characters."""

    code: str
    title: str
    width: int
    sources: tuple[str, ...]
    write: Callable[..., Value]

    def of(self, reservation: Reservation) -> Value:
        """The cell of a booking already read with slot, office and procedure."""
        return self.write(*(attrgetter(source.replace("__", "."))(reservation) for source in self.sources))


def _as_it_is(value: Value) -> Value:
    return value


def _labels(choices: Iterable[tuple[str, Any]]) -> Callable[[str], Value]:
    words = {value: str(label) for value, label in choices}
    return lambda value: words.get(value, value)


def _place(party: object, place: int) -> Value:
    """Who of several people; the one who booked comes first."""
    return f"{place + 1}人目" if party else ""


_COLUMNS = (
    Column("date", "日付", 12, ("slot__starts_at",), timezone.localdate),
    Column("time", "時刻", 8, ("slot__starts_at",), time_text),
    Column("number", "予約番号", 14, ("number",), number_text),
    Column("name", "氏名", 18, ("name",), _as_it_is),
    Column("reading", "フリガナ", 22, ("reading",), _as_it_is),
    Column("procedure", "手続き", 28, ("procedure__name",), _as_it_is),
    Column("office", "拠点", 24, ("office__name",), _as_it_is),
    Column("phone", "電話番号", 16, ("phone",), phone_text),
    Column("channel", "受付方法", 14, ("channel",), _labels(BookingChannel.choices)),
    Column("state", "状態", 14, ("state",), _labels(ReservationState.choices)),
    Column("birth_date", "生年月日", 12, ("birth_date",), _as_it_is),
    Column("address", "住所", 36, ("address",), _as_it_is),
    Column("email", "メールアドレス", 28, ("email",), _as_it_is),
    Column("seat_kind", "枠の種類", 10, ("seat_kind",), _labels(SeatKind.choices)),
    Column("party", "いっしょの予約", 14, ("party", "place"), _place),
    Column("booked_at", "予約した日時", 18, ("booked_at",), _as_it_is),
    Column("changes", "変更回数", 10, ("changes",), _as_it_is),
    Column("cancel_reason", "取り消しの理由", 20, ("cancel_reason",), _labels(CancelReason.choices)),
)
COLUMNS: dict[str, Column] = {column.code: column for column in _COLUMNS}
DEFAULT = ("date", "time", "number", "name", "reading", "procedure", "office", "phone", "channel", "state")


def sources_of(columns: Sequence[Column]) -> list[str]:
    """What has to be read for these columns, each once."""
    return list(dict.fromkeys(source for column in columns for source in column.sources))
