"""What this room hands over: faults, devices that wait for what comes next, erasures, commands, orders."""

from collections.abc import Iterator

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts.unfinished import Item, Stock
from devices.models import (
    WITH_STORAGE,
    Command,
    Device,
    DeviceMove,
    DeviceState,
    Erasure,
    ErasureState,
    Fault,
    FaultState,
    Supply,
    SupplyKind,
    Wipe,
)
from devices.stock import stocks
from devices.waiting import end_of

# What is repaired or replaced still lacks its report and its closing.
FAULTS = {
    FaultState.REPORTED: "受付（これから対応）",
    FaultState.HANDLING: "対応中",
    FaultState.REPAIRED: "復旧済み（報告書と完了を待つ）",
    FaultState.REPLACED: "交換済み（報告書と完了を待つ）",
}
# The list's filter in which each is found.
SHOWN_UNDER = {
    FaultState.REPORTED: "reported",
    FaultState.HANDLING: "open",
    FaultState.REPAIRED: "ended",
    FaultState.REPLACED: "ended",
}
ERASURES = {
    ErasureState.PLANNED: "一次消去の前",
    ErasureState.CLEARED: "一次消去について市の確認待ち",
    ErasureState.CONFIRMED: "完全消去の前",
    ErasureState.PURGED: "消去証明書の提出前",
    ErasureState.SUBMITTED: "消去証明書の承認待ち",
    ErasureState.RETURNED: "消去証明書が差し戻し",
}


def faults_unfinished() -> Iterator[Stock]:
    rows = Fault.objects.select_related("device", "office").order_by("reported_at", "pk")
    for state, words in FAULTS.items():
        address = f"{reverse('devices:faults')}?state={SHOWN_UNDER[state]}"
        yield Stock("機器の障害", words, rows.filter(state=state), _fault, "reported_at", address, "devices.view")


def devices_unfinished() -> Iterator[Stock]:
    """Devices that can stay neither where nor as they are."""
    moved = DeviceMove.objects.filter(device=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    rows = Device.objects.select_related("office").annotate(since=Subquery(moved)).order_by("seal_number")
    begun = Exists(Erasure.objects.open().filter(device=OuterRef("pk")))
    unerased = rows.filter(~begun, state=DeviceState.REMOVED, kind__in=WITH_STORAGE)
    for words, held, state in (
        ("故障（修理か交換の前）", rows.filter(state=DeviceState.FAULTY), DeviceState.FAULTY),
        ("紛失（見つかっていない）", rows.filter(state=DeviceState.LOST), DeviceState.LOST),
        ("交換済み（撤去の前）", rows.filter(state=DeviceState.REPLACED), DeviceState.REPLACED),
        ("撤去済み（データの消去を始めていない）", unerased, DeviceState.REMOVED),
    ):
        address = f"{reverse('devices:list')}?state={state}"
        yield Stock("機器", words, held, _device, "since", address, "devices.view")


def erasures_unfinished() -> Iterator[Stock]:
    rows = Erasure.objects.for_list()
    address = reverse("devices:erasures")
    for state, words in ERASURES.items():
        held = rows.filter(state=state)
        yield Stock("機器の消去", words, held, _erasure, "planned_at", address, "devices.view")


def commands_unfinished() -> Iterator[Stock]:
    wipes = Wipe.objects.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True)
    wipes = wipes.select_related("device__office").order_by("requested_at", "pk")
    sent = Command.objects.open().select_related("device__office").order_by("requested_at", "pk")
    kind, address = "機器の遠隔管理", reverse("devices:list")
    yield Stock(kind, "初期化（二人目の確認待ち）", wipes, _wipe, "requested_at", address, "devices.view")
    yield Stock(kind, "命令の結果待ち", sent, _command, "requested_at", address, "devices.view")


def orders_unfinished() -> Iterator[Stock]:
    """The last order of each consumable of which something has still to come."""
    coming = {stock.code: stock for stock in stocks() if stock.ordered > 0}
    last = Supply.objects.filter(kind=SupplyKind.ORDERED, code__in=coming).order_by().values("code")
    rows: QuerySet[Supply] = Supply.objects.filter(pk__in=last.annotate(last=Max("pk")).values("last")).order_by("pk")

    def item(order: Supply) -> Item:
        held = coming[order.code]
        note = f"{held.name}　残り{held.ordered}{held.unit}"
        return Item(f"発注 {order.pk}", since=order.recorded_at, note=note)

    address = reverse("devices:consumables")
    yield Stock("消耗品", "入荷を待つ発注", rows, item, "recorded_at", address, "devices.view")


def _fault(fault: Fault) -> Item:
    seal = f"　{fault.device.seal_number}" if fault.device else ""
    note = f"{fault.get_kind_display()}{seal}"
    return Item(fault.number, fault.office.name if fault.office else "", fault.reported_at, note=note)


def _device(device: Device) -> Item:
    # Annotated above: when it came into this state.
    since = vars(device)["since"]
    return Item(device.seal_number, _office_of(device), since, note=str(device.get_kind_display()))


def _erasure(erasure: Erasure) -> Item:
    note = f"{erasure.device.seal_number}　{erasure.get_cause_display()}"
    return Item(erasure.number, "", erasure.planned_at, end_of(erasure.due_on), note)


def _wipe(wipe: Wipe) -> Item:
    return Item(wipe.device.seal_number, _office_of(wipe.device), wipe.requested_at)


def _command(command: Command) -> Item:
    note = f"{command.get_kind_display()}　{command.get_state_display()}"
    return Item(command.device.seal_number, _office_of(command.device), command.requested_at, note=note)


def _office_of(device: Device) -> str:
    return device.office.name if device.office else ""
