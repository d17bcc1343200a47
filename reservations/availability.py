"""What is free, read from the slots' own counters: the cost does not grow with the number of bookings.

Everything here is for citizens: public seats, the booking deadline and the horizon count. Expired holds
are given back by the sweeper within seconds, so they may show as taken for a moment.

For a party only times count at which all its people can begin (`seating`); `free` and `seats` of a day are times then.
Its slots are read as rows, and the rule is the one by which seats are taken.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db import models
from django.db.models import F, Min, OuterRef, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from postoffices.city import current_city
from postoffices.models import Office, Procedure
from postoffices.rules import Deadline
from reservations.deadlines import first_bookable_day, last_bookable_day, start_of
from reservations.models import Slot, SlotQuerySet
from reservations.seating import Party, Room, Seats, runs, seated
from reservations.statements import Given, Statement

# Up to one free seat in FEW_SHARE a day or a time counts as nearly full.
FEW_SHARE = 5
# How far the next free times of a party are looked for at first.
SOON_DAYS = 7
FREE = F("public_seats") - F("public_taken")


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
    """A slot with its free public seats. `in_turn`: not all people of the party begin with it, some follow."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    vacancy: Vacancy
    free: int
    seats: int
    in_turn: bool = False


def month(office: Office, procedure: Procedure, year: int, month: int, people: int = 1) -> list[DayAvailability]:
    """Every day of the month, in one query."""
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    now = timezone.now()
    party = Party(people, procedure.units)
    sums = (_sums_by_day if party.is_single else partial(_party_by_day, party))(office, procedure, first, last, now)
    window = (_first_day(office, procedure, now), last_bookable_day())
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [_day(day, sums.get(day), window) for day in days]


@dataclass(frozen=True, slots=True)
class _DaySum:
    free: int
    seats: int
    first_free: datetime | None


def _sums_by_day(office: Office, procedure: Procedure, first: date, last: date, now: datetime) -> dict[date, _DaySum]:
    rows = SUMS_BY_DAY.rows(**_asked(office, procedure, first, last), now=now)
    return {day: _DaySum(free, seats, first_free) for day, free, seats, first_free in rows}


def _party_by_day(
    party: Party, office: Office, procedure: Procedure, first: date, last: date, now: datetime
) -> dict[date, _DaySum]:
    """The same for a party: how many times there are, and at how many of them all its people can begin."""
    found: dict[date, _DaySum] = {}
    for start in _starts(_offered(office, procedure, first, last), party):
        day = timezone.localdate(start.slot.starts_at)
        held = found.get(day, _DaySum(0, 0, None))
        free = start.seats is not None and start.slot.starts_at > now
        first_free = held.first_free or (start.slot.starts_at if free else None)
        found[day] = _DaySum(held.free + free, held.seats + 1, first_free)
    return found


@dataclass(frozen=True, slots=True)
class _Start:
    """A slot, and how a party that begins there would sit; None when it does not fit."""

    slot: Room
    seats: Seats | None


def _starts(slots: SlotQuerySet, party: Party) -> Iterator[_Start]:
    """Every slot of one office in order. One query."""
    for run in runs((Room(*row) for row in _rooms(slots)), party):
        yield _Start(run[0], seated(run, party))


def _rooms(slots: SlotQuerySet) -> "models.QuerySet[Slot, tuple[Any, ...]]":
    """What `Room` holds of each slot, in order."""
    return slots.order_by("starts_at").values_list("pk", "starts_at", "ends_at", FREE, "public_seats")


def has_room(slot: Slot, procedure: Procedure, people: int = 1) -> bool:
    """Whether so many people can begin with this slot, which has a public seat free. No query for one seat."""
    party = Party(people, procedure.units)
    if party.is_single:
        return True
    end = slot.starts_at + (slot.ends_at - slot.starts_at) * party.most_slots
    serving = Slot.objects.serving(procedure).filter(office=slot.office_id)
    run = serving.filter(starts_at__gte=slot.starts_at, starts_at__lt=end)
    first = next(iter(_starts(run, party)), None)
    return first is not None and first.seats is not None


