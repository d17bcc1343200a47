"""Fees and their receipts (yatsushiro-05): taken, taken back, printed."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.actions.held import held, tell
from counters.actions.numbers import next_number
from counters.errors import FeeTakenAlready, FeeUnknown, NotServed, ReceiptCounted
from counters.models import Charge, Receipt, SeriesKind, Visit, VisitState, VoidReason
from postoffices.city import current_city
from postoffices.counter_rules import Fee
from writing.dates import fiscal_year


def fees_take(*, visit: Visit, fees: Mapping[str, str], key: UUID, by: Actor) -> Receipt | None:
    """Record fees: codes of fees, each with the code of its exemption, or "" when it is paid.

    What is paid gets one receipt; None when all of it is exempt. The same `key` gives the first receipt back.
    Raises NotServed, FeeUnknown, FeeTakenAlready.
    """
    if found := Receipt.objects.filter(key=key, visit=visit).first():
        return found
    try:
        return _take(visit, fees, key, by)
    except IntegrityError as error:
        if found := Receipt.objects.filter(key=key, visit=visit).first():
            return found
        raise FeeTakenAlready from error


@transaction.atomic
def _take(visit: Visit, fees: Mapping[str, str], key: UUID, by: Actor) -> Receipt | None:
    visit = held(visit)
    _refuse_unless_served(visit)
    known = {fee.code: fee for fee in current_city().rules.counter.fees_of(visit.procedure.code)}
    exemptions = {part.code: part.name for part in current_city().rules.counter.fee_exemptions}
    if not fees or not set(fees) <= set(known) or not set(filter(None, fees.values())) <= set(exemptions):
        raise FeeUnknown
    paid = [known[code] for code, exemption in fees.items() if not exemption]
    receipt = _receipt(visit, paid, key, by) if sum(fee.amount for fee in paid) else None
    for code, exemption in fees.items():
        if exemption or receipt:
            _charge(visit, known[code], None if exemption else receipt, exemption, exemptions.get(exemption, ""))
    detail = {"fees": sorted(fees), "exempt": sorted(filter(None, fees.values()))}
    record(action="receipt.issued" if receipt else "fee.exempted", subject=receipt or visit, by=by, detail=detail)
    tell(visit)
    return receipt


def _receipt(visit: Visit, paid: list[Fee], key: UUID, by: Actor) -> Receipt:
    year = fiscal_year(timezone.localdate())
    return Receipt.objects.create(
        office=visit.office,
        fiscal_year=year,
        number=next_number(office=visit.office, kind=SeriesKind.RECEIPT, period=str(year)),
        visit=visit,
        key=key,
        total=sum(fee.amount for fee in paid),
        issued_by_id=by.staff_id,
    )


def _charge(visit: Visit, fee: Fee, receipt: Receipt | None, exemption_code: str, exemption_name: str) -> None:
    Charge.objects.create(
        visit=visit,
        receipt=receipt,
        fee_code=fee.code,
        fee_name=fee.name,
        amount=fee.amount,
        exemption_code=exemption_code,
        exemption_name=exemption_name,
    )


def _refuse_unless_served(visit: Visit) -> None:
    today = visit.finished_at is not None and timezone.localdate(visit.finished_at) == timezone.localdate()
    if visit.state != VisitState.SERVING and not (visit.state == VisitState.FINISHED and today):
        raise NotServed


@transaction.atomic
def receipt_void(*, receipt: Receipt, reason: VoidReason, by: Actor) -> Receipt:
    """The money goes back; the number stays, marked void. A second tap changes nothing. Raises ReceiptCounted."""
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("visit__office").get(pk=receipt.pk)
    if receipt.voided_at is not None:
        return receipt
    if receipt.cash_up_id is not None:
        raise ReceiptCounted
    receipt.voided_at = timezone.now()
    receipt.voided_by_id = by.staff_id
    receipt.void_reason = reason
    receipt.save(update_fields=["voided_at", "voided_by", "void_reason"])
    receipt.charges.update(voided=True)
    record(action="receipt.voided", subject=receipt, by=by, detail={"reason": reason})
    tell(receipt.visit)
    return receipt


@transaction.atomic
def receipt_print(*, receipt: Receipt, by: Actor) -> Receipt:
    """Count a print; from the second on the paper says that it is a copy."""
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    receipt.prints += 1
    receipt.save(update_fields=["prints"])
    record(action="receipt.printed", subject=receipt, by=by, detail={"print": receipt.prints})
    return receipt
