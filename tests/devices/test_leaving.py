"""Replacement within the contract's rules, and erasure from the first overwriting to the approved certificate."""

from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from audit.actors import Actor
from audit.errors import Refused
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from devices.actions import device_move
from devices.actions.leaving import (
    device_kit,
    device_replace,
    erasure_approve,
    erasure_clear,
    erasure_confirm,
    erasure_purge,
    erasure_refuse,
    erasure_submit,
    points_for,
)
from devices.errors import (
    ConsultationNeeded,
    ErasureUnderWay,
    KittingIncomplete,
    NothingToReplace,
    NotOwnErasure,
    PurgeNeeded,
    SuccessorNotReady,
)
from devices.models import (
    ERASURE_MOVES,
    Device,
    DeviceState,
    Erasure,
    ErasureCause,
    ErasureState,
    FaultKind,
    FaultState,
    Level,
    LineState,
    Method,
    Replacement,
)
from tests.devices.made import a_device, a_fault, a_line, a_tablet, an_erasure, keeper, someone, town
from tests.people import client_of, sign_in

pytestmark = pytest.mark.django_db


def officer() -> Actor:
    return Actor.staff(someone(Role.CITY_OFFICER, "officer"))


def ready() -> Device:
    """A tablet that was set up."""
    device = a_device()
    return device_kit(device=device, checked=[point.code for point in points_for(device.kind)], by=keeper())


@pytest.mark.requirement("fukuoka-28")
def test_a_device_is_set_up_only_with_every_point_checked() -> None:
    device = a_device()
    with pytest.raises(KittingIncomplete):
        device_kit(device=device, checked=["seal"], by=keeper())
    assert ready().kitting.count() == len(points_for("tablet"))


# -- replacement ---------------------------------------------------------------------------------------------
def replaced(tablet: Device, kind: FaultKind, *, deliberate: bool = False, terms: str = "") -> Replacement:
    fault = a_fault(device=tablet, kind=kind)
    return device_replace(fault=fault, successor=ready(), deliberate=deliberate, terms=terms, by=keeper())


@pytest.mark.requirement("kitakyushu-33")
@pytest.mark.parametrize("kind", [FaultKind.HARDWARE, FaultKind.DEFECT])
def test_a_broken_tablet_is_replaced_free_and_the_new_one_takes_its_place_and_line(kind: FaultKind) -> None:
    tablet = a_tablet()
    line = a_line(tablet)
    made = replaced(tablet, kind)
    for held in (tablet, made.new, made.fault, line):
        held.refresh_from_db()
    assert made.free
    assert (tablet.state, made.new.state, made.fault.state) == (
        DeviceState.REPLACED,
        DeviceState.INSTALLED,
        FaultState.REPLACED,
    )
    assert (made.new.office, made.new.unit) == (town().office, tablet.unit)
    assert (line.device, line.state) == (made.new, LineState.ACTIVE)


@pytest.mark.requirement("kitakyushu-33")
def test_a_lost_one_is_free_once_in_half_a_year_for_each_unit_and_the_next_goes_to_consultation() -> None:
    tablet = a_tablet()
    line = a_line(tablet)
    first = replaced(tablet, FaultKind.LOST)
    line.refresh_from_db()
    assert first.free
    assert (line.state, line.device) == (LineState.READY, None), "its SIM is lost too"
    with time_machine.travel(timezone.now() + timedelta(days=150)):
        with pytest.raises(ConsultationNeeded, match="6か月以内"):
            replaced(first.new, FaultKind.LOST)
        second = replaced(Device.objects.get(pk=first.new_id), FaultKind.LOST, terms="市と協議し、有償とした。")
    assert not second.free
    assert replaced(a_tablet(), FaultKind.LOST).free, "another unit"
    with time_machine.travel(timezone.now() + timedelta(days=190)):
        assert replaced(second.new, FaultKind.LOST).free


@pytest.mark.requirement("kitakyushu-33")
def test_intent_or_gross_negligence_goes_to_consultation() -> None:
    with pytest.raises(ConsultationNeeded, match="故意または重過失"):
        replaced(a_tablet(), FaultKind.DAMAGE, deliberate=True)
    assert not replaced(a_tablet(), FaultKind.DAMAGE, deliberate=True, terms="折半とした。").free


