"""Commands to tablets: over real HTTP to a server that behaves as NanoMDM does, and back by its signed webhook."""

import plistlib
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.roles import Role
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from devices.actions import (
    command_request,
    command_withdraw,
    device_change,
    wipe_confirm,
    wipe_request,
    wipe_withdraw,
)
from devices.errors import (
    MdmNotSetUp,
    NotInLostMode,
    NotManaged,
    OnlyByTwo,
    OpenCommands,
    WipeAskedFor,
    WipeByTwo,
    WipeOver,
)
from devices.mdm.events import signature
from devices.mdm.outbox import command_claim, command_send
from devices.models import (
    COMMAND_MOVES,
    Command,
    CommandKind,
    CommandState,
    Device,
    Managed,
    MdmEvent,
    Place,
    Wipe,
)
from devices.tasks import forget_places, send_due
from tests.accounts.codes import code, wrong_code
from tests.devices.made import a_tablet, facts, keeper, someone
from tests.devices.nanomdm import KEY, SECRET, NanoMdmServer, nanomdm_running, told
from tests.people import client_of, sign_in

pytestmark = pytest.mark.django_db
HOOK = "/api/mdm/events"
UDID = "MIHON-UDID-7"


@pytest.fixture
def server(settings: Settings) -> Iterator[NanoMdmServer]:
    with nanomdm_running() as held:
        settings.MDM = {"url": held.url, "key": KEY, "webhook_secret": SECRET}
        yield held


@pytest.fixture
def tablet(db: None) -> Device:
    return a_tablet(udid=UDID)


def asked(tablet: Device, kind: CommandKind = CommandKind.LOCK) -> Command:
    return command_request(device=tablet, kind=kind, by=keeper())


def now_state(command: Command) -> str:
    command.refresh_from_db()
    return str(command.state)


def tells(body: bytes, signed: str = "") -> int:
    """The status of the webhook's answer."""
    answer = Client().post(
        HOOK, body, content_type="application/json", headers={"X-Hmac-Signature": signed or signature(body)}
    )
    return answer.status_code


def later(minutes: int = 10) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


@pytest.mark.requirement("kitakyushu-25")
def test_a_lock_goes_to_the_tablet_and_its_answer_comes_back(server: NanoMdmServer, tablet: Device) -> None:
    command = asked(tablet)
    assert send_due() == 1
    assert now_state(command) == CommandState.SENT
    target, said = server.queue[str(command.uuid)]
    assert (target, said["RequestType"]) == (UDID, "DeviceLock")
    assert tells(told(UDID, str(command.uuid), "NotNow")) == 200
    assert now_state(command) == CommandState.NOT_NOW, "a locked tablet says so, and that is no failure"
    assert tells(told(UDID, str(command.uuid), "Acknowledged")) == 200
    assert now_state(command) == CommandState.DONE
    assert [row.state for row in command.receipts.all()] == ["queued", "sent", "not_now", "done"]
    assert Managed.objects.get().seen_at is not None


@pytest.mark.parametrize("trouble", ["lost", "cut"])
def test_a_500_or_a_broken_line_is_reconciled_and_never_sent_twice(
    server: NanoMdmServer, tablet: Device, trouble: str
) -> None:
    server.trouble = [trouble]
    command = asked(tablet)
    send_due()
    assert now_state(command) == CommandState.UNCERTAIN
    assert send_due() == 0, "not at once again"
    with later():
        send_due()
    assert now_state(command) == CommandState.SENT
    assert (len(server.queue), server.requests) == (1, 2)
    assert "すでに届いている" in command.receipts.last().reason  # type: ignore[union-attr]


def test_a_command_that_did_not_get_in_is_put_again(server: NanoMdmServer, tablet: Device) -> None:
    server.trouble = ["broken", "broken"]
    command = asked(tablet)
    send_due()
    for minutes in (30, 60):
        assert now_state(command) == CommandState.UNCERTAIN
        with later(minutes):
            send_due()
    assert now_state(command) == CommandState.SENT
    assert list(server.queue) == [str(command.uuid)]


def test_a_tablet_that_could_not_be_woken_gets_it_later(server: NanoMdmServer, tablet: Device) -> None:
    server.trouble = ["no push"]
    command = asked(tablet)
    send_due()
    assert now_state(command) == CommandState.SENT
    assert "次に通信したとき" in command.receipts.last().reason  # type: ignore[union-attr]


def test_nobody_there_means_later_and_after_an_earlier_try_it_stays_uncertain(
    settings: Settings, tablet: Device
) -> None:
    settings.MDM = {"url": "http://127.0.0.1:9", "key": KEY, "webhook_secret": SECRET}
    command = asked(tablet)
    send_due()
    assert now_state(command) == CommandState.QUEUED
    with later(30):
        send_due()
    assert now_state(command) == CommandState.UNCERTAIN
    assert command.attempts == 2


def test_a_wrong_key_is_said(server: NanoMdmServer, settings: Settings, tablet: Device) -> None:
    settings.MDM = settings.MDM | {"key": "wrong"}
    command = asked(tablet)
    send_due()
    assert now_state(command) == CommandState.FAILED
    assert "鍵" in command.receipts.last().reason  # type: ignore[union-attr]


