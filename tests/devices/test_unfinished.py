"""What a successor finds unfinished about devices."""

from datetime import date
from uuid import uuid4

import pytest
from pytest_django import Settings

from accounts.roles import Role
from audit.actors import Actor
from devices.actions import command_request, device_move, fault_close, fault_repair, fault_take, wipe_request
from devices.actions.consumables import supply_record
from devices.actions.leaving import device_kit, device_replace, erasure_clear, erasure_confirm, points_for
from devices.models import CommandKind, Device, DeviceState, FaultKind, Level, Method, SupplyKind
from devices.unfinished import (
    commands_unfinished,
    devices_unfinished,
    erasures_unfinished,
    faults_unfinished,
    orders_unfinished,
)
from postoffices.city import current_city
from postoffices.equipment import Consumable, DeviceRules
from tests.devices.made import a_device, a_fault, a_tablet, an_erasure, keeper, someone
from tests.devices.nanomdm import KEY, SECRET
from tests.unfinished import left, numbers

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_faults_until_they_are_closed() -> None:
    fresh, taken, mended, over = (a_fault() for _ in range(4))
    fault_take(fault=taken, text="訪問して確認する。", by=keeper())
    for fault in (mended, over):
        fault_repair(fault=fault, cause="接触不良", measures="差し直した。", by=keeper())
    fault_close(fault=over, text="報告書を提出", by=keeper())
    assert numbers(faults_unfinished) == {
        "機器の障害：受付（これから対応）": [fresh.number],
        "機器の障害：対応中": [taken.number],
        "機器の障害：復旧済み（報告書と完了を待つ）": [mended.number],
    }


def replaced() -> Device:
    """A lost tablet in whose place another one works."""
    fault, successor = a_fault(kind=FaultKind.LOST), a_device()
    device_kit(device=successor, checked=[point.code for point in points_for(successor.kind)], by=keeper())
    device_replace(fault=fault, successor=successor, deliberate=False, terms="", by=keeper())
    assert fault.device is not None
    return fault.device


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_devices_that_cannot_stay_as_they_are() -> None:
    a_tablet()
    broken, lost, old = a_fault().device, a_fault(kind=FaultKind.LOST).device, replaced()
    removed, begun = a_tablet(), a_tablet()
    for device in (removed, begun):
        device_move(device=device, state=DeviceState.REMOVED, office=None, reason="閉局", by=keeper())
    an_erasure(device=begun)
    assert numbers(devices_unfinished) == {
        "機器：故障（修理か交換の前）": [str(broken)],
        "機器：紛失（見つかっていない）": [str(lost)],
        "機器：交換済み（撤去の前）": [str(old)],
        "機器：撤去済み（データの消去を始めていない）": [str(removed)],
    }


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_erasures_until_the_city_has_the_certificate() -> None:
    planned, cleared, confirmed = (an_erasure() for _ in range(3))
    for erasure in (cleared, confirmed):
        erasure_clear(
            erasure=erasure, method=Method.CRYPTO, level=Level.CLEAR, place="見本市役所", agreement="", by=keeper()
        )
    erasure_confirm(erasure=confirmed, by=Actor.staff(someone(Role.CITY_OFFICER, "officer")))
    found = left(erasures_unfinished)
    assert {words: [item.number for item in items] for words, items in found.items()} == {
        "機器の消去：一次消去の前": [planned.number],
        "機器の消去：一次消去について市の確認待ち": [cleared.number],
        "機器の消去：完全消去の前": [confirmed.number],
    }
    due = found["機器の消去：一次消去の前"][0].due
    assert due is not None
    assert due.date() == planned.due_on


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_commands_on_their_way_and_wipes_for_a_second_person(settings: Settings) -> None:
    settings.MDM = {"url": "http://127.0.0.1:9/", "key": KEY, "webhook_secret": SECRET}
    asked, wiped = a_tablet(udid="MIHON-1"), a_tablet(udid="MIHON-2")
    command_request(device=asked, kind=CommandKind.INFO, by=keeper())
    wipe_request(device=wiped, reason="紛失", person=someone(Role.DEVICE_KEEPER, "keeper"), by=keeper())
    assert numbers(commands_unfinished) == {
        "機器の遠隔管理：初期化（二人目の確認待ち）": [str(wiped)],
        "機器の遠隔管理：命令の結果待ち": [str(asked)],
    }


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_orders_of_which_something_has_still_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [Consumable(code=code, name=f"見本 {code}", unit="本", minimum=1) for code in ("ribbon", "nib")]
    monkeypatch.setitem(current_city().rules.__dict__, "devices", DeviceRules(consumables=items))
    for code, kind, quantity in (
        ("ribbon", SupplyKind.ORDERED, 20),
        ("ribbon", SupplyKind.ORDERED, 10),
        ("ribbon", SupplyKind.RECEIVED, 12),
        ("nib", SupplyKind.ORDERED, 5),
        ("nib", SupplyKind.RECEIVED, 5),
    ):
        supply_record(
            key=uuid4(), code=code, kind=kind, quantity=quantity, office=None, day=date(2026, 11, 1), by=keeper()
        )
    (item,) = left(orders_unfinished)["消耗品：入荷を待つ発注"]
    assert item.note == "見本 ribbon　残り18本"
