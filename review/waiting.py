"""What the start page says of this room: cases that somebody has to answer while a citizen waits."""

from django.db.models import Count, Min
from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from review.models import Case


def cases_waiting(user: User) -> list[Waiting]:
    """Cases that this reviewer could take on now, with the most urgent one's due time. One query."""
    free = Case.objects.claimable().exclude(captured_by=user).order_by()
    seen = free.aggregate(count=Count("pk"), due=Min("due_at"))
    return [Waiting("審査待ちの件", seen["count"], reverse("review:queue"), seen["due"])]
