"""What this room hands over: cases on their way to a decision."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.unfinished import Item, Stock
from review.models import Case, CaseState
from writing.numbers import number_text

OPEN = (CaseState.CAPTURING, CaseState.SUBMITTED, CaseState.CLAIMED, CaseState.RESHOOT)


def cases_unfinished() -> Iterator[Stock]:
    rows = Case.objects.select_related("office", "visit__reservation", "claimed_by").order_by("opened_at", "pk")
    for state in OPEN:
        held = rows.filter(state=state)
        yield Stock("審査", str(state.label), held, _case, "opened_at", reverse("review:board"), "review.supervise")


def _case(case: Case) -> Item:
    booking = case.visit.reservation
    number = number_text(booking.number) if booking else f"予約なし {case.visit_id}"
    return Item(number, case.office.name, case.opened_at, case.due_at)
