"""Wiping a tablet over the air needs two persons."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from devices.actions import wipe_confirm, wipe_request, wipe_withdraw
from devices.errors import OnlyByTwo, WipeAskedFor, WipeByTwo, WipeOver
from devices.models import Command, CommandKind, CommandState, Device, Wipe
from devices.tasks import send_due
from tests.accounts.codes import code, wrong_code
from tests.devices.asking import UDID, asked, later, now_state, tells
from tests.devices.made import keeper, someone
from tests.devices.nanomdm import NanoMdmServer, told
from tests.people import client_of, sign_in

pytestmark = pytest.mark.django_db


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
