"""The places of a procedure by ward, each with its hours and next free time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.utils import timezone

from postoffices.models import Calendar, Office, Procedure, Ward
from reservations.availability import next_free
from writing.dates import WEEKDAYS

Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """`next_free` is None when nothing is free within the city's horizon; `opens_on` lies ahead or is None."""

    office: Office
    hours: str
    next_free: datetime | None
    opens_on: date | None


@dataclass(frozen=True, slots=True)
class WardPlaces:
    ward: Ward
    places: list[Place]


def places_by_ward(procedure: Procedure) -> list[WardPlaces]:
    """Every place that offers the procedure, in the wards' order. Three queries, however many places."""
    offices = list(Office.objects.bookable_for(procedure).prefetch_related("calendar__weekly_hours"))
    free = next_free(offices, procedure)
    today = timezone.localdate()
    return [
        WardPlaces(ward, [_place(office, free[office.pk], today) for office in group])
        for ward, group in groupby(offices, key=lambda office: office.ward)
    ]


def _place(office: Office, free: datetime | None, today: date) -> Place:
    return Place(office, hours_text(office.calendar), free, office.opens_on if office.opens_on > today else None)


def hours_text(calendar: Calendar) -> str:
    """The week in words: 月〜金 9:00〜17:00、土 9:00〜12:00."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for held in calendar.weekly_hours.all():
        by_day.setdefault(held.weekday, []).append((held.opens, held.closes))
    week: list[tuple[int, Hours]] = [(day, tuple(sorted(by_day[day]))) for day in sorted(by_day)]
    parts = []
    for hours, days in groupby(week, key=lambda item: item[1]):
        periods = "・".join(f"{_clock(opens)}〜{_clock(closes)}" for opens, closes in hours)
        parts.append(f"{_days([day for day, _hours in days])} {periods}")
    return "、".join(parts)


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _days(days: list[int]) -> str:
    """月〜金 for neighbours of three and more, else 月・水."""
    runs = [[day for _rank, day in run] for _key, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    return "・".join(_run(run) for run in runs)


def _run(days: list[int]) -> str:
    names = [WEEKDAYS[day] for day in days]
    return f"{names[0]}〜{names[-1]}" if len(names) > 2 else "・".join(names)  # two days are quicker to read apart


def next_free_anywhere(wards: Iterable[WardPlaces]) -> datetime | None:
    """The earliest free time of all places."""
    return min((place.next_free for ward in wards for place in ward.places if place.next_free), default=None)
