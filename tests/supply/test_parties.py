"""Families and long visits when the bureau takes seats away: who keeps the time, who is told, how all come back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from postoffices.models import Procedure, Stop
from postoffices.supply.edits import EditKind
from reservations.actions import reservation_book, seat_hold
from reservations.models import FurtherSeat, Reservation, ReservationState, Slot
from reservations.supply.actions import stop_lift
from reservations.supply.fit import Occupants, Sitter, fit_all
from tests.reservations.test_parties import FAMILY
from tests.reservations.town import CITIZEN, HANAKO, TARO, Town
from tests.supply.bureau import (
    BUREAU,
    a_monday,
    apply,
    assert_counters_tell_the_truth,
    edit_of,
    open_days,
    stop,
)
from tests.supply.test_stops import link_in

NINE = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_visit_of_two_slots_stays_whole_or_goes() -> None:
    long = Sitter(1, "public", NINE, further=(11,))
    short = Sitter(2, "public", NINE + timedelta(minutes=1))
    done = fit_all(
        {10: {"public": 1, "internal": 0}, 11: {"public": 0, "internal": 0}},
        {10: Occupants(bookings=[long, short])},
    )
    assert done[10].orphaned == (1,)
    assert done[10].kept == (2,)
    assert (done[10].taken["public"], done[11].taken["public"]) == (1, 0)


def test_seats_of_the_other_kind_must_suffice_for_the_whole_visit() -> None:
    wanted = {10: {"public": 0, "internal": 1}, 11: {"public": 0, "internal": 1}}
    long = Sitter(1, "public", NINE, further=(11,))
    assert fit_all(wanted, {10: Occupants(bookings=[long])})[10].refitted == {1: "internal"}
    taken = {10: Occupants(bookings=[long]), 11: Occupants(bookings=[Sitter(2, "internal", NINE)])}
    assert fit_all(wanted, taken)[10].orphaned == (1,)


@pytest.fixture
def slots(town: Town) -> list[Slot]:
    return open_days(town, a_monday())


@pytest.fixture
def family(town: Town, slots: list[Slot]) -> list[Reservation]:
    """Two people in the first slot, one in the second."""
    _, token = seat_hold(slot_id=slots[0].pk, procedure=town.renewal, people=3, by=CITIZEN)
    first = reservation_book(token=token, person=HANAKO, companions=FAMILY, by=CITIZEN)
    return list(Reservation.objects.together_with(first))


@pytest.mark.django_db
def test_who_still_fits_keeps_the_time_and_the_family_gets_one_message(
    town: Town, slots: list[Slot], family: list[Reservation], client: Client
) -> None:
    apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(1, 0)), tell=True)
    states = list(Reservation.objects.order_by("place").values_list("state", flat=True))
    assert states == ["confirmed", "orphaned", "confirmed"]
    assert_counters_tell_the_truth()
    message = Message.objects.get(purpose="orphaned")
    assert message.recipient == HANAKO.email
    page = link_in(message)
    assert "新しい日時を選んでください" in client.get(page).content.decode()
    apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(3, 0)))
    held = client.post(f"{page}change/", {"slot": slots[5].pk})
    client.post(held["Location"])
    assert set(Reservation.objects.values_list("state", "slot")) == {("confirmed", slots[5].pk)}
    assert_counters_tell_the_truth()


@pytest.mark.django_db
def test_when_the_speaker_loses_the_time_another_is_reminded(
    town: Town, slots: list[Slot], family: list[Reservation]
) -> None:
    Reservation.objects.filter(pk=family[0].pk).update(booked_at=timezone.now() + timedelta(minutes=1))
    apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(1, 0)))
    assert Reservation.objects.get(pk=family[0].pk).state == ReservationState.ORPHANED
    assert Reservation.objects.get(speaks=True).pk == family[1].pk


@pytest.mark.django_db
def test_lifting_a_stop_gives_the_whole_family_its_times_back_with_one_message(
    town: Town, slots: list[Slot], family: list[Reservation]
) -> None:
    stop(town.office, slots[0].starts_at, slots[3].starts_at)
    assert set(Reservation.objects.values_list("state", flat=True)) == {"orphaned"}
    assert Message.objects.filter(purpose="orphaned").count() == 1
    assert stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU) == 3
    assert set(Reservation.objects.values_list("state", flat=True)) == {"confirmed"}
    assert Message.objects.filter(purpose="restored").count() == 1
    assert_counters_tell_the_truth()


@pytest.mark.django_db
def test_a_long_visit_loses_and_regains_all_its_slots(town: Town, slots: list[Slot]) -> None:
    long = Procedure.objects.get(pk=town.other.pk)
    long.units = 2
    long.save()
    town.office.procedures.add(long)
    _, token = seat_hold(slot_id=slots[0].pk, procedure=long, by=CITIZEN)
    booked = reservation_book(token=token, person=TARO, by=CITIZEN)
    stop(town.office, slots[1].starts_at, slots[2].starts_at)
    assert Reservation.objects.get().state == ReservationState.ORPHANED
    assert_counters_tell_the_truth()
    assert stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU) == 1
    assert FurtherSeat.objects.get(reservation=booked).slot_id == slots[1].pk
    assert_counters_tell_the_truth()