def _offered(office: Office, procedure: Procedure, first: date, last: date) -> SlotQuerySet:
    """The office's slots of these local days, if it offers the procedure; otherwise none."""
    return _offered_slots(**_asked(office, procedure, first, last))


def _asked(office: Office, procedure: Procedure, first: date, last: date) -> dict[str, Any]:
    """What `_offered_slots` is told about these local days."""
    return {
        "office": office.pk,
        "procedure": procedure.pk,
        "code": procedure.code,
        "begins": start_of(first),
        "ends": start_of(last + timedelta(days=1)),
    }


def _offered_slots(office: Any, procedure: Any, code: Any, begins: Any, ends: Any) -> SlotQuerySet:
    """Bookable slots that start from `begins` to before `ends`. All five are values, or given later to a Statement."""
    return Slot.objects.serving_any(procedure, code).filter(
        office=office,
        # A slot that was closed keeps its row while bookings name it; one with internal seats only is not theirs.
        public_seats__gt=0,
        starts_at__gte=begins,
        starts_at__lt=ends,
    )


# What citizens ask at every click, for one person.
_MOMENT = models.DateTimeField()
_GIVEN = {
    "office": Given("office", models.BigIntegerField()),
    "procedure": Given("procedure", models.BigIntegerField()),
    "code": Given("code", models.CharField()),
    "begins": Given("begins", _MOMENT),
    "ends": Given("ends", _MOMENT),
}
_COMING = models.Q(starts_at__gt=Given("now", _MOMENT))
_HAS_FREE = models.Q(public_taken__lt=F("public_seats"))
SUMS_BY_DAY = Statement(
    lambda: (
        _offered_slots(**_GIVEN)
        .values(day=TruncDate("starts_at"))
        .annotate(
            free=Sum(FREE, filter=_COMING, default=0),
            seats=Sum("public_seats"),
            first_free=Min("starts_at", filter=_COMING & _HAS_FREE),
        )
        .values_list("day", "free", "seats", "first_free")
        .order_by()
    )
)
TIMES = Statement(lambda: _rooms(_offered_slots(**_GIVEN)))


@cache
def _soonest_of(limit: int) -> Statement[Slot]:
    return Statement(lambda: _rooms(_offered_slots(**_GIVEN).filter(_COMING, _HAS_FREE))[:limit])


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


def times(office: Office, procedure: Procedure, day: date, people: int = 1) -> list[TimeAvailability]:
    """The slots of a day in order, in one query; empty when the office is closed or the day out of reach."""
    now = timezone.now()
    if not _first_day(office, procedure, now) <= day <= last_bookable_day():
        return []
    party = Party(people, procedure.units)
    if not party.is_single:
        return [_party_time(start, now) for start in _starts(_offered(office, procedure, day, day), party)]
    return [_time(Room(*row), now) for row in TIMES.rows(**_asked(office, procedure, day, day))]


def soonest(office: Office, procedure: Procedure, limit: int = 6, people: int = 1) -> list[TimeAvailability]:
    """The next free times of an office, in one query (すぐに取れる時間)."""
    now = timezone.now()
    first, last = _first_day(office, procedure, now), last_bookable_day()
    party = Party(people, procedure.units)
    if not party.is_single:
        coming = _offered(office, procedure, first, last).filter(starts_at__gt=now)
        free = (start for start in _starts(coming, party) if start.seats)
        return [_party_time(start, now) for start in islice(free, limit)]
    rows = _soonest_of(limit).rows(**_asked(office, procedure, first, last), now=now)
    return [_time(Room(*row), now) for row in rows]


def _time(slot: Room, now: datetime) -> TimeAvailability:
    state = vacancy(slot.free, slot.seats) if slot.starts_at > now else Vacancy.PAST
    return TimeAvailability(slot.slot_id, slot.starts_at, slot.ends_at, state, slot.free, slot.seats)


