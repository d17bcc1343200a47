"""What the start page says to a clerk: who is still to come today, and which answers of the city have arrived."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from counters.access import cash_ups_for
from counters.models import ReviewResult, Visit, VisitState
from postoffices.access import offices_for
from reservations.access import reservations_in_scope
from reservations.models import ReservationState


def bookings_to_receive(user: User) -> list[Waiting]:
    """Bookings of today whose people have not arrived. One query."""
    expected = reservations_in_scope(user).of_day(timezone.localdate()).filter(state=ReservationState.CONFIRMED)
    found = expected.order_by().aggregate(count=Count("pk"), first=Min("slot__starts_at"))
    if not found["count"]:
        return []
    return [Waiting("本日これから受付する予約", found["count"], reverse("counters:day"), found["first"])]


def answers_arrived(user: User) -> list[Waiting]:
    """Visits that the city has answered and whose people wait at the counter; leads to the first. One query."""
    offices = offices_for(user).order_by().values("pk")
    answered = Visit.objects.filter(office__in=offices, state=VisitState.SERVING).exclude(
        review_result=ReviewResult.NONE
    )
    found = answered.aggregate(count=Count("pk"), first=Min("pk"))
    if not found["count"]:
        return []
    return [Waiting("審査の結果が届いた来局", found["count"], reverse("counters:visit", args=[found["first"]]))]


def cash_ups_to_see(user: User) -> list[Waiting]:
    """Cash-ups that a manager has not looked at. One query."""
    count = cash_ups_for(user).filter(seen_at__isnull=True).count()
    return [Waiting("確認していない日締め", count, reverse("counters:overseen") + "?show=unseen")] if count else []
