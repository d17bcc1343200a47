"""The bookings' state machine with the bureau at work: widen, narrow, close, reopen, stop and lift in any order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from audit.errors import Refused
from postoffices.models import Office, Stop
from postoffices.supply.edits import EditKind
from reservations.actions import seat_hold
from reservations.deadlines import start_of
from reservations.models import Hold, Orphaning, Reservation, ReservationState, SeatKind, Slot
from reservations.operator.desk import seat_for_caller
from reservations.supply.actions import stop_lift
from tests.reservations.test_invariant import SLOTS, Bookings
from tests.reservations.town import CITIZEN, SYSTEM, a_time
from tests.supply.bureau import BUREAU, apply, assert_no_procedure_where_it_may_not_be, edit_of, stop, week_of

# The machine's slots begin on the hour.
HOURS = ((time(9), time(9 + SLOTS)),)


class Supply(Bookings):
    """The same office, with a bureau that changes its day."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office.objects.get(code="mihon")
        self.day = timezone.localdate(a_time())

    @rule(target=Bookings.tokens, number=st.integers(0, SLOTS - 1), kind=st.sampled_from(SeatKind))
    def hold(self, number: int, kind: SeatKind) -> str:
        """Slots come and go here; a hold is refused where there is none."""
        slot = self.slot_at(number)
        return self.held(lambda: seat_hold(slot_id=slot.pk, procedure=self.procedure, seat_kind=kind, by=CITIZEN))

    @rule(target=Bookings.tokens, number=st.integers(0, SLOTS - 1))
    def hold_at_the_desk(self, number: int) -> str:
        slot = self.slot_at(number)
        return self.held(lambda: seat_for_caller(slot, self.procedure, by=SYSTEM))

    def slot_at(self, number: int) -> Slot:
        at = start_of(self.day) + timedelta(hours=9 + number)
        return Slot.objects.filter(office=self.office, starts_at=at).first() or Slot(pk=0)

    def held(self, step: Callable[[], tuple[Hold, str]]) -> str:
        try:
            with transaction.atomic():
                return step()[1]
        except Refused:
            return "refused"

    @rule(public=st.integers(0, 4), internal=st.integers(0, 2))
    def widen_or_narrow(self, public: int, internal: int) -> None:
        apply([self.office], edit_of(EditKind.HOURS, self.day, periods=HOURS))
        apply([self.office], edit_of(EditKind.SEATS, self.day, seats=(public, internal), slot_minutes=60))

    @rule()
    def close(self) -> None:
        apply([self.office], edit_of(EditKind.CLOSE, self.day), tell=True)
        assert not Reservation.objects.filter(state=ReservationState.CONFIRMED, office=self.office).exists()

    @rule(
        kind=st.sampled_from([EditKind.CLOSE, EditKind.OPEN, EditKind.SEATS, EditKind.PROFILE]),
        first=st.integers(8, 8 + SLOTS),
        hours=st.integers(1, SLOTS),
        public=st.integers(0, 3),
    )
    def part_of_the_day(self, kind: EditKind, first: int, hours: int, public: int) -> None:
        seats = (public, 1) if kind == EditKind.SEATS else None
        apply([self.office], edit_of(kind, self.day, part=(time(first), time(first + hours)), seats=seats))

    @rule(long=st.booleans(), kind=st.sampled_from(list(EditKind)), first=st.integers(9, 8 + SLOTS))
    def procedures_day(self, long: bool, kind: EditKind, first: int) -> None:
        procedure, part = self.long if long else self.procedure, (time(first), time(first + 1))
        match kind:
            case EditKind.SEATS:
                edit = edit_of(EditKind.CLOSE, self.day, procedure=procedure)
            case EditKind.HOURS:
                edit = edit_of(kind, self.day, periods=(part,), procedure=procedure)
            case _:
                edit = edit_of(kind, self.day, part=part, procedure=procedure)
        apply([self.office], edit)

    @rule(long=st.booleans(), hours=st.integers(0, SLOTS))
    def procedures_week(self, long: bool, hours: int) -> None:
        """So many hours from nine on every day, or whenever the office is open."""
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), f"9:00-{9 + hours}:00") if hours else {}
        edit = week_of(self.long if long else self.procedure, **week)
        apply([self.office], replace(edit, first=self.day, last=self.day))  # a month of slots would only take time

    @rule()
    def as_the_profile_says(self) -> None:
        apply([self.office], edit_of(EditKind.PROFILE, self.day))

    @rule(everywhere=st.booleans(), hours=st.integers(1, 3))
    def emergency(self, everywhere: bool, hours: int) -> None:
        begins = start_of(self.day) + timedelta(hours=9)
        stop(None if everywhere else self.office, begins, begins + timedelta(hours=hours))

    @rule(give_back=st.booleans())
    def lift(self, give_back: bool) -> None:
        held = Stop.objects.standing().first()
        if held:
            stop_lift(stop=held, give_back=give_back, by=BUREAU)

    @invariant()
    def nobody_sits_where_the_procedure_may_not_be_done(self) -> None:
        assert_no_procedure_where_it_may_not_be()

    @invariant()
    def who_lost_the_time_is_on_record(self) -> None:
        orphaned = Reservation.objects.filter(state=ReservationState.ORPHANED)
        assert not orphaned.exclude(pk__in=Orphaning.objects.values("reservation")).exists()


@pytest.mark.django_db
def test_counters_stay_true_whatever_the_bureau_changes() -> None:
    run_state_machine_as_test(
        Supply,
        settings=settings(
            max_examples=18,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
