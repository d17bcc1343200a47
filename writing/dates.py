"""Dates and times as Japanese pages and papers write them, and as people type them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

WEEKDAYS = "月火水木金土日"
FIRST_MONTH_OF_FISCAL_YEAR = 4


@dataclass(frozen=True, slots=True)
class Era:
    """An era's name, its letter, and its first day."""

    name: str
    letter: str
    begins: date

    @property
    def zero(self) -> int:
        """The western year to which the era's year is added."""
        return self.begins.year - 1


# Newest first. Before 1873 the calendar was another one; nobody alive was born then.
ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 10, 23)),
)
_TYPED_YEAR = re.compile(r"(?P<era>令和|令|平成|平|昭和|昭|大正|大|明治|明|[RHSTM])?\.?(?P<year>元|\d{1,4})年?")


def wareki(day: date) -> str:
    """令和8年11月21日. Raises ValueError before 1868."""
    return f"{wareki_year(day)}{day.month}月{day.day}日"


def wareki_year(day: date) -> str:
    """令和8年 (令和元年 for the first)."""
    era = next((era for era in ERAS if era.begins <= day), None)
    if era is None:
        raise ValueError("no era before 1868")
    year = day.year - era.zero
    return f"{era.name}{'元' if year == 1 else year}年"


def weekday(day: date) -> str:
    """One character: 月 to 日."""
    return WEEKDAYS[day.weekday()]


def local_day(value: date) -> date:
    """The day in Japan of a time, or the day itself."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day_text(value: date) -> str:
    """11月21日(土); of a time, its day in Japan."""
    day = local_day(value)
    return f"{day.month}月{day.day}日({weekday(day)})"


def long_day_text(value: date) -> str:
    """2026年11月21日(土); of a time, its day in Japan."""
    return f"{local_day(value).year}年{day_text(value)}"


def time_text(value: datetime) -> str:
    """9:30, in Japan."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.hour}:{local.minute:02d}"


def fiscal_year(day: date) -> int:
    """The year in which the day's fiscal year began, on 1 April."""
    return day.year if day.month >= FIRST_MONTH_OF_FISCAL_YEAR else day.year - 1


def typed_year(text: str) -> int | None:
    """The western year of what was typed: 2026, 令和8, R8, 昭和60年, H元. None when it is no year.

    A year past its era's end (平成33) is counted on, as papers printed before the change of era do.
    """
    match = _TYPED_YEAR.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", "").upper())
    if match is None:
        return None
    number = 1 if match["year"] == "元" else int(match["year"])
    if match["era"]:
        era = next(era for era in ERAS if match["era"] in (era.name, era.name[0], era.letter))
        return era.zero + number if 1 <= number < 100 else None  # an era's year has two digits
    return number if number >= 1000 else None  # 60 alone could be 1960 or 昭和60


def typed_number(text: str, unit: str) -> int | None:
    """The month or day that was typed, with or without its `unit` (月, 日). None when it is no number."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").removesuffix(unit)
    return int(plain) if re.fullmatch(r"[0-9]{1,2}", plain) else None
