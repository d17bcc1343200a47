"""What the start page says of this room."""

from datetime import date, datetime, time

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from devices.models import Erasure, ErasureState, Fault, FaultState
from devices.stock import stocks


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


def erasures_for_the_city(user: User) -> list[Waiting]:
    """Erasures to confirm and certificates to approve. One query."""
    return [_erasures("確認・承認を待つ機器の消去", [ErasureState.CLEARED, ErasureState.SUBMITTED])]


def erasures_for_the_keeper(user: User) -> list[Waiting]:
    """Erasures whose next step is the contractor's, by the day of the certificate. One query."""
    own = [ErasureState.PLANNED, ErasureState.CONFIRMED, ErasureState.PURGED, ErasureState.RETURNED]
    return [_erasures("途中の機器の消去", own)]


def _erasures(label: str, states: list[ErasureState]) -> Waiting:
    found = Erasure.objects.filter(state__in=states).aggregate(count=Count("pk"), first=Min("due_on"))
    due = end_of(found["first"]) if found["first"] else None
    return Waiting(label, found["count"], reverse("devices:erasures"), due)


def end_of(day: date) -> datetime:
    """The day's last moment, local."""
    return timezone.make_aware(datetime.combine(day, time.max))


def consumables_to_order(user: User) -> list[Waiting]:
    """Consumables of which less than the minimum is there or on its way. One query."""
    short = sum(stock.is_short for stock in stocks())
    return [Waiting("発注の必要な消耗品", short, reverse("devices:consumables"))]
