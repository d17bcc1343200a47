"""What the start page says about handovers."""

from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from keeping.handover.records import HandoverList, HandoverState


def handovers_to_confirm(user: User) -> list[Waiting]:
    """Lists that wait for the city's word. One query."""
    count = HandoverList.objects.filter(state=HandoverState.SUBMITTED).count()
    return [Waiting("確認を待つ引継書", count, reverse("handover:list"))]
