"""The columns of a printed list, and the paper that has room for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from reservations.lists.columns import COLUMNS, Column
from reservations.models import Reservation
from writing.papers import Value

# What an office needs for its day. Telephone numbers and the like lie about on paper only when somebody chose them.
USUAL = ("time", "number", "name", "reading", "procedure", "state")
# Up to so many characters in a row the text stays readable on A4 upright, and on A4 across; beyond, A3 across.
MOST_UPRIGHT, MOST_ACROSS = 110, 170
REMARKS = 16


@dataclass(frozen=True, slots=True)
class PaperColumns:
    """What is printed of each booking. The office stands above its table, and the reading below the name."""

    columns: Sequence[Column]
    reading_below: bool

    @property
    def page(self) -> str:
        """The style sheets' name of the paper."""
        width = sum(column.width for column in self.columns) + REMARKS
        if width <= MOST_UPRIGHT:
            return ""
        return "landscape" if width <= MOST_ACROSS else "wide"

    def __len__(self) -> int:
        return len(self.columns)

    def cells(self, reservation: Reservation) -> list[tuple[str, Value, str]]:
        """Code, value, and what stands below it in small letters."""
        return [
            (
                column.code,
                column.of(reservation),
                reservation.reading if self.reading_below and column.code == "name" else "",
            )
            for column in self.columns
        ]


def paper_columns(chosen: Sequence[str], *, one_day: bool) -> PaperColumns:
    """The chosen columns in the table's own order; nothing chosen: the usual ones, with the date where days differ."""
    codes = set(chosen) - {"office"} or {*USUAL, *(() if one_day else ("date",))}
    reading_below = {"name", "reading"} <= codes
    if reading_below:
        codes.remove("reading")
    return PaperColumns([column for code, column in COLUMNS.items() if code in codes], reading_below)