def test_only_what_is_ready_replaces_what_is_broken() -> None:
    fault = a_fault()
    with pytest.raises(SuccessorNotReady):
        device_replace(fault=fault, successor=a_device(), deliberate=False, terms="", by=keeper())
    with pytest.raises(NothingToReplace):
        replaced(a_tablet(), FaultKind.SOFTWARE)


def test_the_database_refuses_a_replacement_that_is_neither_free_nor_agreed_on() -> None:
    made = replaced(a_tablet(), FaultKind.HARDWARE)
    with pytest.raises(IntegrityError, match="replacement_free_or_agreed_on"), transaction.atomic():
        Replacement.objects.filter(pk=made.pk).update(free=False)
    with pytest.raises(IntegrityError, match="replacement_deliberate_not_free"), transaction.atomic():
        Replacement.objects.filter(pk=made.pk).update(deliberate=True)


def test_the_keeper_replaces_on_the_fault_s_page() -> None:
    fault, successor = a_fault(kind=FaultKind.LOST), ready()
    browser = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper"))
    page = f"/staff/devices/faults/{fault.pk}/"
    assert "無償で交換できます。" in browser.get(page).content.decode()
    refused = browser.post(f"{page}replace/", {"successor": successor.pk, "deliberate": "on"})
    assert refused.status_code == 422
    assert "協議の結果を入力してください。" in refused.content.decode()
    browser.post(f"{page}replace/", {"successor": successor.pk})
    assert successor.seal_number in browser.get(page).content.decode()
    assert Replacement.objects.get().free


# -- erasure -------------------------------------------------------------------------------------------------
DOES: dict[ErasureState, Callable[[Erasure], Erasure]] = {
    ErasureState.CLEARED: lambda held: erasure_clear(
        erasure=held, method=Method.CRYPTO, level=Level.CLEAR, place="市役所", agreement="", by=keeper()
    ),
    ErasureState.CONFIRMED: lambda held: erasure_confirm(erasure=held, by=officer()),
    ErasureState.PURGED: lambda held: erasure_purge(erasure=held, method=Method.BLOCK, by=keeper()),
    ErasureState.SUBMITTED: lambda held: erasure_submit(erasure=held, by=keeper()),
    ErasureState.APPROVED: lambda held: erasure_approve(erasure=held, by=officer()),
}


def in_state(state: ErasureState) -> Erasure:
    """By the whole road, on a device that was removed."""
    held = an_erasure(device=removed())
    for step, action in DOES.items():
        if held.state == state:
            break
        if state == ErasureState.RETURNED and held.state == ErasureState.SUBMITTED:
            return erasure_refuse(erasure=held, remarks="日付が違います。", by=officer())
        held = action(held)
        assert held.state == step
    return held


def removed() -> Device:
    return device_move(device=a_tablet(), state=DeviceState.REMOVED, office=None, reason="満了", by=keeper())


@pytest.mark.requirement("kitakyushu-34")
@pytest.mark.parametrize("old", ErasureState)
def test_every_pair_of_states(old: ErasureState) -> None:
    for new, action in DOES.items():
        held = in_state(old)
        if new in ERASURE_MOVES[old]:
            assert action(held).state == new
        else:
            with pytest.raises(MoveNotAllowed):
                action(held)
    held = in_state(old)
    if {ErasureState.PLANNED, ErasureState.RETURNED} & ERASURE_MOVES[old]:
        assert erasure_refuse(erasure=held, remarks="やり直し", by=officer()).remarks == "やり直し"
    else:
        with pytest.raises(MoveNotAllowed):
            erasure_refuse(erasure=held, remarks="やり直し", by=officer())


@pytest.mark.requirement("kitakyushu-34", "fukuoka-31")
def test_an_approved_certificate_ends_the_device() -> None:
    held = in_state(ErasureState.APPROVED)
    held.device.refresh_from_db()
    assert held.device.state == DeviceState.ERASED
    text = pypdfium2.PdfDocument(bytes(held.certificate or b""))[0].get_textpage().get_text_range()
    for words in ("データ消去証明書", held.device.serial, "③ 暗号化消去", "Clear", "② ブロック消去", "見本 officer"):
        assert words in text, words
    event = AuditEvent.objects.get(action="erasure.approved")
    assert event.detail["certificate_sha256"] == held.certificate_sha256


