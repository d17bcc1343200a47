"""A made-up city with two offices, and slots in the near future."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from audit.actors import Actor
from postoffices.models import Calendar, CalendarKind, CapacityPeriod, Office, OfficeKind, Procedure, Ward, WeeklyHours
from reservations.actions import Person
from reservations.deadlines import start_of
from reservations.models import WITHOUT_SEAT, FurtherSeat, Hold, Reservation, Slot

CITIZEN = Actor.citizen()
SYSTEM = Actor.system("test")
HANAKO = Person(
    name="見本 花子",
    reading="ミホン ハナコ",
    birth_date=date(1980, 2, 29),
    address="見本市架空区1-2-3",
    phone="00012345678",
    email="hanako@example.jp",
)
TARO = Person(
    name="架空 太郎", reading="", birth_date=date(1955, 12, 31), address="見本市架空区4-5-6", phone="0001112222"
)


@dataclass(frozen=True)
class Town:
    """Two offices that offer `renewal`; nobody offers `other`."""

    office: Office
    elsewhere: Office
    renewal: Procedure
    other: Procedure


def make_office(code: str, name: str, calendar: Calendar, ward: Ward, procedure: Procedure, position: int) -> Office:
    office = Office.objects.create(
        code=code,
        name=name,
        kind=OfficeKind.POST_OFFICE,
        ward=ward,
        calendar=calendar,
        opens_on=date(2020, 1, 1),
        position=position,
        address="見本市架空区1-1",
    )
    office.procedures.add(procedure)
    return office


def make_town() -> Town:
    calendar = Calendar.objects.create(code="counter", kind=CalendarKind.COUNTER, name="窓口")
    for weekday in range(5):
        WeeklyHours.objects.create(calendar=calendar, weekday=weekday, opens=time(9), closes=time(12))
        WeeklyHours.objects.create(calendar=calendar, weekday=weekday, opens=time(13), closes=time(16, 15))
    ward = Ward.objects.create(code="ward", name="架空区", position=1)
    renewal = Procedure.objects.create(
        code="renewal", name="電子証明書の更新", summary="見本", position=1, bring=["マイナンバーカード"]
    )
    other = Procedure.objects.create(code="other", name="別の手続き", summary="見本", position=2)
    office = make_office("mihon", "見本郵便局", calendar, ward, renewal, 1)
    elsewhere = make_office("kaku", "架空郵便局", calendar, ward, renewal, 2)
    for place in (office, elsewhere):
        CapacityPeriod.objects.create(office=place, first_day=date(2020, 1, 1), slot_minutes=30, public_seats=2)
    return Town(office, elsewhere, renewal, other)


def a_time(days: int = 7, hour: int = 9, minute: int = 0) -> datetime:
    """A moment some days from today, local."""
    return start_of(timezone.localdate() + timedelta(days=days)) + timedelta(hours=hour, minutes=minute)


def make_slot(office: Office, starts_at: datetime | None = None, seats: int = 1, internal: int = 0) -> Slot:
    starts_at = starts_at or a_time()
    return Slot.objects.create(
        office=office,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        public_seats=seats,
        internal_seats=internal,
    )


def seats_kept(slot: Slot, kind: str) -> int:
    """The seats that holds and bookings have on the slot, counted from their rows."""
    further = FurtherSeat.objects.filter(slot=slot).exclude(reservation__state__in=WITHOUT_SEAT)
    return (
        Hold.objects.filter(slot=slot, seat_kind=kind).count()
        + Reservation.objects.live().filter(slot=slot, seat_kind=kind).count()
        + further.filter(hold__seat_kind=kind).count()
        + further.filter(reservation__seat_kind=kind).count()
    )


def slots_in_a_row(office: Office, *seats: int, first: datetime | None = None, internal: int = 0) -> list[Slot]:
    """Slots of half an hour that follow one another, with so many public seats each."""
    first = first or a_time()
    times = (first + timedelta(minutes=30 * place) for place in range(len(seats)))
    return [make_slot(office, at, seats=count, internal=internal) for at, count in zip(times, seats, strict=True)]


Book = Callable[..., tuple[Reservation, str]]
