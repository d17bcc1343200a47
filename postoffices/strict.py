"""What every part of the city profile is made of: strict models, and the small notations for times and days."""

import re
from datetime import date, time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
PERIOD = re.compile(r"(\S+?)\s*-\s*(\S+)")
MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")
LEAP_YEAR = 2024


class Strict(BaseModel):
    """No guessing of types, no unknown keys, no change after reading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def parsed_clock(held: Any) -> time:
    """A time of day from "9:00" or "17:15". Raises PydanticCustomError."""
    if isinstance(held, time):
        return held
    if isinstance(held, str) and (match := CLOCK.fullmatch(held)):
        return time(int(match[1]), int(match[2]))
    raise PydanticCustomError("clock", '「時:分」（例 "9:00"）')


def clock_text(held: time) -> str:
    return f"{held.hour}:{held.minute:02}"


def parsed_period(held: Any) -> tuple[time, time]:
    """Opening and closing time from "9:00-17:00". Raises PydanticCustomError."""
    if isinstance(held, tuple):
        return held
    if isinstance(held, str) and (match := PERIOD.fullmatch(held)):
        opens, closes = parsed_clock(match[1]), parsed_clock(match[2])
        if opens < closes:
            return opens, closes
    raise PydanticCustomError("period", '「開始-終了」（例 "9:00-17:00"、終了は開始より後）')


def period_text(held: tuple[time, time]) -> str:
    return "-".join(map(clock_text, held))


def parsed_month_day(held: Any) -> tuple[int, int]:
    """(month, day) from "12-29"; 29 February exists. Raises PydanticCustomError."""
    if isinstance(held, tuple):
        return held
    if isinstance(held, str) and (match := MONTH_DAY.fullmatch(held)):
        try:
            day = date(LEAP_YEAR, int(match[1]), int(match[2]))
        except ValueError:
            pass
        else:
            return day.month, day.day
    raise PydanticCustomError("month_day", '「月-日」（例 "12-29"）')


def month_day_text(held: tuple[int, int]) -> str:
    return f"{held[0]:02}-{held[1]:02}"


Clock = Annotated[time, BeforeValidator(parsed_clock), PlainSerializer(clock_text)]
Period = Annotated[tuple[time, time], BeforeValidator(parsed_period), PlainSerializer(period_text)]
MonthDay = Annotated[tuple[int, int], BeforeValidator(parsed_month_day), PlainSerializer(month_day_text)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^0\d{1,4}-\d{1,4}-\d{3,4}$")]
OptionalPhone = Annotated[str, StringConstraints(pattern=r"^(0\d{1,4}-\d{1,4}-\d{3,4})?$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
