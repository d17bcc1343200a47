"""Dates and times as pages and papers write them, in the language of the moment, and as people type them.

Staff and papers are Japanese. Only citizens' pages and mails are ever made in another language.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from writing import languages
from writing.languages import EASY, ENGLISH, JAPANESE, current_language

WEEKDAYS = "月火水木金土日"
WEEKDAY_NAMES = {
    JAPANESE: tuple(WEEKDAYS),
    ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    EASY: tuple(WEEKDAYS),
}
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOON = 12
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


def short_wareki(day: date) -> str:
    """R8.11.21, as it stands where room is scarce. Raises ValueError before 1868."""
    era = next((era for era in ERAS if era.begins <= day), None)
    if era is None:
        raise ValueError("no era before 1868")
    return f"{era.letter}{day.year - era.zero}.{day.month}.{day.day}"


def weekday(day: date) -> str:
    """One character: 月 to 日; in English Mon to Sun."""
    return weekday_names()[day.weekday()]


def weekday_names() -> tuple[str, ...]:
    """The short names of the days, Monday first."""
    return WEEKDAY_NAMES[current_language().code]


def local_day(value: date) -> date:
    """The day in Japan of a time, or the day itself."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day_text(value: date) -> str:
    """11月21日(土), Sat 21 Nov, or 11月21日（土曜日）; of a time, its day in Japan."""
    day = local_day(value)
    match current_language().code:
        case languages.ENGLISH:
            return f"{weekday(day)} {day.day} {ENGLISH_MONTHS[day.month - 1]}"
        case languages.EASY:
            return f"{day.month}月{day.day}日（{weekday(day)}曜日）"
        case _:
            return f"{day.month}月{day.day}日({weekday(day)})"


def long_day_text(value: date) -> str:
    """2026年11月21日(土), or Sat 21 Nov 2026; of a time, its day in Japan."""
    year = local_day(value).year
    return f"{day_text(value)} {year}" if current_language().code == ENGLISH else f"{year}年{day_text(value)}"


def plain_day_text(day: date) -> str:
    """2026年11月21日, or 21 Nov 2026: for days on cards, whose weekday says nothing."""
    if current_language().code == ENGLISH:
        return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def birth_text(day: date) -> str:
    """1985年4月2日（昭和60年4月2日）, or 2 Apr 1985."""
    if current_language().code == ENGLISH:
        return plain_day_text(day)
    return f"{plain_day_text(day)}（{wareki(day)}）"


def month_text(first: date) -> str:
    """2026年11月, or Nov 2026."""
    if current_language().code == ENGLISH:
        return f"{ENGLISH_MONTHS[first.month - 1]} {first.year}"
    return f"{first.year}年{first.month}月"


def month_name(first: date) -> str:
    """11月, or Nov."""
    return ENGLISH_MONTHS[first.month - 1] if current_language().code == ENGLISH else f"{first.month}月"


def time_text(value: datetime) -> str:
    """9:30, in Japan; in plain Japanese 午前9時30分."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return clock_text(local.time())


def clock_text(value: time) -> str:
    """9:30; in plain Japanese 午前9時30分, and 午後1時 on the hour."""
    if current_language().code != EASY:
        return f"{value.hour}:{value.minute:02d}"
    half, hour = ("午後", value.hour - NOON) if value.hour >= NOON else ("午前", value.hour)
    return f"{half}{hour}時{f'{value.minute}分' if value.minute else ''}"


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
