"""What this room hands over: bookings still to come, those without a slot, and who waits for a seat."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from accounts.unfinished import Item, Stock
from reservations.models import Reservation, ReservationState, Waiter
from reservations.waiting_list.records import WaitState
from writing.numbers import number_text

# The waiting list's own words are the citizen's.
WAITING = {
    WaitState.ASKED: "メールアドレスの確認待ち",
    WaitState.WAITING: "空き待ち",
    WaitState.OFFERED: "空きを案内中",
}


def bookings_unfinished() -> Iterator[Stock]:
    rows = Reservation.objects.filter(slot__starts_at__gte=timezone.now()).select_related("slot", "office")
    rows = rows.order_by("slot__starts_at", "pk")
    for state, words, route, permission in (
        (ReservationState.CONFIRMED, "これから来局する予約", "reservations:list", "reservations.list"),
        (ReservationState.ORPHANED, "枠がなくなり、別の日時を案内する予約", "supply:orphans", "reservations.orphans"),
    ):
        yield Stock("予約", words, rows.filter(state=state), _booking, "booked_at", reverse(route), permission)


def waiters_unfinished() -> Iterator[Stock]:
    rows = Waiter.objects.select_related("office", "ward").order_by("registered_at", "pk")
    address = reverse("waiting_list:list")
    for state, words in WAITING.items():
        waiting = rows.filter(state=state)
        yield Stock("空き待ち", words, waiting, _waiter, "registered_at", address, "reservations.waiting_list")


def _booking(booking: Reservation) -> Item:
    return Item(number_text(booking.number), booking.office.name, booking.booked_at, booking.slot.starts_at)


def _waiter(waiter: Waiter) -> Item:
    place = waiter.office or waiter.ward
    return Item(f"空き待ち {waiter.pk}", place.name if place else "", waiter.registered_at)
