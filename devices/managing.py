"""What a device's page says about its management over the air."""

from typing import Any

from devices.mdm.gateway import is_set_up
from devices.models import GONE, CommandKind, Device, DeviceKind, Managed

SHOWN_COMMANDS = 20
WORDS = {
    "DeviceName": "端末の名前",
    "OSVersion": "OSの版",
    "ModelName": "型",
    "BatteryLevel": "電池",
    "AvailableDeviceCapacity": "空き容量",
    "DeviceCapacity": "容量",
}
UNITS = {"AvailableDeviceCapacity": "GB", "DeviceCapacity": "GB"}


def management_of(device: Device) -> dict[str, Any]:
    """Nothing to press where management is not set up, or the device is no tablet that it knows."""
    if device.kind != DeviceKind.TABLET or not is_set_up():
        return {"is_managed": False}
    managed = Managed.objects.filter(device=device).first()
    return {
        "is_managed": bool(device.udid),
        "managed": managed,
        "facts": facts_in_words(managed) if managed else [],
        "buttons": buttons_for(device, managed),
        "commands": device.commands.select_related("requested_by").prefetch_related("receipts")[:SHOWN_COMMANDS],
        "wipe": device.wipes.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).first(),
    }


def buttons_for(device: Device, managed: Managed | None) -> list[tuple[str, str]]:
    """The commands that make sense now, each with its word."""
    if device.state in GONE:
        return []
    lost, kiosk = bool(managed and managed.lost_mode), bool(managed and managed.kiosk)
    kinds = [
        CommandKind.INFO,
        CommandKind.LOCK,
        CommandKind.LOST_OFF if lost else CommandKind.LOST_ON,
        *([CommandKind.LOCATE] if lost else []),
        CommandKind.RESTRICT,
        CommandKind.KIOSK_OFF if kiosk else CommandKind.KIOSK_ON,
    ]
    return [(kind.value, kind.label) for kind in kinds]


def facts_in_words(managed: Managed) -> list[tuple[str, str]]:
    shown = []
    for name, word in WORDS.items():
        if name in managed.facts:
            value = managed.facts[name]
            text = f"{value:.0%}" if name == "BatteryLevel" and isinstance(value, float) else f"{value}"
            shown.append((word, text + UNITS.get(name, "")))
    return shown