def _party_time(start: _Start, now: datetime) -> TimeAvailability:
    slot = start.slot
    state = vacancy(slot.free if start.seats else 0, slot.seats) if slot.starts_at > now else Vacancy.PAST
    in_turn = start.seats is not None and any(held[0] != slot.slot_id for held in start.seats)
    return TimeAvailability(slot.slot_id, slot.starts_at, slot.ends_at, state, slot.free, slot.seats, in_turn)


def _first_day(office: Office, procedure: Procedure, now: datetime) -> date:
    return first_bookable_day(now, office_id=office.pk, procedure_id=procedure.pk)


def next_free(offices: Iterable[Office], procedure: Procedure, people: int = 1) -> dict[int, datetime | None]:
    """The earliest free time of each office by its id, None where nothing is free.

    One query for all offices whose first bookable day is the same, two for a party; only deadlines of their own
    part them.
    """
    now = timezone.now()
    found: dict[int, datetime | None] = {}
    by_deadline: defaultdict[Deadline, list[Office]] = defaultdict(list)
    for office in offices:
        found[office.pk] = None
        by_deadline[current_city().deadline("book", office_id=office.pk, procedure_id=procedure.pk)].append(office)
    by_first_day: defaultdict[date, list[int]] = defaultdict(list)
    for alike in by_deadline.values():
        by_first_day[_first_day(alike[0], procedure, now)] += [office.pk for office in alike]
    for first_day, keys in by_first_day.items():
        after = max(now, start_of(first_day))
        party = Party(people, procedure.units)
        if party.is_single:
            found |= _next_free(keys, procedure, after)
        else:
            found |= _next_free_for_party(keys, procedure, party, after)
    return found


def _next_free_for_party(keys: list[int], procedure: Procedure, party: Party, after: datetime) -> dict[int, datetime]:
    """Rows of the next days first: nearly always every office has room within them."""
    soon = after + timedelta(days=SOON_DAYS)
    found = _first_starts(keys, procedure, party, after, soon)
    missing = [key for key in keys if key not in found]
    end = start_of(last_bookable_day() + timedelta(days=1))
    # From a day earlier, since a run of slots may lie across the border of both readings.
    late = _first_starts(missing, procedure, party, max(after, soon - timedelta(days=1)), end) if missing else {}
    return found | late


def _first_starts(
    keys: list[int], procedure: Procedure, party: Party, after: datetime, before: datetime
) -> dict[int, datetime]:
    rows = (
        Slot.objects.serving(procedure)
        .filter(office__in=keys, public_seats__gt=0, starts_at__gt=after, starts_at__lt=before)
        .order_by("office_id", "starts_at")
    )
    found: dict[int, datetime] = {}
    named = rows.values_list("office_id", "pk", "starts_at", "ends_at", FREE, "public_seats")
    for office, held in groupby(named, key=itemgetter(0)):
        rooms = [Room(*row[1:]) for row in held]
        first = next((run[0].starts_at for run in runs(rooms, party) if seated(run, party)), None)
        if first:
            found[office] = first
    return found


def _next_free(keys: list[int], procedure: Procedure, after: datetime) -> dict[int, datetime | None]:
    before = start_of(last_bookable_day() + timedelta(days=1))
    found = dict(NEXT_FREE.rows(procedure=procedure.pk, code=procedure.code, begins=after, ends=before))
    return {key: found[key] for key in keys if key in found}


def _next_free_everywhere() -> "models.QuerySet[Office, tuple[Any, ...]]":
    free = (
        Slot.objects.exclude(barred__contains=[_GIVEN["code"]])
        .filter(_HAS_FREE, office=OuterRef("pk"), starts_at__gt=_GIVEN["begins"], starts_at__lt=_GIVEN["ends"])
        .order_by("starts_at")
    )
    offered = Office.objects.filter(takes_bookings=True, procedures=_GIVEN["procedure"])
    return offered.order_by().values_list("pk", Subquery(free.values("starts_at")[:1]))


NEXT_FREE = Statement(_next_free_everywhere)
