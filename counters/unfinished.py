"""What this room hands over: people who are at a counter now, and cash-ups that nobody has looked at."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.unfinished import Item, Stock
from counters.models import CashUp, Visit, VisitState
from writing.numbers import number_text

OPEN = (VisitState.ARRIVED, VisitState.CALLED, VisitState.SERVING, VisitState.AWAITING_REVIEW)


def visits_unfinished() -> Iterator[Stock]:
    rows = Visit.objects.select_related("office", "reservation").order_by("arrived_at", "pk")
    address = reverse("counters:day")
    for state in OPEN:
        yield Stock("来局", str(state.label), rows.filter(state=state), _visit, "arrived_at", address, "counters.serve")


def cash_ups_unfinished() -> Iterator[Stock]:
    rows = CashUp.objects.filter(seen_at__isnull=True).select_related("office").order_by("closed_at", "pk")
    address = reverse("counters:overseen") + "?show=unseen"
    yield Stock("日締め", "確認していない日締め", rows, _cash_up, "closed_at", address, "counters.oversee")


def _visit(visit: Visit) -> Item:
    number = number_text(visit.reservation.number) if visit.reservation else f"予約なし {visit.pk}"
    return Item(number, visit.office.name, visit.arrived_at)


def _cash_up(cash_up: CashUp) -> Item:
    return Item(f"日締め {cash_up.day:%Y-%m-%d}", cash_up.office.name, cash_up.closed_at)
