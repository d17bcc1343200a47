"""The slots that an office should have, out of its days and the stops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from postoffices.models import Office, Stop
from postoffices.supply.days import OfficeDay
from reservations.models import SeatKind, Slot


@dataclass(frozen=True, slots=True)
class WantedSlot:
    """A time as it should be. Seats by kind; `barred` are the codes of procedures that may not use it."""

    office_id: int
    starts_at: datetime
    ends_at: datetime
    seats: Mapping[str, int]
    barred: tuple[str, ...] = ()

    def row(self) -> Slot:
        return Slot(
            office_id=self.office_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            public_seats=self.seats[SeatKind.PUBLIC],
            internal_seats=self.seats[SeatKind.INTERNAL],
            barred=list(self.barred),
        )


def wanted_slots(office: Office, days: Iterable[OfficeDay], stops: Sequence[Stop]) -> dict[datetime, WantedSlot]:
    """All slots of these days by their start. Times within a stop, and those without a seat, are not wanted."""
    here = [stop for stop in stops if stop.office_id in (None, office.pk)]
    return {
        slot.starts_at: slot
        for day in days
        for slot in _slots_of(office, day)
        if any(slot.seats.values())
        and not any(stop.starts_at < slot.ends_at and slot.starts_at < stop.ends_at for stop in here)
    }


def stops_between(first: date, last: date) -> list[Stop]:
    """The stops that stand somewhere between the beginning of `first` and the end of `last` (local days)."""
    begin, end = start_of_day(first), start_of_day(last + timedelta(days=1))
    return list(Stop.objects.standing().filter(starts_at__lt=end, ends_at__gt=begin))


def start_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _slots_of(office: Office, day: OfficeDay) -> Iterator[WantedSlot]:
    midnight = start_of_day(day.day)
    for span, (public, internal) in day.times():
        starts_at, ends_at = (midnight + timedelta(minutes=minute) for minute in span)
        seats = {SeatKind.PUBLIC.value: public, SeatKind.INTERNAL.value: internal}
        yield WantedSlot(office.pk, starts_at, ends_at, seats, tuple(day.barred(span)))