def test_a_worker_that_dies_leaves_a_command_that_another_one_makes_sure_of(
    server: NanoMdmServer, tablet: Device
) -> None:
    command = asked(tablet)
    claimed = command_claim()
    assert claimed == command
    assert command_claim() is None, "held by the first"
    server.put(f"/v1/enqueue/{UDID}", _basic(), plistlib.dumps({"CommandUUID": str(command.uuid), "Command": {}}))
    with later():
        send_due()
    assert now_state(command) == CommandState.SENT
    assert len(server.queue) == 1


def _basic() -> str:
    from base64 import b64encode

    return "Basic " + b64encode(f"nanomdm:{KEY}".encode()).decode()


def test_a_tablet_quicker_than_its_server_is_believed(server: NanoMdmServer, tablet: Device) -> None:
    command = asked(tablet)
    claimed = command_claim()
    assert claimed is not None
    tells(told(UDID, str(command.uuid), "Acknowledged"))
    command_send(claimed)
    assert now_state(command) == CommandState.DONE


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_it_once(server: NanoMdmServer) -> None:
    asked(a_tablet(udid=UDID))
    start, taken = Barrier(2), []

    def work() -> None:
        start.wait(10)
        try:
            taken.append(command_claim())
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(1 for claimed in taken if claimed) == 1


# -- the webhook -------------------------------------------------------------------------------------------
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


# -- places ------------------------------------------------------------------------------------------------
@pytest.mark.requirement("kitakyushu-25")
def test_a_place_is_found_in_lost_mode_only_looked_at_on_record_and_forgotten(
    server: NanoMdmServer, tablet: Device
) -> None:
    with pytest.raises(NotInLostMode):
        asked(tablet, CommandKind.LOCATE)
    on = asked(tablet, CommandKind.LOST_ON)
    send_due()
    tells(told(UDID, str(on.uuid), "Acknowledged"))
    where = asked(tablet, CommandKind.LOCATE)
    send_due()
    tells(told(UDID, str(where.uuid), "Acknowledged", Latitude=33.98, Longitude=130.62, HorizontalAccuracy=65.0))
    assert Place.objects.get().latitude == 33.98
    browser = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper"))
    assert "33.98" not in browser.get(f"/staff/devices/{tablet.pk}/").content.decode()
    shown = browser.post(f"/staff/devices/{tablet.pk}/where/")
    assert "33.98" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert AuditEvent.objects.filter(action="device.places_viewed").count() == 1
    forget_places()
    assert Place.objects.exists()
    with later(60 * 24 * 8):
        forget_places()
    assert not Place.objects.exists()
    assert "33.98" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.requirement("kitakyushu-25")
def test_restrictions_name_the_networks_apps_and_the_code(server: NanoMdmServer, tablet: Device) -> None:
    command = asked(tablet, CommandKind.RESTRICT)
    kiosk = asked(tablet, CommandKind.KIOSK_ON)
    send_due()
    profile = plistlib.loads(server.queue[str(command.uuid)][1]["Payload"])
    by_type = {held["PayloadType"]: held for held in profile["PayloadContent"]}
    assert by_type["com.apple.wifi.managed"]["SSID_STR"] == "mihon-net"
    limits = by_type["com.apple.applicationaccess"]
    assert limits["forceWiFiToAllowedNetworksOnly"]
    assert limits["allowListedAppBundleIDs"]
    assert not limits["allowHostPairing"]
    assert by_type["com.apple.mobiledevice.passwordpolicy"]["forcePIN"]
    alone = plistlib.loads(server.queue[str(kiosk.uuid)][1]["Payload"])
    assert alone["PayloadContent"][0]["PayloadType"] == "com.apple.app.lock"


# -- asking ------------------------------------------------------------------------------------------------
def test_pressed_twice_is_asked_once(server: NanoMdmServer, tablet: Device) -> None:
    assert asked(tablet) == asked(tablet)
    with pytest.raises(IntegrityError, match="command_open_once"), transaction.atomic():
        Command.objects.create(device=tablet, target=UDID, kind=CommandKind.LOCK)


def test_without_management_or_number_nothing_is_asked(settings: Settings, tablet: Device) -> None:
    with pytest.raises(NotManaged):
        asked(a_tablet())
    settings.MDM, settings.DEMO = None, False
    with pytest.raises(MdmNotSetUp):
        asked(tablet)
    page = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper")).get(f"/staff/devices/{tablet.pk}/").content.decode()
    assert "遠隔管理</h2>" not in page


def test_what_nobody_has_taken_can_be_withdrawn(server: NanoMdmServer, tablet: Device) -> None:
    command_withdraw(command=asked(tablet), by=keeper())
    assert send_due() == 0
    sent = asked(tablet)
    send_due()
    with pytest.raises(MoveNotAllowed):
        command_withdraw(command=sent, by=keeper())


def test_a_device_with_open_commands_keeps_its_number_and_its_row(server: NanoMdmServer, tablet: Device) -> None:
    asked(tablet)
    with pytest.raises(OpenCommands):
        device_change(device=tablet, facts=facts(udid="ANOTHER"), by=keeper())
    with pytest.raises(ProtectedError):
        tablet.delete()


