"""Times, periods and numbers as the bureau types them."""

import re
import unicodedata
from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

Periods = tuple[tuple[time, time], ...]
PERIOD = re.compile(r"(\d{1,2}):?(\d{2})[-〜~ー−–](\d{1,2}):?(\d{2})")
CLOCK = re.compile(r"(\d{1,2}):?(\d{2})")
LONGEST_DAYS = 366
MOST_SEATS = 999


class ClockField(forms.CharField):
    """A time of day as 9:00, 900 or in full width."""

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").strip()
        if not text:
            return None
        match = CLOCK.fullmatch(text)
        if match is None:
            raise ValidationError("時刻は 9:00 のように入力してください。", code="clock")
        return clock(match[1], match[2])


class PeriodsField(forms.CharField):
    """Opening periods such as 9:00-12:00 13:00-17:00, in order and apart from each other."""

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        parts = [part for part in re.split(r"[\s、,・]+", re.sub(r"\s*([-〜~ー−–])\s*", r"\1", text)) if part]
        periods = tuple(period(part) for part in parts)
        if any(before[1] > after[0] for before, after in pairwise(periods)):
            raise ValidationError("時間帯は、早いものから順に、重ならないように入力してください。", code="overlap")
        return periods


def period(text: str) -> tuple[time, time]:
    """One period. Raises ValidationError."""
    match = PERIOD.fullmatch(text)
    if match is None:
        raise ValidationError("時間帯は 9:00-12:00 13:00-17:00 のように入力してください。", code="period")
    opens, closes = clock(match[1], match[2]), clock(match[3], match[4])
    if opens >= closes:
        raise ValidationError("時間帯の終わりは、始まりより後の時刻にしてください。", code="order")
    return opens, closes


def clock(hours: str, minutes: str) -> time:
    if int(hours) > 23 or int(minutes) > 59:
        raise ValidationError("時刻は 0:00 から 23:59 までで入力してください。", code="clock")
    return time(int(hours), int(minutes))


class CountField(forms.IntegerField):
    """A number of seats, minutes or days in a plain text input; full width is accepted."""

    widget = forms.TextInput

    def __init__(self, *, most: int = MOST_SEATS, least: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        wrong = f"{least}から{most}までの数字で入力してください。"
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        super().__init__(min_value=least, max_value=most, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", str(value)) if value not in (None, "") else value)
