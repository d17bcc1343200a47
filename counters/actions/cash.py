"""The day's cash-up: counted by one person, seen by another."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.errors import DifferenceUnexplained, OwnCashUp
from counters.models import CashUp, Receipt
from live.notify import notify
from postoffices.city import current_city
from postoffices.models import Office

# Notes and coins of Japan, in yen.
PIECES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1)


def cash_up_close(*, office: Office, pieces: Mapping[int, int], difference_reason: str, key: UUID, by: Actor) -> CashUp:
    """Count the drawer against the receipts since the last count: `pieces` are numbers of notes and coins by value.

    The same `key` gives the first cash-up back. Raises DifferenceUnexplained when the sums differ without a reason.
    """
    if found := CashUp.objects.filter(key=key, office=office).first():
        return found
    try:
        return _close(office, pieces, difference_reason, key, by)
    except IntegrityError:
        if found := CashUp.objects.filter(key=key, office=office).first():
            return found
        raise


@transaction.atomic
def _close(office: Office, pieces: Mapping[int, int], difference_reason: str, key: UUID, by: Actor) -> CashUp:
    # Locked: a receipt is void before it is counted, or it is counted. One that is issued now is for the next count.
    receipts = list(Receipt.objects.uncounted(office).select_for_update(of=("self",)))
    expected = sum(receipt.total for receipt in receipts if receipt.voided_at is None)
    counted = sum(value * number for value, number in pieces.items())
    cash_float = current_city().rules.counter.cash_float
    differs = counted != expected + cash_float
    if differs and not difference_reason:
        raise DifferenceUnexplained
    cash_up = CashUp.objects.create(
        office=office,
        day=timezone.localdate(),
        key=key,
        cash_float=cash_float,
        expected=expected,
        counted=counted,
        pieces={str(value): number for value, number in pieces.items() if number},
        difference_reason=difference_reason if differs else "",
        closed_by_id=by.staff_id,
    )
    Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts]).update(cash_up=cash_up)
    record(action="cash_up.closed", subject=cash_up, by=by, detail={"expected": expected, "counted": counted})
    notify(topic=f"office:{office.code}", kind="cash_up", id=cash_up.pk)
    return cash_up


@transaction.atomic
def cash_up_see(*, cash_up: CashUp, by: Actor) -> CashUp:
    """A manager has looked at it. A second tap changes nothing. Raises OwnCashUp."""
    cash_up = CashUp.objects.select_for_update(of=("self",)).get(pk=cash_up.pk)
    if cash_up.seen_at is not None:
        return cash_up
    if cash_up.closed_by_id == by.user_id:
        raise OwnCashUp
    cash_up.seen_at = timezone.now()
    cash_up.seen_by_id = by.staff_id
    cash_up.save(update_fields=["seen_at", "seen_by"])
    record(action="cash_up.seen", subject=cash_up, by=by)
    return cash_up