def test_states_that_are_over_have_no_way_on() -> None:
    over = {CommandState.DONE, CommandState.FAILED, CommandState.WITHDRAWN}
    assert {state for state, after in COMMAND_MOVES.items() if not after} == over
    assert CommandState.FAILED not in COMMAND_MOVES[CommandState.QUEUED], "only the server or the tablet says no"


def test_the_demo_answers_by_itself(settings: Settings, tablet: Device) -> None:
    settings.MDM = None
    command = asked(tablet, CommandKind.INFO)
    send_due()
    assert now_state(command) == CommandState.SENT
    with later(1):
        send_due()
    assert now_state(command) == CommandState.DONE
    assert Managed.objects.get().facts["OSVersion"]


# -- a wipe needs two ----------------------------------------------------------------------------------------
@pytest.mark.requirement("kitakyushu-25")
def test_one_asks_another_confirms_and_only_then_it_is_sent(server: NanoMdmServer, tablet: Device) -> None:
    first, second = someone(Role.DEVICE_KEEPER, "keeper"), someone(Role.MANAGER, "boss")
    address = f"/staff/devices/{tablet.pk}/wipe/"
    one, two = sign_in(Client(), first), sign_in(Client(), second)
    typed = {"reason": "紛失", "seal_number": tablet.seal_number}
    wrong = one.post(address, typed | {"code": code(), "seal_number": "T-999"})
    assert wrong.status_code == 422
    assert "紛失" in wrong.content.decode()
    one.post(address, typed | {"code": code()})
    assert Wipe.objects.count() == 1
    assert send_due() == 0, "nothing goes out on one person's word"
    assert "二人目の確認を待っています" in one.get(address).content.decode()
    with later(1):
        own = one.post(address, {"seal_number": tablet.seal_number, "code": code()})
        assert own.status_code == 422
        assert WipeByTwo.message in own.content.decode()
        assert two.post(address, {"seal_number": tablet.seal_number, "code": wrong_code()}).status_code == 422
        assert not Command.objects.exists()
    with later(2):
        two.post(address, {"seal_number": tablet.seal_number, "code": code()})
        server.trouble = ["lost"]
        send_due()
    command = Command.objects.get()
    assert (command.kind, now_state(command)) == (CommandKind.ERASE, CommandState.UNCERTAIN)
    page = one.get(f"/staff/devices/{tablet.pk}/").content.decode()
    assert "届いたか確認中" in page, "a wipe of which nobody knows is not called failed"
    with later(30):
        send_due()
    assert now_state(command) == CommandState.SENT
    assert [said["RequestType"] for _, said in server.queue.values()] == ["EraseDevice"]
    tells(told(UDID, str(command.uuid), "Acknowledged"))
    assert now_state(command) == CommandState.DONE


def test_a_wipe_is_no_ordinary_command(server: NanoMdmServer, tablet: Device) -> None:
    with pytest.raises(OnlyByTwo):
        asked(tablet, CommandKind.ERASE)
    browser = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper"))
    assert browser.post(f"/staff/devices/{tablet.pk}/command/", {"kind": "erase"}).status_code == 422
    assert client_of(Role.BUREAU).post(f"/staff/devices/{tablet.pk}/wipe/").status_code == 403
    with pytest.raises(IntegrityError, match="command_erase_has_wipe"), transaction.atomic():
        Command.objects.create(device=tablet, target=UDID, kind=CommandKind.ERASE)


def test_the_database_refuses_a_wipe_by_one(tablet: Device) -> None:
    person, now = someone(Role.DEVICE_KEEPER, "keeper"), timezone.now()
    with pytest.raises(IntegrityError, match="wipe_by_two"), transaction.atomic():
        Wipe.objects.create(device=tablet, reason="", requested_by=person, confirmed_by=person, confirmed_at=now)


def test_a_wipe_is_asked_for_once_and_can_be_withdrawn_until_it_is_confirmed(
    server: NanoMdmServer, tablet: Device
) -> None:
    first, second = someone(Role.DEVICE_KEEPER, "keeper"), someone(Role.MANAGER, "boss")
    wipe = wipe_request(device=tablet, reason="紛失", person=first, by=keeper())
    with pytest.raises(WipeAskedFor):
        wipe_request(device=tablet, reason="紛失", person=second, by=keeper())
    wipe_withdraw(wipe=wipe, by=keeper())
    with pytest.raises(WipeOver):
        wipe_confirm(wipe=wipe, person=second, by=keeper())
    again = wipe_request(device=tablet, reason="紛失", person=first, by=keeper())
    wipe_confirm(wipe=again, person=second, by=keeper())
    for refused in (
        lambda: wipe_withdraw(wipe=again, by=keeper()),
        lambda: wipe_confirm(wipe=again, person=second, by=keeper()),
    ):
        with pytest.raises(WipeOver):
            refused()
    with pytest.raises(WipeAskedFor):
        wipe_request(device=tablet, reason="紛失", person=first, by=keeper())
