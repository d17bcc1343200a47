"""Fees, receipts and the cash-up: what is taken, what is refused, and what a second tap changes (nothing)."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from counters.actions import cash_up_close, cash_up_see, fees_take, receipt_print, receipt_void, visit_finish
from counters.errors import (
    DifferenceUnexplained,
    FeeTakenAlready,
    FeeUnknown,
    NotServed,
    OwnCashUp,
    ReceiptCounted,
)
from counters.models import CashUp, Charge, Outcome, Reason, Receipt, Visit, VoidReason
from tests.counters.desk import Desk
from tests.counters.rules import set_counter_rules


@pytest.fixture(autouse=True)
def _fees(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, cash_float=10_000)


def take(desk: Desk, visit: Visit | None = None, key: uuid.UUID | None = None, **fees: str) -> Receipt:
    receipt = fees_take(
        visit=visit or desk.serving(), fees=fees or {"certificate": ""}, key=key or uuid.uuid4(), by=desk.by
    )
    assert receipt is not None
    return receipt


def close(desk: Desk, reason: str = "", key: uuid.UUID | None = None, **pieces: int) -> CashUp:
    """`pieces` as y1000=3."""
    counted = {int(name[1:]): number for name, number in pieces.items()}
    return cash_up_close(
        office=desk.town.office, pieces=counted, difference_reason=reason, key=key or uuid.uuid4(), by=desk.by
    )


# -- receipts -------------------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-05")
def test_a_receipt_has_the_sum_and_the_next_number_of_the_fiscal_year(desk: Desk) -> None:
    first = take(desk, certificate="", card="")
    second = take(desk)
    assert (first.number_text, first.total) == ("2026-00001", 1000)
    assert (second.number_text, second.total) == ("2026-00002", 200)
    with time_machine.travel("2027-04-01T09:30:00+09:00"):
        assert take(desk).number_text == "2027-00001"


def test_numbers_of_another_office_are_its_own(desk: Desk) -> None:
    take(desk)
    elsewhere = desk.serving()
    Visit.objects.filter(pk=elsewhere.pk).update(office=desk.town.elsewhere)
    assert take(desk, Visit.objects.get(pk=elsewhere.pk)).number == 1


def test_the_same_form_sent_twice_is_one_receipt(desk: Desk) -> None:
    visit, key = desk.serving(), uuid.uuid4()
    assert take(desk, visit, key).pk == take(desk, visit, key).pk
    assert Receipt.objects.count() == Charge.objects.count() == 1
    assert AuditEvent.objects.filter(action="receipt.issued").count() == 1


def test_the_same_fee_is_not_taken_twice_and_leaves_no_gap(desk: Desk) -> None:
    visit = desk.serving()
    take(desk, visit)
    with pytest.raises(FeeTakenAlready):
        take(desk, visit)
    assert take(desk).number == 2


def test_what_is_exempt_costs_nothing_and_says_why(desk: Desk) -> None:
    visit = desk.serving()
    assert fees_take(visit=visit, fees={"certificate": "disaster"}, key=uuid.uuid4(), by=desk.by) is None
    charge = Charge.objects.get()
    assert (charge.receipt, charge.exemption_name, charge.amount) == (None, "災害で失くした", 200)
    assert AuditEvent.objects.filter(action="fee.exempted").count() == 1
    receipt = take(desk, visit, card="")
    assert receipt.total == 800


@pytest.mark.parametrize("fees", [{}, {"nothing": ""}, {"elsewhere": ""}, {"certificate": "nothing"}])
def test_fees_that_the_procedure_does_not_have_are_refused(desk: Desk, fees: dict[str, str]) -> None:
    with pytest.raises(FeeUnknown):
        fees_take(visit=desk.serving(), fees=fees, key=uuid.uuid4(), by=desk.by)
    assert not Charge.objects.exists()


def test_money_is_taken_at_the_counter_or_later_that_day_only(desk: Desk) -> None:
    with pytest.raises(NotServed):
        take(desk, desk.walk_in())
    finished = visit_finish(visit=desk.serving(), outcome=Outcome.WITHDRAWN, reason=Reason.NO_TIME, by=desk.by)
    assert take(desk, finished).number == 1
    with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(NotServed):
        take(desk, finished, card="")


def test_a_void_receipt_keeps_its_number_and_frees_the_fee(desk: Desk) -> None:
    visit = desk.serving()
    receipt = take(desk, visit)
    for _ in range(2):
        void = receipt_void(receipt=receipt, reason=VoidReason.WRONG_FEE, by=desk.by)
    assert (void.number, void.void_reason, void.voided_by) == (1, VoidReason.WRONG_FEE, desk.clerk)
    assert AuditEvent.objects.filter(action="receipt.voided").count() == 1
    assert take(desk, visit).number == 2


def test_the_second_print_is_a_copy(desk: Desk) -> None:
    receipt = take(desk)
    assert [receipt_print(receipt=receipt, by=desk.by).prints for _ in range(2)] == [1, 2]


def test_the_database_keeps_receipts_in_order(desk: Desk) -> None:
    receipt = take(desk)
    for wrong in ({"voided_at": timezone.now()}, {"total": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.filter(pk=receipt.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.update(exemption_code="disaster")


# -- the cash-up ----------------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-05")
def test_the_drawer_is_counted_against_the_receipts(desk: Desk) -> None:
    take(desk, certificate="", card="")
    void = receipt_void(receipt=take(desk), reason=VoidReason.NOT_DONE, by=desk.by)
    closed = close(desk, y10000=1, y1000=1)
    assert (closed.expected, closed.cash_float, closed.counted, closed.difference) == (1000, 10_000, 11_000, 0)
    assert closed.receipts.count() == 2
    void.refresh_from_db()
    assert void.cash_up == closed
    assert close(desk, y10000=1).expected == 0


def test_a_difference_needs_a_reason(desk: Desk) -> None:
    take(desk)
    with pytest.raises(DifferenceUnexplained):
        close(desk, y10000=1)
    closed = close(desk, "釣り銭の渡し間違い", y10000=1)
    assert (closed.difference, closed.difference_reason) == (-200, "釣り銭の渡し間違い")
    with pytest.raises(IntegrityError), transaction.atomic():
        CashUp.objects.update(difference_reason="")


def test_the_same_count_sent_twice_is_one(desk: Desk) -> None:
    key = uuid.uuid4()
    assert close(desk, key=key, y10000=1).pk == close(desk, key=key, y10000=1).pk
    assert AuditEvent.objects.filter(action="cash_up.closed").count() == 1


def test_what_was_counted_is_not_taken_back(desk: Desk) -> None:
    receipt = take(desk)
    close(desk, y10000=1, y100=2)
    with pytest.raises(ReceiptCounted):
        receipt_void(receipt=receipt, reason=VoidReason.NOT_DONE, by=desk.by)


def test_another_person_looks_at_it(desk: Desk) -> None:
    closed = close(desk, y10000=1)
    with pytest.raises(OwnCashUp):
        cash_up_see(cash_up=closed, by=desk.by)
    for _ in range(2):
        seen = cash_up_see(cash_up=closed, by=desk.city)
    assert seen.seen_by == desk.reviewer
    assert AuditEvent.objects.filter(action="cash_up.seen").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CashUp.objects.update(seen_by=desk.clerk)
