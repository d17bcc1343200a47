"""Commands to tablets: over real HTTP to a server that behaves as NanoMDM does, and back by its signed webhook."""

import plistlib
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from pytest_django import Settings

from accounts.roles import Role
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from devices.actions import command_withdraw, device_change
from devices.errors import MdmNotSetUp, NotInLostMode, NotManaged, OpenCommands
from devices.mdm.outbox import command_claim, command_send
from devices.models import COMMAND_MOVES, Command, CommandKind, CommandState, Device, Managed, Place
from devices.tasks import forget_places, send_due
from tests.devices.asking import UDID, asked, later, now_state, tells
from tests.devices.made import a_tablet, facts, keeper, someone
from tests.devices.nanomdm import KEY, SECRET, NanoMdmServer, told
from tests.people import sign_in

pytestmark = pytest.mark.django_db


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
