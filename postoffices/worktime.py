"""Working time: minutes in which a calendar is open. Deadlines are counted in it, and what was used up of them.

Everything is computed from one `Timetable`, read once. A day may have several periods; holidays, closures and dated
openings count as the timetable says. A period that closes at 23:59 lasts until midnight: the profile cannot write
24:00, and a desk that is open day and night must not lose a minute each day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from postoffices.calendars import SEARCH_DAYS, NeverOpen, Timetable

LAST_MINUTE = time(23, 59)
ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `begins` to `ends` (aware); the end itself is closed."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class WorkClock:
    """Adds and counts the open time of one timetable. Moments are aware; results are in local time."""

    table: Timetable

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The moment at which `working` of open time has passed since `start`. Raises NeverOpen.

        It lies within a span or at its end, never at the beginning of the next one: what is due "in eight hours" on
        a day of eight hours is due when the day closes. Without any time to add it is `start` itself.
        """
        left = working
        if left <= NOTHING:
            return timezone.localtime(start)
        for span in self._from(start):
            length = span.ends - span.begins
            if length >= left:
                return span.begins + left
            left -= length
        raise NeverOpen(f"less than {working} of open time after {start}")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`; nothing when the end is not after the start."""
        if end <= start:
            return NOTHING
        last_day = timezone.localtime(end).date()
        day, counted = timezone.localtime(start).date(), NOTHING
        while day <= last_day:
            for span in self.spans(day):
                counted += max(NOTHING, min(span.ends, end) - max(span.begins, start))
            day += ONE_DAY
        return counted

    def is_open(self, at: datetime) -> bool:
        return any(span.begins <= at < span.ends for span in self.spans(timezone.localtime(at).date()))

    def next_opening(self, after: datetime) -> datetime:
        """The first open moment from `after` on: `after` itself when it is open. Raises NeverOpen."""
        for span in self._from(after):
            return span.begins
        raise NeverOpen(f"never open after {after}")

    def spans(self, day: date) -> Iterator[Span]:
        """The day's open spans in order; periods that touch or overlap count once."""
        begins = ends = None
        for opens, closes in sorted(self.table.day(day).periods):
            first, last = _moment(day, opens), _closing(day, closes)
            if begins is None or ends is None:
                begins, ends = first, last
            elif first <= ends:
                ends = max(ends, last)
            else:
                yield Span(begins, ends)
                begins, ends = first, last
        if begins is not None and ends is not None:
            yield Span(begins, ends)

    def _from(self, start: datetime) -> Iterator[Span]:
        """What is left of the open spans from `start` on, until nothing opened for SEARCH_DAYS."""
        day, closed_days = timezone.localtime(start).date(), 0
        while closed_days < SEARCH_DAYS:
            closed_days += 1
            for span in self.spans(day):
                closed_days = 0
                if span.ends > start:
                    yield Span(max(span.begins, timezone.localtime(start)), span.ends)
            day += ONE_DAY


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _closing(day: date, at: time) -> datetime:
    return _moment(day + ONE_DAY, time.min) if at >= LAST_MINUTE else _moment(day, at)


def clock_text_of(minutes: int) -> str:
    """Working minutes in words: 45分, 2時間, 7時間30分."""
    hours, rest = divmod(minutes, 60)
    return "".join(filter(None, [f"{hours}時間" if hours else "", f"{rest}分" if rest or not hours else ""]))
