"""A family waits in one place of the queue, and is offered a time for all of them or none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from postoffices.city import current_city
from reservations.actions import hold_release, reservation_book, seat_hold
from reservations.models import Hold, Reservation, Slot, Waiter, WaitState
from reservations.tasks import offer_seats
from reservations.waiting_list.actions import offer_take_up
from tests.reservations.test_parties import CHILD
from tests.reservations.town import CITIZEN, HANAKO, Town, make_slot, seats_kept, slots_in_a_row
from tests.waiting_list.queue import waiting

pytestmark = pytest.mark.django_db


def held(town: Town, slot: Slot) -> str:
    return seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)[1]


def test_half_of_a_family_is_not_offered_a_seat_and_all_of_it_is(town: Town) -> None:
    first, second = slots_in_a_row(town.office, 1, 1)
    token = held(town, second)
    family = waiting(town, people=2)
    offer_seats()
    assert Waiter.objects.get().state == WaitState.WAITING
    hold_release(token=token, by=CITIZEN)
    offer_seats()
    family.refresh_from_db()
    assert (family.state, family.slot_id) == (WaitState.OFFERED, first.pk)
    assert [seats_kept(slot, "public") for slot in (first, second)] == [1, 1]
    hold_token = offer_take_up(waiter=family, by=CITIZEN)
    reservation_book(token=hold_token, person=HANAKO, companions=[CHILD], by=CITIZEN)
    assert Reservation.objects.count() == 2
    offer_seats()
    assert Waiter.objects.get().state == WaitState.BOOKED


def test_who_comes_alone_is_served_behind_a_family_that_does_not_fit(town: Town) -> None:
    make_slot(town.office, seats=1)
    three, two, alone = waiting(town, people=3), waiting(town, people=2), waiting(town)
    offer_seats()
    states = {waiter.pk: waiter.state for waiter in Waiter.objects.all()}
    assert [states[waiter.pk] for waiter in (three, two, alone)] == ["waiting", "waiting", "offered"]


def test_a_family_counts_as_many_as_it_is(town: Town) -> None:
    """Of one network: the first family gets its seats however many they are; the next waits while those are kept."""
    most = current_city().rules.waiting_list.offers_per_network
    for _number in range(3):
        make_slot(town.office, seats=4, starts_at=timezone.now() + timedelta(days=5 + _number))
    families = [waiting(town, people=4, network="n") for _number in range(3)]
    offer_seats()
    offered = Waiter.objects.filter(pk__in=[family.pk for family in families], state=WaitState.OFFERED).count()
    assert offered == most // 4 == 2
    assert Hold.objects.count() == offered


def test_the_form_asks_how_many_and_the_offer_leads_to_their_form(town: Town, client: Client) -> None:
    page = client.get("/wait/renewal/mihon/?people=3").content.decode()
    assert '<option value="3" selected>' in page
    form = {"place": "office", "people": "3", "phone": "000-1234-5678"}
    entry = client.post("/wait/renewal/mihon/", form, follow=True).content.decode()
    assert "3人" in entry
    waiter = Waiter.objects.get()
    make_slot(town.office, seats=3)
    offer_seats()
    waiter.refresh_from_db()
    assert (waiter.people, waiter.state) == (3, WaitState.OFFERED)
