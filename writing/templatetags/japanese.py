"""`{% load japanese %}`: dates and times as the screens write them (11月25日(火), 9:30).

Datetimes are shown in the current time zone; an empty value gives empty text.
"""

from datetime import date, datetime, time

from django import template

register = template.Library()

WEEKDAYS = "月火水木金土日"


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """11月25日(火)."""
    if not value:
        return ""
    return f"{value.month}月{value.day}日({WEEKDAYS[value.weekday()]})"


@register.filter(expects_localtime=True)
def day_with_year(value: date | None) -> str:
    """2025年11月25日(火)."""
    return f"{value.year}年{day(value)}" if value else ""


@register.filter(expects_localtime=True)
def clock(value: datetime | time | None) -> str:
    """9:30."""
    if value is None:
        return ""
    return f"{value.hour}:{value.minute:02}"


@register.filter(expects_localtime=True)
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
