"""The machine of bookings and supply with people who wait: offers are kept, passed on and taken up in any order."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, rule, run_state_machine_as_test

from audit.errors import Refused
from postoffices.models import Office
from reservations.actions import holds_release_expired, seat_hold
from reservations.models import Hold, SeatKind, Slot, Waiter, WaitState
from reservations.tasks import offer_seats
from reservations.tokens import token_hash
from reservations.waiting_list import offers
from reservations.waiting_list.actions import offer_take_up, wait_withdraw
from reservations.waiting_list.offers import has_free_seats
from reservations.waiting_list.outcome import has_become
from reservations.waiting_list.registering import Told, Wanted, wait_confirm, wait_register
from tests.reservations.test_invariant import Bookings
from tests.reservations.town import CITIZEN, SYSTEM
from tests.supply.test_invariant import Supply

# Long before the first slot begins: what has begun is nobody's to offer.
LAST_WAIT = timedelta(days=4)


class Waiting(Supply):
    """People who register, confirm, take up and withdraw, and the list's sweeper, among everybody else."""

    waiters: Bundle[Waiter] = Bundle("waiters")

    @initialize(target=Bookings.tokens)
    def everything_is_taken(self) -> str:
        """Otherwise nobody waits: one public seat, and it is held. Somebody waits for it from the beginning."""
        self.begun = timezone.now()
        self.registered = 0
        Slot.objects.update(public_seats=0)
        slot = self.slot_at(1)
        Slot.objects.filter(pk=slot.pk).update(public_seats=1)
        token = seat_hold(slot_id=slot.pk, procedure=self.procedure, by=CITIZEN)[1]
        self.register(ward=False, by_mail=False)
        assert Waiter.objects.get().state == WaitState.WAITING
        return token

    @rule(target=waiters, ward=st.booleans(), by_mail=st.booleans())
    def register(self, ward: bool, by_mail: bool) -> Waiter:
        self.registered += 1
        office = Office.objects.select_related("ward").get(code="mihon")
        wanted = Wanted(self.procedure, office.ward if ward else office, self.day, self.day)
        told = Told(f"{self.registered}@example.jp") if by_mail else Told(phone=f"000{self.registered:08d}")
        try:
            with transaction.atomic():
                return wait_register(wanted=wanted, told=told, by=CITIZEN)[0]
        except Refused:
            return Waiter(pk=0)

    @rule(waiter=waiters)
    def confirm(self, waiter: Waiter) -> None:
        if waiter.pk:
            self.tried(lambda: wait_confirm(waiter=waiter, by=CITIZEN))
            self.pass_on()

    @rule(waiter=waiters)
    def withdraw(self, waiter: Waiter) -> None:
        if waiter.pk:
            self.tried(lambda: wait_withdraw(waiter=waiter, by=CITIZEN))

    @rule(target=Bookings.tokens, waiter=waiters)
    def take_up(self, waiter: Waiter) -> str:
        """From then on the token is one like any other: booked, moved to, extended or given up."""
        try:
            with transaction.atomic():
                token = offer_take_up(waiter=waiter, by=CITIZEN)
        except (Refused, Waiter.DoesNotExist):
            return "refused"
        assert Hold.objects.get(token_hash=token_hash(token)).slot_id == Waiter.objects.get(pk=waiter.pk).slot_id
        return token

    @rule(hours=st.integers(1, 13))
    def wait_long(self, hours: int) -> None:
        if timezone.now() + timedelta(hours=hours) < self.begun + LAST_WAIT:
            self.now.shift(timedelta(hours=hours))

    @rule()
    def who_only_looks_leaves(self) -> None:
        """All holds run out, and what they kept goes to those who wait."""
        self.now.shift(timedelta(minutes=11))
        self.pass_on()

    @rule()
    def pass_on(self) -> None:
        """After the sweepers no seat is free that somebody waits for, and what is told is true."""
        holds_release_expired(by=SYSTEM)
        offer_seats()
        for waiter in Waiter.objects.filter(state=WaitState.WAITING):
            assert not has_free_seats(waiter), "has_free_seats"
        for waiter in Waiter.objects.all():
            assert has_become(waiter) == waiter.state

    @invariant()
    def nobody_is_told_of_a_seat_that_is_not_kept(self) -> None:
        offered = [waiter for waiter in Waiter.objects.all() if has_become(waiter) == WaitState.OFFERED]
        for waiter in offered:
            hold = Hold.objects.get(token_hash=waiter.offer_hash)
            assert (hold.slot_id, hold.seat_kind) == (waiter.slot_id, SeatKind.PUBLIC)
        for slot in Slot.objects.all():
            assert sum(waiter.slot_id == slot.pk for waiter in offered) <= slot.public_taken


@pytest.mark.django_db
def test_offers_are_kept_whatever_everybody_does() -> None:
    run_state_machine_as_test(
        Waiting,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_without_offers_the_machine_finds_a_free_seat_that_somebody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: with offering switched off, seats stay free although somebody waits."""
    monkeypatch.setattr(offers, "_slot_offer", lambda slot, *, by: 0)
    few = settings(
        max_examples=10,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(AssertionError, match="has_free_seats"):
        run_state_machine_as_test(Waiting, settings=few)
