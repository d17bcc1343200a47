"""What an office did on a day, as the cash-up shows it beside the money."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from counters.models import CashUp, Charge, Outcome, SupportKind, SupportWork, Visit, VisitState, start_of
from counters.times import Overrun, overrun
from postoffices.models import Office
from reservations.models import Reservation, ReservationState


@dataclass(frozen=True, slots=True)
class Work:
    """Counts of one day: visits by outcome, who left or did not come, help by kind, exempt fees, work after hours."""

    outcomes: list[tuple[str, int]]
    left: int
    missed: int
    supports: list[tuple[str, int]]
    exempt: int
    overrun: Overrun | None


def day_of_work(office: Office, day: date) -> Work:
    start, end = start_of(day), start_of(day + timedelta(days=1))
    ended = Visit.objects.filter(office=office, finished_at__gte=start, finished_at__lt=end)
    by_outcome = dict(ended.filter(state=VisitState.FINISHED).values_list("outcome").annotate(Count("pk")))
    helped = SupportWork.objects.filter(
        office=office, done_at__gte=start, done_at__lt=end, taken_back_at__isnull=True
    ).order_by()
    by_kind = dict(helped.values_list("kind").annotate(Count("pk")))
    missed = Reservation.objects.of_day(day).filter(office=office, state=ReservationState.NO_SHOW)
    exempt = Charge.objects.filter(
        ~Q(exemption_code=""), visit__office=office, charged_at__gte=start, charged_at__lt=end
    )
    return Work(
        outcomes=[(str(outcome.label), by_outcome.get(outcome.value, 0)) for outcome in Outcome],
        left=ended.filter(state=VisitState.LEFT).count(),
        missed=missed.count(),
        supports=[(str(kind.label), by_kind.get(kind.value, 0)) for kind in SupportKind],
        exempt=exempt.count(),
        overrun=overrun(office, day),
    )


def closing_of(cash_up: CashUp) -> dict[str, Any]:
    """A cash-up with its receipts and notes and coins, for page and paper."""
    pieces = [(int(value), number, int(value) * number) for value, number in cash_up.pieces.items()]
    return {
        "cash_up": cash_up,
        "receipts": cash_up.receipts.select_related("issued_by").prefetch_related("charges"),
        "pieces": sorted(pieces, reverse=True),
        "work": day_of_work(cash_up.office, cash_up.day),
    }