@pytest.mark.requirement("kitakyushu-34")
def test_purge_is_left_out_only_where_it_is_reached() -> None:
    clear = in_state(ErasureState.CONFIRMED)
    with pytest.raises(PurgeNeeded):
        erasure_purge(erasure=clear, method=None, by=keeper())
    beyond = an_erasure(device=removed())
    erasure_clear(erasure=beyond, method=Method.DESTROY, level=Level.DESTROY, place="市役所", agreement="", by=keeper())
    erasure_confirm(erasure=beyond, by=officer())
    assert erasure_purge(erasure=beyond, method=None, by=keeper()).purge_skipped
    with pytest.raises(IntegrityError, match="erasure_skips_only_what_is_reached"), transaction.atomic():
        Erasure.objects.filter(pk=clear.pk).update(purge_skipped=True)


def test_whoever_erased_neither_confirms_nor_approves() -> None:
    held = in_state(ErasureState.CLEARED)
    with pytest.raises(NotOwnErasure):
        erasure_confirm(erasure=held, by=keeper())
    with pytest.raises(NotOwnErasure):
        erasure_approve(erasure=in_state(ErasureState.SUBMITTED), by=keeper())
    with pytest.raises(IntegrityError, match="erasure_not_seen_by_doer"), transaction.atomic():
        Erasure.objects.filter(pk=held.pk).update(confirmed_by=held.cleared_by_id, state="confirmed")


def test_a_device_has_one_erasure_at_a_time_and_a_pen_has_none() -> None:
    held = an_erasure()
    with pytest.raises(ErasureUnderWay):
        an_erasure(device=held.device)
    with pytest.raises(NothingToReplace):
        an_erasure(device=a_device(kind="pen", ssids=()))


@pytest.mark.requirement("kitakyushu-34")
def test_the_same_road_when_a_device_leaves_for_repair_and_it_comes_back() -> None:
    tablet = a_tablet()
    a_fault(device=tablet)
    held = an_erasure(device=tablet, cause=ErasureCause.REPAIR)
    for action in DOES.values():
        held = action(held)
    tablet.refresh_from_db()
    assert (held.state, tablet.state) == (ErasureState.APPROVED, DeviceState.FAULTY)


def test_a_returned_device_that_was_not_removed_is_not_approved() -> None:
    held = an_erasure(device=a_tablet())
    with pytest.raises(Refused):
        for action in DOES.values():
            held = action(held)
    held.refresh_from_db()
    assert (held.state, held.certificate) == (ErasureState.SUBMITTED, None)


@pytest.mark.requirement("kitakyushu-34")
def test_the_road_on_screen_by_keeper_and_city() -> None:
    tablet = removed()
    own = sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper"))
    city = sign_in(Client(), someone(Role.CITY_OFFICER, "officer"))
    day = {"due_on_year": "2028", "due_on_month": "4", "due_on_day": "30"}
    new = {"key": "00000000-0000-4000-8000-000000000001", "device": tablet.pk, "cause": "return"}
    assert own.post("/staff/devices/erasures/", new).status_code == 422
    own.post("/staff/devices/erasures/", new | day)
    held = Erasure.objects.get()
    page = f"/staff/devices/erasures/{held.pk}/"
    silent = own.post(page, {"method": "crypto", "level": "clear", "agreement": "別途協議"})
    assert silent.status_code == 422
    assert "別途協議" in silent.content.decode(), "what was typed stays"
    own.post(page, {"method": "crypto", "level": "clear", "place": "市役所"})
    assert own.post(page, {}).status_code == 403, "now it is the city's turn"
    assert "確認・承認を待つ機器の消去" in city.get("/staff/").content.decode()
    assert city.post(page, {"refuse": "1", "remarks": ""}).status_code == 422
    city.post(page, {})
    assert own.post(page, {"method": ""}).status_code == 422, "Clear is not enough to leave Purge out"
    own.post(page, {"method": "block"})
    own.post(page, {})
    city.post(page, {"refuse": "1", "remarks": "作業者の名前を確かめてください。"})
    assert "作業者の名前を確かめてください。" in own.get(page).content.decode()
    own.post(page, {})
    assert "承認前" in pypdfium2.PdfDocument(own.get(f"{page[:-1]}.pdf").content)[0].get_textpage().get_text_range()
    city.post(page, {})
    held.refresh_from_db()
    assert held.state == ErasureState.APPROVED
    assert own.get(f"{page[:-1]}.pdf").content == bytes(held.certificate or b"")
    assert client_of(Role.BUREAU).post(page, {}).status_code == 403
    assert "期限切れ" not in own.get("/staff/devices/erasures/").content.decode()
