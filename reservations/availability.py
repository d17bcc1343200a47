"""What is free, read from the slots' own counters: the cost does not grow with the number of bookings.

Everything here is for citizens: public seats, the booking deadline and the horizon count. Expired holds
are given back by the sweeper within seconds, so they may show as taken for a moment.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Min, OuterRef, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from postoffices.models import Office, Procedure
from reservations.deadlines import first_bookable_day, last_bookable_day, start_of
from reservations.models import Slot, SlotQuerySet

# Up to one free seat in FEW_SHARE a day or a time counts as nearly full.
FEW_SHARE = 5


class Vacancy(models.TextChoices):
    """How a day or a time stands. Only `open` and `few` can be booked."""

    OPEN = "open", _("空きがあります")
    FEW = "few", _("残りわずかです")
    FULL = "full", _("満席です")
    CLOSED = "closed", _("受け付けていません")
    PAST = "past", _("受付を終わりました")
    NOT_YET = "not_yet", _("まだ予約できません")

    @property
    def bookable(self) -> bool:
        return self in (Vacancy.OPEN, Vacancy.FEW)


@dataclass(frozen=True, slots=True)
class DayAvailability:
    """A day at an office; `free` and `seats` count public seats, and `first_free` is the earliest free time."""

    day: date
    vacancy: Vacancy
    free: int
    seats: int
    first_free: datetime | None


@dataclass(frozen=True, slots=True)
class TimeAvailability:
    """A slot with its free public seats."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    vacancy: Vacancy
    free: int
    seats: int


def month(office: Office, procedure: Procedure, year: int, month: int) -> list[DayAvailability]:
    """Every day of the month, in one query."""
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    now = timezone.now()
    sums = _sums_by_day(office, procedure, first, last, now)
    window = (_first_day(office, procedure, now), last_bookable_day())
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [_day(day, sums.get(day), window) for day in days]


@dataclass(frozen=True, slots=True)
class _DaySum:
    free: int
    seats: int
    first_free: datetime | None


def _sums_by_day(office: Office, procedure: Procedure, first: date, last: date, now: datetime) -> dict[date, _DaySum]:
    coming = models.Q(starts_at__gt=now)
    rows = (
        _offered(office, procedure, first, last)
        .values(day=TruncDate("starts_at"))
        .annotate(
            seats=Sum("public_seats"),
            free=Sum(F("public_seats") - F("public_taken"), filter=coming, default=0),
            first_free=Min("starts_at", filter=coming & models.Q(public_taken__lt=F("public_seats"))),
        )
        .order_by()
    )
    return {row["day"]: _DaySum(row["free"], row["seats"], row["first_free"]) for row in rows}


def _offered(office: Office, procedure: Procedure, first: date, last: date) -> SlotQuerySet:
    """The office's slots of these local days, if it offers the procedure; otherwise none."""
    return Slot.objects.filter(
        office=office,
        office__takes_bookings=True,
        office__procedures=procedure,
        # A slot that was closed keeps its row while bookings name it; one with internal seats only is not theirs.
        public_seats__gt=0,
        starts_at__gte=start_of(first),
        starts_at__lt=start_of(last + timedelta(days=1)),
    )


def _day(day: date, held: _DaySum | None, window: tuple[date, date]) -> DayAvailability:
    first, last = window
    is_closed = held is None or held.seats == 0
    # Of days gone by nobody knows: their slots may never have been made.
    if day < first and not (is_closed and day >= timezone.localdate()):
        return DayAvailability(day, Vacancy.PAST, 0, held.seats if held else 0, None)
    if day > last:
        return DayAvailability(day, Vacancy.NOT_YET, 0, held.seats if held else 0, None)
    if held is None or is_closed:
        return DayAvailability(day, Vacancy.CLOSED, 0, 0, None)
    return DayAvailability(day, vacancy(held.free, held.seats), held.free, held.seats, held.first_free)


def vacancy(free: int, seats: int) -> Vacancy:
    """A single seat that is free is not few: nothing of it has been taken."""
    if free == 0:
        return Vacancy.FULL
    return Vacancy.FEW if free < seats and free * FEW_SHARE <= seats else Vacancy.OPEN


def times(office: Office, procedure: Procedure, day: date) -> list[TimeAvailability]:
    """The slots of a day in order, in one query; empty when the office is closed or the day out of reach."""
    now = timezone.now()
    if not _first_day(office, procedure, now) <= day <= last_bookable_day():
        return []
    slots = _offered(office, procedure, day, day).order_by("starts_at")
    return [_time(slot, now) for slot in slots]


def soonest(office: Office, procedure: Procedure, limit: int = 6) -> list[TimeAvailability]:
    """The next free times of an office, in one query (すぐに取れる時間)."""
    now = timezone.now()
    slots = (
        _offered(office, procedure, _first_day(office, procedure, now), last_bookable_day())
        .filter(starts_at__gt=now, public_taken__lt=F("public_seats"))
        .order_by("starts_at")[:limit]
    )
    return [_time(slot, now) for slot in slots]


def _time(slot: Slot, now: datetime) -> TimeAvailability:
    free = slot.public_seats - slot.public_taken
    state = vacancy(free, slot.public_seats) if slot.starts_at > now else Vacancy.PAST
    return TimeAvailability(slot.pk, slot.starts_at, slot.ends_at, state, free, slot.public_seats)


def _first_day(office: Office, procedure: Procedure, now: datetime) -> date:
    return first_bookable_day(now, office_id=office.pk, procedure_id=procedure.pk)


def next_free(offices: Iterable[Office], procedure: Procedure) -> dict[int, datetime | None]:
    """The earliest free time of each office by its id, None where nothing is free.

    One query for all offices whose first bookable day is the same; only deadlines of their own part them.
    """
    now = timezone.now()
    found: dict[int, datetime | None] = {}
    by_first_day: defaultdict[date, list[int]] = defaultdict(list)
    for office in offices:
        found[office.pk] = None
        by_first_day[_first_day(office, procedure, now)].append(office.pk)
    for first_day, keys in by_first_day.items():
        found |= _next_free(keys, procedure, max(now, start_of(first_day)))
    return found


def _next_free(keys: list[int], procedure: Procedure, after: datetime) -> dict[int, datetime | None]:
    free = Slot.objects.filter(
        office=OuterRef("pk"),
        starts_at__gt=after,
        starts_at__lt=start_of(last_bookable_day() + timedelta(days=1)),
        public_taken__lt=F("public_seats"),
    ).order_by("starts_at")
    offered = Office.objects.filter(pk__in=keys, takes_bookings=True, procedures=procedure)
    return dict(offered.order_by().values_list("pk", Subquery(free.values("starts_at")[:1])))
