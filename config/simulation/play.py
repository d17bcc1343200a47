"""Playing made-up days: stories run side by side on one clock, each action at its own moment."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

import time_machine
from django.db.models import F, Q
from django.utils import timezone

from applications.actions import check_defect, checks_confirm, defect_resolve
from applications.models import CheckState, DefectReason, ExistenceCheck
from audit.actors import Actor
from audit.errors import Refused
from config.simulation import counter
from config.simulation.calls import cases, days_calls
from config.simulation.cast import Cast
from config.simulation.mails import mails
from config.simulation.stories import Booking, Chances, Story, booked_person, waiting_for_review, walk_in
from postoffices.calendars import opening_periods
from postoffices.models import Office, Procedure
from postoffices.openings import opening_add
from reports.actions import report_request
from reports.models import ReportKind
from reservations.actions import slots_materialise
from reservations.models import Reservation, ReservationState, Slot

WARM_UP = 4  # days before the first whole day, so that it has bookings to receive
AHEAD = 14  # days that people book ahead
TRAINING_BOOKINGS = 6  # bookings of today left to each of the demo's clerks
LEFT_FOR_REVIEWER = 2
DEFECT_SHARE = 0.04
OPENS, CLOSES, LATE = time(9), time(17), time(23, 30)
HELP_ALONE_SHARE = 0.5


@dataclass(slots=True)
class Play:
    """`days` whole days before today and today up to now, `per_day` bookings a day, repeatable by `seed`."""

    cast: Cast
    days: int
    per_day: int
    seed: int
    only_today: bool = False  # just what the demo's own people find today, in a city that has lived before
    now: datetime = field(default_factory=timezone.now)
    refused: int = 0

    def run(self) -> int:
        """Returns the number of steps taken. Steps later than `now` stay undone."""
        random = Random(self.seed)  # noqa: S311 - made-up people may be drawn so that a seed repeats them
        self._make_slots()
        steps = 0
        queue: list[tuple[datetime, int, Story]] = []
        serial = count()
        for story in self._stories(random):
            self._advance(queue, serial, story, None)
        while queue:
            at, _, story = heapq.heappop(queue)
            if at <= self.now:
                self._advance(queue, serial, story, at)
                steps += 1
        return steps

    def _advance(
        self, queue: list[tuple[datetime, int, Story]], serial: "count[int]", story: Story, at: datetime | None
    ) -> None:
        """Let the story take its step at its moment and queue its next one. A refusal ends the story."""
        with time_machine.travel(at or self.now, tick=False):
            try:
                following = next(story, None)
            except Refused:
                # As in life: a slot that filled up in between, a deadline that passed.
                self.refused += 1
                return
        if following is not None:
            heapq.heappush(queue, (following, next(serial), story))

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def _make_slots(self) -> None:
        """Slots of the played days and of what can be booked from now; today is opened when it is closed."""
        by = Actor.system("simulation")
        for calendar in {office.calendar_id: office.calendar for office in self.cast.offices}.values():
            periods = opening_periods(calendar, self.today, self.today).get(self.today)
            if not periods or self._is_nearly_over(periods[-1][1]):
                closes = LATE if self._is_nearly_over(CLOSES) else CLOSES
                opening_add(calendar=calendar, day=self.today, opens=OPENS, closes=closes, by=by)
        first_day = self.today - timedelta(days=self.days + WARM_UP)
        for office in self.cast.offices:
            slots_materialise(office=office, first_day=first_day, last_day=self.today + timedelta(days=60), by=by)

    def _is_nearly_over(self, closes: time) -> bool:
        """Whether a demo that is opened now would find the counter closed, or about to close."""
        return _moment(self.today, closes) < self.now + timedelta(hours=2)

    def _stories(self, random: Random) -> Iterator[Story]:
        if self.only_today:
            yield from self._today_at_training_offices(random)
            return
        for offset in range(self.days + WARM_UP, -1, -1):
            day = self.today - timedelta(days=offset)
            yield from self._bookings_of(random, day)
            yield self._city_work(random, day)
            yield counter.drawers(random, self.cast, day, self.today)
            if offset <= self.days:
                yield from self._walk_ins_of(random, day)
                yield from days_calls(random, self.cast, day)
        yield from self._today_at_training_offices(random)
        yield from cases(self.cast, self.now)
        yield from mails(self.cast, self.now)
        yield counter.screens(self.cast, self.now - timedelta(hours=1))
        yield self._reports()

    def _bookings_of(self, random: Random, day: date) -> Iterator[Story]:
        for _ in range(self.per_day):
            at = _moment(day, time(random.randrange(7, 23), random.randrange(60)))
            if booking := self._booking(random, at):
                yield booked_person(random, self.cast, booking, Chances())

    def _booking(self, random: Random, at: datetime) -> Booking | None:
        """Some free time of some office in the days after `at`; None where nothing is open."""
        office = random.choice(self.cast.offices)
        day = timezone.localdate(at) + timedelta(days=random.randint(2, AHEAD))
        slot = _free_slot(random, office.pk, day)
        return Booking(at, slot, random.choice(self._done_at(slot))) if slot else None

    def _done_at(self, slot: Slot) -> list[Procedure]:
        """The procedures that no opening rule keeps from the slot."""
        return [procedure for procedure in self.cast.procedures if procedure.code not in slot.barred]

    def _walk_ins_of(self, random: Random, day: date) -> Iterator[Story]:
        for office in self.cast.offices:
            open_today = opening_periods(office.calendar, day, day).get(day)
            if open_today and random.random() < 0.25:
                at = _moment(day, time(random.randrange(10, 15), random.randrange(60)))
                yield walk_in(random, self.cast, office, at, Chances())
                if random.random() < HELP_ALONE_SHARE:
                    yield counter.help_alone(random, self.cast, office, at + timedelta(minutes=30))

    def _today_at_training_offices(self, random: Random) -> Iterator[Story]:
        """What the demo's own people find: bookings to receive, and cases to review."""
        for office in self.cast.training_offices:
            slots = self._still_to_come(office)
            for slot in sorted(
                random.sample(slots, min(TRAINING_BOOKINGS, len(slots))), key=lambda slot: slot.starts_at
            ):
                # Booked before its time, yesterday at the latest, through the same action.
                at = _moment(self.today - timedelta(days=1), time(random.randrange(9, 16), random.randrange(60)))
                booking = Booking(at, slot, random.choice(self._done_at(slot)), True)
                yield booked_person(random, self.cast, booking, Chances())
            yield counter.left_open(self.cast, office, _moment(self.today - timedelta(days=1), time(16, 10)))
        for minutes in range(LEFT_FOR_REVIEWER):
            at = self.now - timedelta(minutes=14 + 3 * minutes)
            yield waiting_for_review(random, self.cast, self.cast.training_offices[-1], at)

    def _still_to_come(self, office: Office) -> list[Slot]:
        """Free slots of today, those to come if there are enough: the rest would soon count as not come."""
        free = Slot.objects.of_day(office, self.today).filter(public_taken__lt=F("public_seats"))
        to_come = list(free.filter(starts_at__gte=self.now - timedelta(minutes=20)))
        return to_come if len(to_come) >= TRAINING_BOOKINGS // 2 else list(free)

    def _city_work(self, random: Random, day: date) -> Story:
        """The city answers what is due in the next days; the bureau gets most defects corrected."""
        yield _moment(day, time(10, 30))
        soon = _moment(day + timedelta(days=4), time.min)
        bookings = Reservation.objects.filter(state=ReservationState.CONFIRMED, slot__starts_at__lt=soon)
        waiting = list(bookings.filter(waiting_for_the_city()).order_by("pk"))
        doubtful = [booking for booking in waiting if random.random() < DEFECT_SHARE]
        checks_confirm(reservations=[booking for booking in waiting if booking not in doubtful], by=self.cast.officer)
        for booking in doubtful:
            reason = random.choice([DefectReason.ADDRESS_DIFFERS, DefectReason.NAME_DIFFERS])
            check_defect(reservation=booking, reason=reason, by=self.cast.officer)
        yield _moment(day, time(15))
        for check in ExistenceCheck.objects.filter(state=CheckState.DEFECT).order_by("pk"):
            if random.random() < 0.7:
                defect_resolve(check=check, note="電話で確認し、訂正済み", by=self.cast.bureau)

    def _reports(self) -> Story:
        """Yesterday's daily report is asked for; a worker makes it."""
        yield self.now
        report_request(kind=ReportKind.DAILY, day=self.today - timedelta(days=1), by=self.cast.manager)


def waiting_for_the_city() -> Q:
    """No answer yet: a booking without a check waits for its first."""
    return Q(existence_check__isnull=True) | Q(existence_check__state=CheckState.WAITING)


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _free_slot(random: Random, office_id: int, day: date) -> Slot | None:
    start = _moment(day, time.min)
    free = Slot.objects.filter(
        office_id=office_id,
        starts_at__gte=start,
        starts_at__lt=start + timedelta(days=1),
        public_taken__lt=F("public_seats"),
    )
    slots = list(free.order_by("starts_at"))
    return random.choice(slots) if slots else None
