"""Numbers, calls and counts when two counters press at the same moment. Real connections, real locks."""

import uuid
from collections.abc import Iterator
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Max

from counters.actions import (
    arrival,
    cash_up_close,
    fees_take,
    receipt_void,
    receipts,
    visit_call_next,
    visit_walk_in,
)
from counters.errors import FeeTakenAlready, NobodyToCall, ReceiptCounted
from counters.models import CashUp, Receipt, Visit, VoidReason
from tests.counters.desk import Desk, make_desk
from tests.counters.rules import set_counter_rules
from tests.counters.test_races import together
from tests.reservations.test_races import PATIENCE_SECONDS, Rival, race
from tests.reservations.town import make_town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(
    ten_o_clock: None, transactional_db: None, own_vault: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    desk = make_desk(make_town())
    set_counter_rules(monkeypatch, ticket_offices=[desk.town.office.code])
    yield desk


def receive(desk: Desk) -> Visit:
    return visit_walk_in(office=desk.town.office, procedure=desk.town.renewal, by=desk.by)


def take(desk: Desk, visit: Visit) -> Receipt | None:
    return fees_take(visit=visit, fees={"certificate": ""}, key=uuid.uuid4(), by=desk.by)


def close(desk: Desk) -> CashUp:
    return cash_up_close(office=desk.town.office, pieces={100: 2}, difference_reason="", key=uuid.uuid4(), by=desk.by)


def one_more_than_the_last(both_have_looked: Barrier, model: Any, field: str) -> Any:
    """How numbers are often given out, and wrongly: look at the largest, add one."""

    def number(**_given: Any) -> int:
        largest = model.objects.aggregate(largest=Max(field))["largest"]
        both_have_looked.wait(PATIENCE_SECONDS)
        return int(largest or 0) + 1

    return number


# -- tickets --------------------------------------------------------------------------------------
@pytest.mark.requirement("fukutsu-03")
def test_two_who_arrive_at_once_get_two_numbers(desk: Desk) -> None:
    first, second = race(Rival(lambda: receive(desk)), lambda: receive(desk))
    assert (first.ticket_number, second.result().ticket_number) == (1, 2)


def test_a_reception_that_fails_leaves_no_gap(desk: Desk) -> None:
    _, second = race(Rival(lambda: receive(desk), commits=False), lambda: receive(desk))
    assert second.result().ticket_number == 1


def test_without_the_series_one_of_both_is_not_received(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary."""
    unguarded = one_more_than_the_last(Barrier(2), Visit, "ticket_number")
    monkeypatch.setattr(arrival, "next_number", unguarded)
    with pytest.raises(IntegrityError):
        together(lambda: receive(desk), lambda: receive(desk))
    assert Visit.objects.count() == 1


# -- calling --------------------------------------------------------------------------------------
def test_two_counters_call_two_people(desk: Desk) -> None:
    waiting = {receive(desk).pk, receive(desk).pk}
    first, second = race(
        Rival(lambda: visit_call_next(office=desk.town.office, to="1", by=desk.by)),
        lambda: visit_call_next(office=desk.town.office, to="2", by=desk.by),
    )
    assert {first.pk, second.result().pk} == waiting


def test_the_last_one_is_called_once(desk: Desk) -> None:
    receive(desk)
    _, second = race(
        Rival(lambda: visit_call_next(office=desk.town.office, to="1", by=desk.by)),
        lambda: visit_call_next(office=desk.town.office, to="2", by=desk.by),
    )
    assert isinstance(second.exception(), NobodyToCall)
    assert Visit.objects.get().called_to == "1"


# -- receipts -------------------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-05")
def test_receipts_at_once_are_numbered_without_gap_or_double(desk: Desk) -> None:
    one, two = desk.serving(), desk.serving()
    race(Rival(lambda: take(desk, one), commits=False), lambda: take(desk, two))
    race(Rival(lambda: take(desk, one)), lambda: take(desk, desk.serving()))
    assert [*Receipt.objects.values_list("number", flat=True)] == [1, 2, 3]


def test_without_the_series_one_receipt_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary."""
    one, two = desk.serving(), desk.serving()
    monkeypatch.setattr(receipts, "next_number", one_more_than_the_last(Barrier(2), Receipt, "number"))
    with pytest.raises(FeeTakenAlready):
        together(lambda: take(desk, one), lambda: take(desk, two))
    assert Receipt.objects.count() == 1


def test_a_form_sent_twice_at_once_takes_the_money_once(desk: Desk) -> None:
    visit, key = desk.serving(), uuid.uuid4()

    def pay() -> Receipt | None:
        return fees_take(visit=visit, fees={"certificate": ""}, key=key, by=desk.by)

    first, second = race(Rival(pay), pay)
    assert first.pk == second.result().pk == Receipt.objects.get().pk


# -- the cash-up ----------------------------------------------------------------------------------
def test_what_is_taken_back_during_the_count_is_not_counted_as_money(desk: Desk) -> None:
    receipt = take(desk, desk.serving())
    assert receipt is not None
    race(
        Rival(lambda: receipt_void(receipt=receipt, reason=VoidReason.NOT_DONE, by=desk.by)),
        lambda: cash_up_close(office=desk.town.office, pieces={}, difference_reason="", key=uuid.uuid4(), by=desk.by),
    )
    assert CashUp.objects.get().expected == 0


def test_what_is_being_counted_is_not_taken_back(desk: Desk) -> None:
    receipt = take(desk, desk.serving())
    assert receipt is not None
    _, void = race(
        Rival(lambda: close(desk)),
        lambda: receipt_void(receipt=receipt, reason=VoidReason.NOT_DONE, by=desk.by),
    )
    assert isinstance(void.exception(), ReceiptCounted)
    assert CashUp.objects.get().expected == 200


def test_a_receipt_of_this_moment_belongs_to_the_next_count(desk: Desk) -> None:
    take(desk, desk.serving())
    later = desk.serving()
    race(Rival(lambda: take(desk, later)), lambda: close(desk))
    assert CashUp.objects.get().expected == 200
    assert Receipt.objects.uncounted(desk.town.office).count() == 1
