"""What the start page says of this room."""

from django.db.models import Count, Min, Q
from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from devices.models import Fault, FaultState


def faults_waiting(user: User) -> list[Waiting]:
    """Troubles that nobody has taken up, and those repaired but not closed. One query."""
    found = Fault.objects.aggregate(
        new=Count("pk", filter=Q(state=FaultState.REPORTED)),
        first=Min("reported_at", filter=Q(state=FaultState.REPORTED)),
        ended=Count("pk", filter=Q(state__in=[FaultState.REPAIRED, FaultState.REPLACED])),
    )
    address = reverse("devices:faults")
    return [
        Waiting("受け付けていない機器の障害", found["new"], f"{address}?state=reported", found["first"]),
        Waiting("報告書を出して完了にする障害", found["ended"], f"{address}?state=ended"),
    ]
