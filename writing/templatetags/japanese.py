"""`{% load japanese %}`: days, times and figures as the screens write them. An empty value gives empty text.

The examples are Japanese; on a citizen's page in another language the same filters write that (see writing/dates.py).
"""

from datetime import date, datetime, time

from django import template

from writing import dates
from writing.numbers import number_text as grouped_number
from writing.numbers import phone_text as grouped_phone

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """11月25日(火)."""
    return dates.day_text(value) if value else ""


@register.filter
def day_with_year(value: date | None) -> str:
    """2025年11月25日(火)."""
    return dates.long_day_text(value) if value else ""


@register.filter
def wareki(value: date | None) -> str:
    """令和7年11月25日."""
    return dates.wareki(dates.local_day(value)) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    """火."""
    return dates.weekday(dates.local_day(value)) if value else ""


@register.filter
def clock(value: datetime | time | None) -> str:
    """9:30."""
    if isinstance(value, datetime):
        return dates.time_text(value)
    return dates.clock_text(value) if value is not None else ""


@register.filter
def moment(value: datetime | None) -> str:
    """11月25日(火) 9:30."""
    return f"{day(value)} {clock(value)}" if value else ""


@register.filter
def duration(seconds: float | None) -> str:
    """3分20秒 for a number of seconds; parts of a second are dropped, hours appear when there are any."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "時間"), (minutes, "分"), (rest, "秒")]
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0秒"


@register.filter
def figure(value: int | None) -> str:
    """1,234. The Japanese formats of Django name no grouping, so `floatformat` writes no commas."""
    return "" if value is None else f"{value:,}"


@register.filter
def day_text(value: date | None) -> str:
    """11月21日(土); of a time, its day in Japan."""
    return day(value)


@register.filter
def long_day_text(value: date | None) -> str:
    """2026年11月21日(土)."""
    return day_with_year(value)


@register.filter
def time_text(value: datetime | None) -> str:
    """9:30, in Japan."""
    return clock(value)


@register.filter
def birth_text(value: date | None) -> str:
    """1985年4月2日（昭和60年4月2日）."""
    return dates.birth_text(value) if value else ""


@register.filter
def month_text(value: date | None) -> str:
    """2026年11月."""
    return dates.month_text(value) if value else ""


@register.filter
def month_name(value: date | None) -> str:
    """11月."""
    return dates.month_name(value) if value else ""


@register.filter
def phone_text(value: str | None) -> str:
    """000-0000-0000."""
    return grouped_phone(value or "")


@register.filter
def number_text(value: str | None) -> str:
    """A reservation number in groups: 123-456-789."""
    return grouped_number(value or "")
