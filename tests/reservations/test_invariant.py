"""Whatever people do in whatever order: counters equal holds plus bookings, and nothing is over capacity."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from audit.errors import Refused
from reservations.actions import (
    hold_extend,
    hold_release,
    holds_release_expired,
    party_cancel,
    reservation_book,
    reservation_cancel,
    reservation_mark_no_show,
    reservation_mark_visited,
    reservation_move,
    reservation_restore,
    seat_hold,
)
from reservations.errors import HoldExpired, SlotFull
from reservations.fairness.errors import AlreadyBooked
from reservations.models import CancelReason, Hold, Reservation, SeatKind, Slot
from reservations.operator.desk import seat_for_caller
from reservations.tokens import token_hash
from tests.reservations.town import CITIZEN, SYSTEM, TARO, a_time, make_slot, make_town, seats_kept

SLOTS = 3


class Bookings(RuleBasedStateMachine):
    """Citizens, the sweeper and staff at one office with three small slots."""

    tokens: Bundle[str] = Bundle("tokens")
    bookings: Bundle[Reservation] = Bundle("bookings")

    def __init__(self) -> None:
        super().__init__()
        self.database = transaction.atomic()
        self.database.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.now = self.clock.start()
        town = make_town()
        self.procedure = town.renewal
        self.long = town.other
        self.long.units = 2
        self.long.save()
        town.office.procedures.add(self.long)
        self.slots = [make_slot(town.office, a_time(hour=9 + n), seats=n, internal=1) for n in range(SLOTS)]
        Slot.objects.update(ends_at=F("starts_at") + timedelta(hours=1))  # without a gap: a party goes on to the next

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.database.__exit__(None, None, None)

    @rule(target=tokens, number=st.integers(0, SLOTS - 1), kind=st.sampled_from(SeatKind))
    def hold(self, number: int, kind: SeatKind) -> str:
        slot = self.slots[number]
        try:
            return seat_hold(slot_id=slot.pk, procedure=self.procedure, seat_kind=kind, by=CITIZEN)[1]
        except SlotFull:
            slot.refresh_from_db()
            assert getattr(slot, f"{kind}_taken") == getattr(slot, f"{kind}_seats")
            return "refused"

    @rule(target=tokens, number=st.integers(0, SLOTS - 1))
    def hold_at_the_desk(self, number: int) -> str:
        """An internal seat first, then a public one; refused only when both are gone."""
        slot = self.slots[number]
        try:
            return seat_for_caller(slot, self.procedure, by=SYSTEM)[1]
        except SlotFull:
            slot.refresh_from_db()
            assert (slot.internal_taken, slot.public_taken) == (slot.internal_seats, slot.public_seats)
            return "refused"

    @rule(
        target=tokens,
        number=st.integers(0, SLOTS - 1),
        kind=st.sampled_from(SeatKind),
        people=st.integers(1, 4),
        long=st.booleans(),
    )
    def hold_for_several(self, number: int, kind: SeatKind, people: int, long: bool) -> str:
        """All of them or none; refused also when they would sit with a gap, or past the last slot."""
        here = Slot.objects.filter(office__code="mihon", starts_at=a_time(hour=9 + number))
        slot = here.first() or Slot(pk=0)
        procedure = self.long if long else self.procedure
        before = Hold.objects.count()
        try:
            with transaction.atomic():
                hold, token = seat_hold(slot_id=slot.pk, procedure=procedure, seat_kind=kind, people=people, by=CITIZEN)
        except Refused:
            assert Hold.objects.count() <= before
            return "refused"
        assert hold.further_seats.count() == people * procedure.units - 1
        return token

    @rule(target=bookings, token=tokens, name=st.sampled_from(["架空 一郎", "架空 二郎", "架空 三郎", "架空 四郎"]))
    def book(self, token: str, name: str) -> Reservation:
        hold = Hold.objects.filter(token_hash=token_hash(token)).first()
        others = range(1, hold.people if hold else 1)
        person = replace(TARO, name=name, phone=f"000{zlib.crc32(token.encode()) % 10**8:08d}")
        companions = [replace(person, name=f"{token} {place}") for place in others]
        try:
            with transaction.atomic():
                return reservation_book(token=token, person=person, companions=companions, by=CITIZEN)
        except AlreadyBooked:
            assert Hold.objects.filter(token_hash=token_hash(token)).exists()
            return Reservation(pk=0)
        except HoldExpired:
            assert not Hold.objects.filter(token_hash=token_hash(token)).exists()
            return Reservation(pk=0)

    @rule(token=consumes(tokens))
    def give_up(self, token: str) -> None:
        hold_release(token=token, by=CITIZEN)

    @rule(token=tokens)
    def extend(self, token: str) -> None:
        self.tried(lambda: hold_extend(token=token, by=CITIZEN))

    @rule(minutes=st.integers(1, 15))
    def wait(self, minutes: int) -> None:
        self.now.shift(timedelta(minutes=minutes))

    @rule()
    def sweep(self) -> None:
        holds_release_expired(by=SYSTEM)
        assert not Hold.objects.filter(expires_at__lte=timezone.now()).exists()

    @rule(booking=bookings, token=tokens)
    def move(self, booking: Reservation, token: str) -> None:
        self.tried(lambda: reservation_move(reservation=booking, token=token, by=CITIZEN))

    @rule(booking=bookings)
    def cancel(self, booking: Reservation) -> None:
        self.tried(lambda: reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN))

    @rule(booking=bookings, places=st.none() | st.sets(st.integers(0, 3)))
    def cancel_some(self, booking: Reservation, places: set[int] | None) -> None:
        if booking.pk:
            self.tried(lambda: party_cancel(reservation=booking, places=places, reason=CancelReason.OTHER, by=CITIZEN))

    @rule(
        booking=bookings,
        mark=st.sampled_from([reservation_mark_visited, reservation_mark_no_show, reservation_restore]),
    )
    def mark(self, booking: Reservation, mark: Callable[..., Reservation]) -> None:
        self.tried(lambda: mark(reservation=booking, by=SYSTEM))

    def tried(self, step: Callable[[], object]) -> None:
        """Refusals are answers; what they leave behind must satisfy the invariant too."""
        try:
            with transaction.atomic():
                step()
        except (Refused, Reservation.DoesNotExist):
            return

    @invariant()
    def counters_tell_the_truth(self) -> None:
        for slot in Slot.objects.all():
            for kind in SeatKind:
                kept = seats_kept(slot, kind)
                assert getattr(slot, f"{kind}_taken") == kept
                assert kept <= getattr(slot, f"{kind}_seats")

    @invariant()
    def everybody_has_the_seats_of_the_whole_visit(self) -> None:
        for booking in Reservation.objects.prefetch_related("further_seats__slot").select_related("slot"):
            times = sorted([booking.slot.starts_at, *(seat.slot.starts_at for seat in booking.further_seats.all())])
            assert [later - times[0] for later in times] == [timedelta(hours=n) for n in range(booking.units)]

    @invariant()
    def one_of_each_party_speaks(self) -> None:
        parties = Reservation.objects.exclude(party=None).order_by().values("party")
        speaking = parties.annotate(speakers=Count("pk", filter=Q(speaks=True))).values_list("speakers", flat=True)
        assert set(speaking) <= {1}


@pytest.mark.django_db
def test_counters_always_equal_holds_and_bookings() -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
