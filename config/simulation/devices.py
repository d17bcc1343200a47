"""Devices of the made-up city: what its contract asks for, at every place, with lines and a few troubles."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import NAMESPACE_URL, UUID, uuid5

import time_machine
from django.utils import timezone

from audit.actors import Actor
from config.simulation.cast import Cast
from devices.actions import (
    DeviceFacts,
    device_add,
    device_move,
    fault_close,
    fault_repair,
    fault_report,
    fault_take,
    line_add,
    line_assign,
)
from devices.actions.consumables import supply_record
from devices.actions.leaving import erasure_clear, erasure_plan
from devices.listing import PREFIXES
from devices.models import (
    Device,
    DeviceKind,
    DeviceState,
    ErasureCause,
    FaultKind,
    Level,
    Line,
    Method,
    SupplyKind,
)
from keeping.storage.measuring import storage_measure
from postoffices.city import current_city
from postoffices.models import Office, OfficeKind

MODELS = {
    DeviceKind.TABLET: "iPad 第10世代（見本）",
    DeviceKind.PEN: "電子ペン MP-15（見本）",
    DeviceKind.CARD_PRINTER: "カード追記用プリンタ CP-2（見本）",
    DeviceKind.LAPTOP: "ノートパソコン NP-256（見本）",
}
AT_SATELLITE, AT_CITY = 3, 2
TEN = time(10)


def devices_registered(cast: Cast) -> int:
    """The devices of an empty demo, each through the same actions as people use. Returns how many."""
    if Device.objects.exists():
        return 0
    serial = count(1)
    for office in Office.objects.order_by("position"):
        for kind in _kinds_at(office):
            _placed(cast, office, kind, next(serial))
    _troubles(cast)
    _consumables(cast)
    storage_measure(by=Actor.system("simulation"))
    return Device.objects.count()


def _kinds_at(office: Office) -> Iterator[DeviceKind]:
    """One of each at a counter; tablets alone where the city works."""
    if not office.takes_bookings:
        yield from [DeviceKind.TABLET] * (AT_SATELLITE if office.kind == OfficeKind.SATELLITE else AT_CITY)
        return
    yield DeviceKind.TABLET
    # Only a contract that has something used up has pens and printers.
    if current_city().rules.devices.consumables:
        yield from (DeviceKind.PEN, DeviceKind.CARD_PRINTER, DeviceKind.LAPTOP)


def _placed(cast: Cast, office: Office, kind: DeviceKind, number: int) -> None:
    """Registered and set up a week before its period begins; installed on the first day, if that has come."""
    first = _month_before(office.opens_on) if office.takes_bookings else office.opens_on
    today = timezone.localdate()
    with time_machine.travel(_moment(min(first - timedelta(days=7), today)), tick=False):
        device = _registered(cast, kind, number, first)
        device_move(device=device, state=DeviceState.KITTED, office=None, reason="初期設定を確認", by=cast.keeper)
        line = _line(cast, number, first) if kind == DeviceKind.TABLET else None
    if first > today:
        return
    with time_machine.travel(_moment(min(first, today)), tick=False):
        if line:
            line_assign(line=line, device=device, reason="利用開始", by=cast.keeper)
        device_move(device=device, state=DeviceState.INSTALLED, office=office, reason="設置", by=cast.keeper)


def _registered(cast: Cast, kind: DeviceKind, number: int, first: date) -> Device:
    rules = current_city().rules
    is_tablet = kind == DeviceKind.TABLET
    nth = Device.objects.filter(kind=kind).count() + 1
    facts = DeviceFacts(
        kind=kind,
        seal_number=f"{PREFIXES[kind]}-{nth:03}",
        model=MODELS[kind],
        serial=f"MIHON{number:05}",
        udid=f"MIHON-UDID-{nth:04}" if is_tablet else "",
        ssids=tuple(rules.devices.ssids) if is_tablet else (),
        received_on=first - timedelta(days=7),
        placed_from=first,
        placed_until=rules.contract.ends,
    )
    return device_add(key=_key("device", number), facts=facts, by=cast.keeper)


def _line(cast: Cast, number: int, first: date) -> Line:
    return line_add(
        key=_key("line", number),
        number=f"0000900{number:04}",
        sim=f"898100000000{number:07}",
        carrier="見本モバイル",
        plan="LTE データ通信 無制限・定額",
        begins_on=first,
        by=cast.keeper,
    )


def _troubles(cast: Cast) -> None:
    """One of today that nobody has taken up, one under way, one that is over."""
    tablets = list(Device.objects.filter(kind=DeviceKind.TABLET, state=DeviceState.INSTALLED).order_by("seal_number"))
    if len(tablets) < 3:
        return
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=6), tick=False):
        old = fault_report(
            device=tablets[1], office=None, kind=FaultKind.NETWORK, text="朝からLTEの表示が出ません。", by=cast.agent,
            key=_key("fault", 1),
        )  # fmt: skip
    with time_machine.travel(now - timedelta(days=6) + timedelta(hours=1), tick=False):
        fault_repair(
            fault=old, cause="SIMの差し込みが浅かった", measures="電話で案内し、SIMを差し直した。", by=cast.keeper
        )
        fault_close(fault=old, text="報告書を市に提出", by=cast.keeper)
    with time_machine.travel(now - timedelta(hours=20), tick=False):
        broken = fault_report(
            device=tablets[2], office=None, kind=FaultKind.HARDWARE, text="充電しても電源が入りません。", by=cast.agent,
            key=_key("fault", 2),
        )  # fmt: skip
        fault_take(fault=broken, text="翌日に訪問して確認する。", by=cast.keeper)
    with time_machine.travel(now - timedelta(minutes=40), tick=False):
        fault_report(
            device=tablets[0], office=None, kind=FaultKind.SOFTWARE, text="カメラの画面が止まります。", by=cast.clerk,
            key=_key("fault", 3),
        )  # fmt: skip

    with time_machine.travel(now - timedelta(minutes=30), tick=False):
        _leaving_for_repair(cast, tablets[2])


def _leaving_for_repair(cast: Cast, device: Device) -> None:
    """The broken tablet is erased before it leaves; the city's confirmation is waited for."""
    erasure = erasure_plan(
        key=_key("erasure", 1),
        device=device,
        cause=ErasureCause.REPAIR,
        due_on=timezone.localdate() + timedelta(days=14),
        by=cast.keeper,
    )
    erasure_clear(
        erasure=erasure,
        method=Method.CRYPTO,
        level=Level.PURGE,
        place=current_city().name + "役所",
        agreement="",
        by=cast.keeper,
    )


def _consumables(cast: Cast) -> None:
    """Ordered, received, and some for every counter; the last item has to be ordered again."""
    today = timezone.localdate()
    counters = list(Office.objects.open_on(today).filter(takes_bookings=True))
    for number, item in enumerate(current_city().rules.devices.consumables):
        amount = item.minimum * 2 if number == 0 else item.minimum + len(counters)
        for kind in (SupplyKind.ORDERED, SupplyKind.RECEIVED):
            supply_record(
                key=_key(f"supply-{item.code}-{kind}", 0), code=item.code, kind=kind, quantity=amount, office=None,
                day=today - timedelta(days=20), by=cast.keeper,
            )  # fmt: skip
        for office in counters:
            supply_record(
                key=_key(f"supply-{item.code}-{office.code}", 0), code=item.code, kind=SupplyKind.DELIVERED,
                quantity=2 if number else 1, office=office, day=today - timedelta(days=10), by=cast.keeper,
            )  # fmt: skip


def _key(what: str, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:{what}:{number}")


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _moment(day: date) -> datetime:
    """Ten o'clock of the day; now, where that is still to come."""
    return min(timezone.make_aware(datetime.combine(day, TEN)), timezone.now())
