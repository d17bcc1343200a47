"""Filters that write dates, times and numbers the Japanese way: `{% load japanese %}`."""

from datetime import date, datetime

from django import template

from writing import dates
from writing.numbers import number_text as _number_text
from writing.numbers import phone_text as _phone_text

register = template.Library()


@register.filter
def wareki(value: date | None) -> str:
    """令和8年11月21日; of a time, its day in Japan."""
    return dates.wareki(dates.local_day(value)) if value else ""


@register.filter
def day_text(value: date | None) -> str:
    """11月21日(土)."""
    return dates.day_text(value) if value else ""


@register.filter
def long_day_text(value: date | None) -> str:
    """2026年11月21日(土)."""
    return dates.long_day_text(value) if value else ""


@register.filter
def time_text(value: datetime | None) -> str:
    """9:30, in Japan."""
    return dates.time_text(value) if value else ""


@register.filter
def phone_text(value: str | None) -> str:
    """000-0000-0000."""
    return _phone_text(value or "")


@register.filter
def number_text(value: str | None) -> str:
    """A reservation number in groups: 123-456-789."""
    return _number_text(value or "")
