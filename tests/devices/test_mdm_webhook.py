"""What the management's server tells by its signed webhook: believed once, and only what is signed."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.roles import Role
from audit.models import AuditEvent
from devices.mdm.events import signature
from devices.models import CommandKind, CommandState, Device, Managed, MdmEvent
from devices.tasks import send_due
from tests.devices.asking import HOOK, UDID, asked, now_state, tells
from tests.devices.made import a_tablet, someone
from tests.devices.nanomdm import NanoMdmServer, told
from tests.people import sign_in

pytestmark = pytest.mark.django_db


def test_what_is_not_signed_leaves_no_trace(server: NanoMdmServer, tablet: Device) -> None:
    body = told(UDID)
    assert tells(body, "wrong") == 401
    assert tells(body + b" ", signature(body)) == 401
    assert tells(b"{}") == 400
    assert tells(b"no json") == 400
    assert not MdmEvent.objects.exists()
    assert Client().get(HOOK).status_code == 405


def test_without_a_server_the_address_is_not_there(settings: Settings) -> None:
    settings.MDM = None
    assert Client().post(HOOK, b"{}", content_type="application/json").status_code == 404


def test_a_recorded_message_changes_nothing(server: NanoMdmServer, tablet: Device) -> None:
    """The tablet is in lost mode, found, and out of it; somebody sends the first message once more."""
    on = asked(tablet, CommandKind.LOST_ON)
    send_due()
    recorded = told(UDID, str(on.uuid), "Acknowledged")
    tells(recorded)
    assert Managed.objects.get().lost_mode
    off = asked(tablet, CommandKind.LOST_OFF)
    send_due()
    tells(told(UDID, str(off.uuid), "Acknowledged"))
    events = AuditEvent.objects.count()
    assert tells(recorded) == 200
    assert tells(told(UDID, str(on.uuid), "Acknowledged", created="2026-11-19T10:00:00Z")) == 200
    assert not Managed.objects.get().lost_mode
    assert AuditEvent.objects.count() == events


def test_another_tablets_answer_is_not_taken_for_this_one(server: NanoMdmServer, tablet: Device) -> None:
    a_tablet(udid="OTHER")
    command = asked(tablet)
    send_due()
    for stranger in ("OTHER", "UNKNOWN"):
        assert tells(told(stranger, str(command.uuid), "Acknowledged")) == 200
    assert now_state(command) == CommandState.SENT


def test_an_error_of_the_tablet_is_said_by_its_number_only(server: NanoMdmServer, tablet: Device) -> None:
    command = asked(tablet)
    send_due()
    chain = [{"ErrorCode": 12021, "LocalizedDescription": "見本 花子のiPad"}]
    tells(told(UDID, str(command.uuid), "Error", ErrorChain=chain))
    assert now_state(command) == CommandState.FAILED
    reason = command.receipts.last().reason  # type: ignore[union-attr]
    assert "12021" in reason
    assert "花子" not in reason


@pytest.mark.requirement("kitakyushu-25")
def test_what_a_tablet_tells_about_itself_is_shown(server: NanoMdmServer, tablet: Device) -> None:
    command = asked(tablet, CommandKind.INFO)
    send_due()
    held = {"OSVersion": "18.5", "BatteryLevel": 0.5, "AvailableDeviceCapacity": float("nan"), "PhoneNumber": "000"}
    tells(told(UDID, str(command.uuid), "Acknowledged", QueryResponses=held))
    assert Managed.objects.get().facts == {"OSVersion": "18.5", "BatteryLevel": 0.5}
    page = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper")).get(f"/staff/devices/{tablet.pk}/").content.decode()
    assert "18.5" in page
    assert "50%" in page
