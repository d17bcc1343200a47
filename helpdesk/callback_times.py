"""When somebody who is to be called back can be reached: on days on which the desk works."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from helpdesk.desks import clock_of
from writing.dates import day_text

OFFERED = 5
LOOKED_AT = 21  # days: the longest holidays are shorter
USUAL = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins` until `ends`, both aware."""

    begins: datetime
    ends: datetime


def open_days(desk: str) -> list[date]:
    """The next days on which the desk is open, today while it still is; today when it never is."""
    now, clock = timezone.localtime(), clock_of(desk)
    days = (now.date() + timedelta(days=ahead) for ahead in range(LOOKED_AT))
    found = [day for day in days if any(span.ends > now for span in clock.spans(day))]
    return found[:OFFERED] or [now.date()]


def day_label(day: date) -> str:
    return f"本日 {day_text(day)}" if day == timezone.localdate() else day_text(day)


def window_on(desk: str, day: date, begins: time | None, ends: time | None) -> Window:
    """Without hours: today within two hours, on another day while the desk is open. With a beginning: two hours."""
    now, spans = timezone.localtime(), list(clock_of(desk).spans(day))
    is_today = day == now.date()
    first = _at(day, begins) if begins else now if is_today or not spans else spans[0].begins
    if ends:
        return Window(first, _at(day, ends))
    return Window(first, first + USUAL if begins or is_today or not spans else spans[-1].ends)


def _at(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
