"""How many days ahead citizens may book: set on screen, at once, and nobody loses a booking."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from postoffices.city import current_city
from postoffices.models import HorizonRule
from reservations.actions import reservation_book, seat_hold
from reservations.deadlines import last_bookable_day
from reservations.errors import SlotClosed
from reservations.horizon import slots_to_horizon
from reservations.models import Reservation, ReservationState, Slot
from reservations.supply.errors import HorizonChanged, HorizonSame
from reservations.supply.horizon import horizon_set, reach_of
from tests.people import client_of
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Town
from tests.supply.bureau import BUREAU

OPERATOR = Actor.staff(User(pk=1, username="operator", role="operator"))
PAGE = "/staff/supply/deadlines/"
PREVIEW = "/staff/supply/horizon/"
SAVE = "/staff/supply/horizon/save/"


@pytest.fixture
def bureau(town: Town) -> Client:
    slots_to_horizon(by=SYSTEM)
    return client_of(Role.BUREAU)


def last_slot() -> Slot:
    return Slot.objects.order_by("-starts_at")[0]


@pytest.mark.requirement("fukuoka-09")
def test_a_longer_horizon_makes_the_times_of_its_days_at_once(town: Town, bureau: Client) -> None:
    before, days = Slot.objects.count(), current_city().horizon_days
    page = bureau.post(PREVIEW, {"days": f"{days + 14}"}).content.decode()
    made = reach_of(days + 14).made
    assert f"{made}<small>枠" in page
    assert not HorizonRule.objects.exists()
    answer = bureau.post(SAVE, {"days": f"{days + 14}", "seen": days}, follow=True).content.decode()
    assert f"{made}枠を作りました" in answer
    assert Slot.objects.count() == before + made
    assert last_bookable_day() == timezone.localdate() + timedelta(days=days + 14)
    assert timezone.localdate(last_slot().starts_at) > timezone.localdate() + timedelta(days=days)
    seat_hold(slot_id=last_slot().pk, procedure=town.renewal, by=CITIZEN)
    event = AuditEvent.objects.get(action="reservations.horizon_set")
    assert event.detail == {"days": days + 14, "before": days}


@pytest.mark.requirement("fukuoka-09")
def test_a_shorter_one_keeps_bookings_and_leaves_the_rest_to_staff(town: Town, bureau: Client) -> None:
    slot, days = last_slot(), current_city().horizon_days
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    booking = reservation_book(token=token, person=HANAKO, by=CITIZEN)
    reach = reach_of(7)
    assert (reach.bookings, reach.waiting, reach.free > 0) == (1, 0, True)
    horizon_set(days=7, seen=days, by=BUREAU)
    assert Reservation.objects.get(pk=booking.pk).state == ReservationState.CONFIRMED
    with pytest.raises(SlotClosed):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=OPERATOR)
    reservation_book(token=token, person=TARO, by=OPERATOR)
    assert "市の設定は" in bureau.get(PAGE).content.decode()
    bureau.post(SAVE, {"profile": "on", "seen": 7})
    assert (current_city().horizon_days, HorizonRule.objects.exists()) == (days, False)
    assert AuditEvent.objects.filter(action="reservations.horizon_removed").count() == 1


def test_what_was_shown_is_what_is_done(town: Town, bureau: Client) -> None:
    days = current_city().horizon_days
    with pytest.raises(HorizonSame):
        reach_of(days)
    horizon_set(days=30, seen=days, by=BUREAU)
    with pytest.raises(HorizonChanged):
        horizon_set(days=90, seen=days, by=BUREAU)
    assert bureau.post(SAVE, {"days": "90", "seen": days}).status_code == 409
    assert current_city().horizon_days == 30


@pytest.mark.parametrize("wrong", ["", "0", "367", "二", "60"])
def test_a_wrong_number_is_refused_and_kept(bureau: Client, wrong: str) -> None:
    wrong = str(current_city().horizon_days) if wrong == "60" else wrong
    answer = bureau.post(PREVIEW, {"days": wrong})
    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.content.decode() or not wrong
    assert not HorizonRule.objects.exists()


@pytest.mark.parametrize("seen", ["²", "9" * 5000, "-1", ""])
def test_a_number_seen_that_is_none_shows_the_preview_anew(bureau: Client, seen: str) -> None:
    assert bureau.post(SAVE, {"days": "90", "seen": seen}).status_code == 409
    assert not HorizonRule.objects.exists()
