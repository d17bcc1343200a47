"""Shorthand for filling slots and standing in the queue."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from django.db.models import F
from django.utils import timezone

from postoffices.models import Office, Procedure, Ward
from reservations.actions import reservation_book, seat_hold
from reservations.models import Reservation, Slot, Waiter
from reservations.waiting_list.registering import Told, Wanted, wait_confirm, wait_register
from tests.reservations.town import CITIZEN, TARO, Town

NUMBERS = count(1)


def filled(town: Town, slot: Slot) -> Reservation:
    """The slot's next seat, taken by somebody new."""
    number = next(NUMBERS)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    person = replace(TARO, name=f"架空 {number}", phone=f"000{number:08d}")
    return reservation_book(token=token, person=person, by=CITIZEN)


def waiting(
    town: Town,
    place: Office | Ward | None = None,
    *,
    email: str = "",
    phone: str = "",
    network: str = "",
    days: int = 30,
    people: int = 1,
    procedure: Procedure | None = None,
) -> Waiter:
    """Somebody who registered when nothing was free; what is free now came about later."""
    today = timezone.localdate()
    wanted = Wanted(procedure or town.renewal, place or town.office, today, today + timedelta(days=days), people)
    contact = email or ("" if phone else f"matsu{next(NUMBERS)}@example.jp")
    seats = dict(Slot.objects.values_list("pk", "public_seats"))
    Slot.objects.update(public_seats=F("public_taken"))
    waiter, _ = wait_register(wanted=wanted, told=Told(contact, phone), network=network, by=CITIZEN)
    for pk, public in seats.items():
        Slot.objects.filter(pk=pk).update(public_seats=public)
    return waiter if phone else wait_confirm(waiter=waiter, by=CITIZEN)
