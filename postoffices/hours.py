"""Opening hours in words."""

from datetime import time
from itertools import groupby

from postoffices.models import Calendar
from writing.dates import WEEKDAYS

Periods = tuple[tuple[time, time], ...]


def hours_text(calendar: Calendar) -> str:
    """The week in words: 月〜金 9:00〜17:00、土 9:00〜12:00. No query with prefetched weekly hours."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for held in calendar.weekly_hours.all():
        by_day.setdefault(held.weekday, []).append((held.opens, held.closes))
    week: list[tuple[Periods, int]] = sorted((tuple(sorted(periods)), day) for day, periods in by_day.items())
    parts = [
        ([day for _, day in alike], periods_text(periods)) for periods, alike in groupby(week, key=lambda item: item[0])
    ]
    return "、".join(f"{days_text(days)} {text}" for days, text in sorted(parts))


def periods_text(periods: Periods | list[tuple[time, time]]) -> str:
    """9:00〜12:00・13:00〜17:00."""
    return "・".join(f"{clock_text(opens)}〜{clock_text(closes)}" for opens, closes in periods)


def clock_text(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def days_text(days: list[int]) -> str:
    """月〜金 for three neighbours and more, else 月・水 (two days are quicker to read apart)."""
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    return "・".join(run_text(run) for run in runs)


def run_text(days: list[int]) -> str:
    names = [WEEKDAYS[day] for day in days]
    return f"{names[0]}〜{names[-1]}" if len(names) > 2 else "・".join(names)
