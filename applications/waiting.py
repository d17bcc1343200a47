"""What the start page says of this room: answers the city owes, defects the bureau has to mend."""

from datetime import date, datetime, time

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from applications.defects import Part, defects
from applications.due import due_days
from applications.models import CheckState
from applications.worklist import Chosen, bookings
from reservations.deadlines import start_of


def checks_waiting(user: User) -> list[Waiting]:
    """Bookings that wait for the city's answer: the late ones, the others, and those corrected by the bureau."""
    address, due = reverse("applications:existence"), due_days()
    today = timezone.localdate()
    overdue = Q(slot__starts_at__lt=start_of(due.late_before(today)), booked_at__lt=start_of(due.booked_before(today)))
    waiting = bookings(user, Chosen())
    late = waiting.filter(overdue).count()
    in_time = waiting.exclude(overdue).order_by()
    first: datetime | None = in_time.aggregate(first=Min("slot__starts_at"))["first"]
    ends = _end_of(max(due.due_on(timezone.localdate(first)), today)) if first else None
    return [
        Waiting("期限を過ぎた実在性確認", late, address),
        Waiting("実在性確認を待つ予約", in_time.count(), address, ends),
        Waiting(
            "不備が解消し、再確認を待つ予約",
            bookings(user, Chosen(state=CheckState.RESOLVED)).count(),
            f"{address}?state={CheckState.RESOLVED}",
        ),
    ]


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def defects_waiting(user: User) -> list[Waiting]:
    """Defects to ask the applicant about; due when the first of these visits begins."""
    mine = defects(user, Part.NOW).order_by()
    first: datetime | None = mine.aggregate(first=Min("reservation__slot__starts_at"))["first"]
    return [Waiting("対応を待つ不備", mine.count(), reverse("applications:defects"), first)]
