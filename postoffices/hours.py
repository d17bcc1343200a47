"""Opening hours in words."""

from collections.abc import Sequence
from datetime import time
from itertools import groupby

from postoffices.models import Calendar
from postoffices.supply.spans import Spans, periods_of, spans_of, within
from writing import languages
from writing.dates import clock_text, weekday_names
from writing.languages import current_language

Periods = tuple[tuple[time, time], ...]


def hours_text(calendar: Calendar) -> str:
    """The week in words: 月〜金 9:00〜17:00、土 9:00〜12:00. No query with prefetched weekly hours."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for held in calendar.weekly_hours.all():
        by_day.setdefault(held.weekday, []).append((held.opens, held.closes))
    return week_text(by_day)


def hours_within(calendar: Calendar, week: Sequence[Spans]) -> str:
    """The same, of a procedure that is done in these parts of the week only (Monday first)."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for held in calendar.weekly_hours.all():
        parts = periods_of(within(spans_of([(held.opens, held.closes)]), week[held.weekday]))
        by_day.setdefault(held.weekday, []).extend(parts)
    return week_text({day: periods for day, periods in by_day.items() if periods})


def week_text(by_day: dict[int, list[tuple[time, time]]]) -> str:
    """The open days (0 = Monday) of a week in words, those with the same hours together."""
    week: list[tuple[Periods, int]] = sorted((tuple(sorted(periods)), day) for day, periods in by_day.items())
    parts = [
        ([day for _, day in alike], periods_text(periods)) for periods, alike in groupby(week, key=lambda item: item[0])
    ]
    return _between_days().join(f"{days_text(days)} {text}" for days, text in sorted(parts))


def periods_text(periods: Periods | list[tuple[time, time]]) -> str:
    """9:00〜12:00・13:00〜17:00, 9:00–12:00, 13:00–17:00, or 午前9時から午後0時まで、午後1時から午後5時まで."""
    match current_language().code:
        case languages.ENGLISH:
            return ", ".join(f"{clock_text(opens)}–{clock_text(closes)}" for opens, closes in periods)
        case languages.EASY:
            return "、".join(f"{clock_text(opens)}から {clock_text(closes)}まで" for opens, closes in periods)
        case _:
            return "・".join(f"{clock_text(opens)}〜{clock_text(closes)}" for opens, closes in periods)


def _between_days() -> str:
    return {languages.ENGLISH: "; ", languages.EASY: "。"}.get(current_language().code, "、")


def days_text(days: list[int]) -> str:
    """月〜金 for three neighbours and more, else 月・水 (two days are quicker to read apart)."""
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    return _apart().join(run_text(run) for run in runs)


def run_text(days: list[int]) -> str:
    names = [weekday_names()[day] for day in days]
    if len(names) <= 2:
        return _apart().join(names)
    match current_language().code:
        case languages.ENGLISH:
            return f"{names[0]}–{names[-1]}"
        case languages.EASY:
            return f"{names[0]}曜日から {names[-1]}曜日まで"
        case _:
            return f"{names[0]}〜{names[-1]}"


def _apart() -> str:
    return ", " if current_language().code == languages.ENGLISH else "・"
