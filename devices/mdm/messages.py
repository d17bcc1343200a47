"""What is said to tablets: Apple's commands as property lists."""

import plistlib
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from devices.models import Command, CommandKind
from postoffices.city import current_city

PREFIX = "jp.madoguchi"
RESTRICTIONS = f"{PREFIX}.restrictions"
KIOSK = f"{PREFIX}.kiosk"
LOCK_WORDS = "この端末は事務局が画面をロックしました。"
QUERIES = [
    "DeviceName",
    "OSVersion",
    "ModelName",
    "SerialNumber",
    "BatteryLevel",
    "AvailableDeviceCapacity",
    "DeviceCapacity",
    "IsSupervised",
    "IsMDMLostModeEnabled",
]


def plist_of(command: Command) -> bytes:
    """The command as NanoMDM takes it: raw XML with the CommandUUID."""
    content = {"CommandUUID": str(command.uuid), "Command": _request(command)}
    return plistlib.dumps(content)


def _request(command: Command) -> dict[str, Any]:
    city, desk = current_city(), current_city().helpdesk
    match CommandKind(command.kind):
        case CommandKind.LOCK:
            return {"RequestType": "DeviceLock", "Message": LOCK_WORDS, "PhoneNumber": desk.phone}
        case CommandKind.LOST_ON:
            words = f"{city.name}の業務用端末です。拾った方は下の番号にお電話ください。"
            return {"RequestType": "EnableLostMode", "Message": words, "PhoneNumber": desk.phone}
        case CommandKind.LOST_OFF:
            return {"RequestType": "DisableLostMode"}
        case CommandKind.LOCATE:
            return {"RequestType": "DeviceLocation"}
        case CommandKind.INFO:
            return {"RequestType": "DeviceInformation", "Queries": QUERIES}
        case CommandKind.RESTRICT:
            return {"RequestType": "InstallProfile", "Payload": restrictions(command.device.ssids)}
        case CommandKind.KIOSK_ON:
            return {"RequestType": "InstallProfile", "Payload": kiosk(city.rules.devices.app)}
        case CommandKind.KIOSK_OFF:
            return {"RequestType": "RemoveProfile", "Identifier": KIOSK}
        case CommandKind.ERASE:
            return {"RequestType": "EraseDevice", "PreserveDataPlan": False, "DisallowProximitySetup": True}


def restrictions(ssids: list[str]) -> bytes:
    """Only the networks of the register, only the apps of the profile, a code, and no other device to talk to."""
    rules = current_city().rules.devices
    limits = _payload(
        "com.apple.applicationaccess",
        "limits",
        allowListedAppBundleIDs=rules.allowed_apps,
        forceWiFiToAllowedNetworksOnly=True,
        allowAirDrop=False,
        allowHostPairing=False,
        allowBluetoothModification=False,
        allowUSBRestrictedMode=True,
        allowEraseContentAndSettings=False,
        allowCloudBackup=False,
    )
    code = _payload(
        "com.apple.mobiledevice.passwordpolicy", "code", forcePIN=True, minLength=6, maxInactivity=5, allowSimple=False
    )
    networks = [
        _payload("com.apple.wifi.managed", f"wifi.{ssid}", SSID_STR=ssid, EncryptionType="Any", AutoJoin=True)
        for ssid in ssids
    ]
    return _profile(RESTRICTIONS, "利用の制限とWi-Fi", [limits, code, *networks])


def kiosk(app: str) -> bytes:
    """One app only, from which nobody comes out."""
    return _profile(KIOSK, "専用モード", [_payload("com.apple.app.lock", "lock", App={"Identifier": app})])


def _profile(identifier: str, name: str, payloads: list[dict[str, Any]]) -> bytes:
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": identifier,
            "PayloadUUID": _uuid(identifier),
            "PayloadDisplayName": name,
            "PayloadRemovalDisallowed": True,
            "PayloadContent": payloads,
        }
    )


def _payload(kind: str, name: str, **content: Any) -> dict[str, Any]:
    identifier = f"{PREFIX}.{name}"
    head = {"PayloadType": kind, "PayloadVersion": 1, "PayloadIdentifier": identifier, "PayloadUUID": _uuid(identifier)}
    return head | content


def _uuid(identifier: str) -> str:
    """The same profile has the same UUID: installed again it replaces the one before."""
    held: UUID = uuid5(NAMESPACE_URL, identifier)
    return str(held).upper()
