"""What the start page says about bookings: those that lost their slot, and the figures of the day."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Figure, Waiting
from reservations.access import reservations_in_scope
from reservations.models import ReservationState


def orphans_waiting(user: User) -> list[Waiting]:
    """Bookings whose slot went away: somebody has to offer another time before the day comes. One query."""
    orphans = reservations_in_scope(user).filter(state=ReservationState.ORPHANED, slot__starts_at__gte=timezone.now())
    found = orphans.aggregate(count=Count("pk"), first=Min("slot__starts_at"))
    if not found["count"]:
        return []
    day = timezone.localtime(found["first"]).date()
    address = f"{reverse('reservations:list')}?day={day}&state={ReservationState.ORPHANED}"
    if user.may("reservations.orphans"):
        address = reverse("supply:orphans")
    return [Waiting("枠がなくなった予約（別の日時の案内）", found["count"], address, found["first"])]


def todays_bookings(user: User) -> list[Figure]:
    """Bookings of today within the person's scope, and how many of them came. One query."""
    held = reservations_in_scope(user).of_day(timezone.localdate()).exclude(state=ReservationState.CANCELLED)
    found = held.order_by().aggregate(
        all=Count("pk"),
        came=Count("pk", filter=Q(state=ReservationState.VISITED)),
        missed=Count("pk", filter=Q(state=ReservationState.NO_SHOW)),
    )
    return [
        Figure("本日の予約", found["all"]),
        Figure("来局済み", found["came"]),
        Figure("来局なし", found["missed"]),
    ]
