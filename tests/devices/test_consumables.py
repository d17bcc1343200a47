"""Consumables: what comes and goes, never more than there is, and ordered in time."""

from datetime import date
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.roles import Role
from devices.actions import consumables as actions
from devices.actions.consumables import supply_record
from devices.errors import NotEnough, NotOrdered
from devices.models import Supply, SupplyKind
from devices.stock import stock_of
from postoffices.city import current_city
from postoffices.equipment import Consumable, DeviceRules
from tests.devices.made import keeper, someone, town
from tests.people import client_of, sign_in

pytestmark = pytest.mark.django_db
ITEMS = [Consumable(code="ribbon", name="インクリボン", unit="本", minimum=10)]


def moved(kind: SupplyKind, quantity: int) -> Supply:
    office = town().office if kind == SupplyKind.DELIVERED else None
    return supply_record(
        key=uuid4(), code="ribbon", kind=kind, quantity=quantity, office=office, day=date(2026, 11, 1), by=keeper()
    )


@pytest.mark.requirement("fukuoka-30")
def test_nothing_leaves_that_is_not_there_and_nothing_comes_that_was_not_ordered() -> None:
    with pytest.raises(NotOrdered):
        moved(SupplyKind.RECEIVED, 1)
    moved(SupplyKind.ORDERED, 20)
    moved(SupplyKind.RECEIVED, 12)
    moved(SupplyKind.DELIVERED, 5)
    assert (stock_of("ribbon").there, stock_of("ribbon").ordered) == (7, 8)
    with pytest.raises(NotEnough, match="在庫は7"):
        moved(SupplyKind.DELIVERED, 8)
    with pytest.raises(IntegrityError, match="supply_delivered_to_an_office"), transaction.atomic():
        Supply.objects.create(code="ribbon", kind=SupplyKind.DELIVERED, quantity=1, day=date(2026, 11, 1))


def deliver_twice_at_once() -> int:
    """Two deliveries of all there is; returns how many went through."""
    office, by, start, refused = town().office, keeper(), Barrier(2), []

    def deliver() -> None:
        start.wait(10)
        try:
            supply_record(
                key=uuid4(), code="ribbon", kind=SupplyKind.DELIVERED, quantity=5, office=office,
                day=date(2026, 11, 1), by=by,
            )  # fmt: skip
        except NotEnough as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return 2 - len(refused)


@pytest.mark.django_db(transaction=True)
def test_two_who_deliver_at_once_do_not_deliver_more_than_there_is() -> None:
    moved(SupplyKind.ORDERED, 5)
    moved(SupplyKind.RECEIVED, 5)
    assert deliver_twice_at_once() == 1
    assert stock_of("ribbon").there == 0


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: each with a lock of its own, both see five, and ten leave."""
    moved(SupplyKind.ORDERED, 5)
    moved(SupplyKind.RECEIVED, 5)
    meet, seen = Barrier(2), stock_of

    def at_the_same_time(code: str) -> object:
        held = seen(code)
        meet.wait(10)
        return held

    monkeypatch.setattr(actions, "connection", _Unlocked())
    monkeypatch.setattr(actions, "stock_of", at_the_same_time)
    assert deliver_twice_at_once() == 2
    assert stock_of("ribbon").there == -5


class _Unlocked:
    """A connection whose statements do nothing."""

    def cursor(self) -> "_Unlocked":
        return self

    def __enter__(self) -> "_Unlocked":
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to close."""

    def execute(self, *_statement: object) -> None:
        """No lock."""


@pytest.mark.requirement("fukuoka-30")
def test_the_keeper_sees_what_to_order_and_records_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = current_city().rules
    monkeypatch.setitem(rules.__dict__, "devices", DeviceRules(consumables=ITEMS))
    own = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper"))
    page = "/staff/devices/consumables/"
    assert "発注してください" in own.get(page).content.decode()
    assert "発注の必要な消耗品" in own.get("/staff/").content.decode()
    day = {"day_year": "2026", "day_month": "11", "day_day": "1"}
    typed = {"key": str(uuid4()), "code": "ribbon", "kind": "ordered", "quantity": "12"}
    assert own.post(page, typed | day | {"quantity": "0"}).status_code == 422
    assert own.post(page, typed | day | {"kind": "delivered"}).status_code == 422
    for _again in range(2):
        own.post(page, typed | day)
    assert Supply.objects.count() == 1
    assert "入荷待ち" in own.get(page).content.decode()
    assert client_of(Role.BUREAU).post(page, {}).status_code == 403
