"""A device goes from the store to an office and away again, by the allowed ways only, and every way is written down."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from audit.errors import Refused
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from devices.actions import (
    device_add,
    device_change,
    device_move,
    fault_report,
    line_assign,
    line_end,
    line_release,
    line_resume,
    line_suspend,
)
from devices.actions.moving import move, move_line
from devices.errors import (
    NotATablet,
    NotByHand,
    OfficeNeeded,
    OtherOffice,
    SameOffice,
    SealNumberTaken,
    TabletHasLine,
    TabletNeeded,
)
from devices.models import (
    BY_PROCEDURE,
    DEVICE_MOVES,
    FAULT_MOVES,
    LINE_MOVES,
    WITHOUT_OFFICE,
    Device,
    DeviceKind,
    DeviceMove,
    DeviceState,
    Fault,
    FaultKind,
    FaultState,
    Line,
    LineState,
)
from tests.devices.made import a_device, a_fault, a_line, a_tablet, facts, keeper, town

pytestmark = pytest.mark.django_db


def in_state(state: DeviceState) -> Device:
    device = a_device()
    device.state, device.office = state, None if state in WITHOUT_OFFICE else town().office
    device.save()
    return device


@pytest.mark.requirement("kitakyushu-25")
@pytest.mark.parametrize("old", DeviceState)
def test_every_pair_of_states(old: DeviceState) -> None:
    elsewhere = town().elsewhere
    for new in DeviceState:
        device = in_state(old)
        moves = device.moves.count()
        if new in DEVICE_MOVES[old] or new == old == DeviceState.INSTALLED:
            assert move(device, new, office=elsewhere, reason="試験", by=keeper()).state == new
            assert device.moves.count() == moves + 1
        else:
            with pytest.raises(MoveNotAllowed):
                move(device, new, office=elsewhere, reason="試験", by=keeper())
            device.refresh_from_db()
            assert device.state == old


@pytest.mark.parametrize("state", sorted(BY_PROCEDURE))
def test_replaced_and_erased_are_nothing_that_a_hand_sets(state: DeviceState) -> None:
    with pytest.raises(NotByHand):
        device_move(device=in_state(DeviceState.FAULTY), state=state, office=None, reason="", by=keeper())


def test_the_history_says_where_it_was_and_who_moved_it() -> None:
    device = a_tablet()
    device_move(device=device, state=DeviceState.INSTALLED, office=town().elsewhere, reason="交替", by=keeper())
    newest = DeviceMove.objects.filter(device=device).first()
    assert newest is not None
    assert (newest.office_before, newest.office, newest.by_id) == (town().office, town().elsewhere, keeper().user_id)
    assert [row.state for row in device.moves.all()][::-1] == ["stock", "kitted", "installed", "installed"]
    with pytest.raises(SameOffice):
        device_move(device=device, state=DeviceState.INSTALLED, office=town().elsewhere, reason="", by=keeper())


def test_installed_needs_an_office() -> None:
    with pytest.raises(OfficeNeeded):
        device_move(
            device=in_state(DeviceState.KITTED), state=DeviceState.INSTALLED, office=None, reason="", by=keeper()
        )


def test_the_same_key_twice_is_one_device_and_the_same_number_is_refused() -> None:
    key, held = uuid4(), facts(udid="MIHON-1")
    assert device_add(key=key, facts=held, by=keeper()) == device_add(key=key, facts=held, by=keeper())
    assert Device.objects.count() == 1
    for same in ({"seal_number": held.seal_number}, {"serial": held.serial}, {"udid": "MIHON-1"}):
        with pytest.raises(SealNumberTaken):
            device_add(key=uuid4(), facts=facts(**same), by=keeper())
    other = a_device()
    with pytest.raises(SealNumberTaken):
        device_change(device=other, facts=held, by=keeper())


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"state": "installed", "office": None}, "device_installed_somewhere"),
        ({"state": "stock"}, "device_stored_nowhere_else"),
        ({"placed_until": "2020-01-01"}, "device_placed_first_not_after_last"),
    ],
)
def test_the_database_refuses_a_register_that_cannot_be(wrong: dict[str, object], name: str) -> None:
    device = a_tablet()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(**wrong)


def test_without_its_event_nothing_moves(audit_cannot_be_written: Callable[[], AbstractContextManager[None]]) -> None:
    device, by = a_tablet(), keeper()
    with audit_cannot_be_written(), transaction.atomic():
        device_move(device=device, state=DeviceState.LOST, office=None, reason="盗難", by=by)
    device.refresh_from_db()
    assert device.state == DeviceState.INSTALLED
    assert not device.moves.filter(state="lost").exists()


# -- lines -------------------------------------------------------------------------------------------------
def line_in(state: LineState) -> Line:
    if state in (LineState.READY, LineState.ENDED):
        line = a_line()
        Line.objects.filter(pk=line.pk).update(state=state)
    else:
        line = a_line(a_device())
        Line.objects.filter(pk=line.pk).update(state=state)
    line.refresh_from_db()
    return line


LINE_DOES: dict[LineState, Callable[[Line], Line]] = {
    LineState.SUSPENDED: lambda line: line_suspend(line=line, reason="", by=keeper()),
    LineState.READY: lambda line: line_release(line=line, reason="", by=keeper()),
    LineState.ENDED: lambda line: line_end(line=line, reason="", by=keeper()),
    LineState.ACTIVE: lambda line: (
        line_resume(line=line, reason="", by=keeper())
        if line.device
        else line_assign(line=line, device=a_device(), reason="", by=keeper())
    ),
}


@pytest.mark.requirement("kitakyushu-26", "kitakyushu-33")
@pytest.mark.parametrize("old", LineState)
def test_every_pair_of_states_of_a_line(old: LineState) -> None:
    for new, action in LINE_DOES.items():
        line = line_in(old)
        if new in LINE_MOVES[old]:
            assert action(line).state == new
            assert line.moves.first().state == new  # type: ignore[union-attr]
        else:
            with pytest.raises(MoveNotAllowed):
                action(line)


def test_a_line_goes_into_a_tablet_and_into_one_alone() -> None:
    tablet = a_device()
    a_line(tablet)
    with pytest.raises(TabletHasLine):
        line_assign(line=a_line(), device=tablet, reason="", by=keeper())
    with pytest.raises(NotATablet):
        line_assign(line=a_line(), device=a_device(kind=DeviceKind.PEN, ssids=()), reason="", by=keeper())
    with pytest.raises(TabletNeeded):
        line_resume(line=a_line(), reason="", by=keeper())


def test_the_database_refuses_two_lines_in_one_tablet_and_a_line_in_use_without_one() -> None:
    first, second = a_line(a_device()), a_line()
    with pytest.raises(IntegrityError, match="line_one_per_tablet"), transaction.atomic():
        Line.objects.filter(pk=second.pk).update(state="suspended", device=first.device)
    with pytest.raises(IntegrityError, match="line_in_use_has_tablet"), transaction.atomic():
        Line.objects.filter(pk=second.pk).update(state="active")


def two_at_once(lines: list[Line], tablet: Device) -> list[BaseException]:
    """Both lines into the tablet at the same moment; what each was refused with."""
    start, refused, by = Barrier(2), [], keeper()

    def assign(line: Line) -> None:
        start.wait(10)
        try:
            line_assign(line=line, device=tablet, reason="", by=by)
        except (Refused, IntegrityError) as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=assign, args=[line]) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return refused  # type: ignore[return-value]


@pytest.mark.django_db(transaction=True)
def test_two_lines_at_once_into_one_tablet_one_is_told() -> None:
    tablet = a_device()
    refused = two_at_once([a_line(), a_line()], tablet)
    assert [type(refusal) for refusal in refused] == [TabletHasLine]
    assert Line.objects.filter(device=tablet).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_race_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: unlocked, both see an empty tablet, and only the constraint stops the second, without words."""
    tablet, meet = a_device(), Barrier(2)

    def at_the_same_time(*held: object, **named: object) -> Line:
        meet.wait(10)
        return move_line(*held, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("devices.actions.lines.locked_device", lambda device: device)
    monkeypatch.setattr("devices.actions.lines.move_line", at_the_same_time)
    refused = two_at_once([a_line(), a_line()], tablet)
    assert [type(refusal) for refusal in refused] == [IntegrityError]


# -- faults ------------------------------------------------------------------------------------------------
def fault_in(state: FaultState) -> Fault:
    fault = a_fault(kind=FaultKind.SOFTWARE)
    Fault.objects.filter(pk=fault.pk).update(state=state, measures="試験")
    fault.refresh_from_db()
    return fault


@pytest.mark.requirement("fukuoka-30", "kitakyushu-33")
@pytest.mark.parametrize("old", FaultState)
def test_every_pair_of_states_of_a_fault(old: FaultState) -> None:
    from devices.actions import fault_close, fault_repair, fault_take

    does: dict[FaultState, Callable[[Fault], Fault]] = {
        FaultState.HANDLING: lambda fault: fault_take(fault=fault, text="確認", by=keeper()),
        FaultState.REPAIRED: lambda fault: fault_repair(fault=fault, cause="", measures="交換", by=keeper()),
        FaultState.CLOSED: lambda fault: fault_close(fault=fault, text="", by=keeper()),
    }
    for new, action in does.items():
        fault = fault_in(old)
        if new in FAULT_MOVES[old]:
            assert action(fault).state == new
        else:
            with pytest.raises(MoveNotAllowed):
                action(fault)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (FaultKind.HARDWARE, DeviceState.FAULTY),
        (FaultKind.DAMAGE, DeviceState.FAULTY),
        (FaultKind.DEFECT, DeviceState.FAULTY),
        (FaultKind.LOST, DeviceState.LOST),
        (FaultKind.SOFTWARE, DeviceState.INSTALLED),
        (FaultKind.NETWORK, DeviceState.INSTALLED),
    ],
)
def test_what_a_fault_does_to_the_device(kind: FaultKind, state: DeviceState) -> None:
    tablet = a_tablet()
    line = a_line(tablet)
    fault = a_fault(device=tablet, kind=kind)
    tablet.refresh_from_db()
    line.refresh_from_db()
    assert (tablet.state, fault.office) == (state, town().office)
    assert line.state == (LineState.SUSPENDED if kind == FaultKind.LOST else LineState.ACTIVE)


@pytest.mark.requirement("kitakyushu-33")
def test_a_tablet_reported_lost_by_hand_loses_its_line_and_a_removed_one_gives_it_back() -> None:
    lost, removed = a_tablet(), a_tablet()
    held, freed = a_line(lost), a_line(removed)
    device_move(device=lost, state=DeviceState.LOST, office=None, reason="盗難", by=keeper())
    device_move(device=removed, state=DeviceState.REMOVED, office=None, reason="満了", by=keeper())
    held.refresh_from_db()
    freed.refresh_from_db()
    assert (held.state, held.device) == (LineState.SUSPENDED, lost)
    assert (freed.state, freed.device) == (LineState.READY, None)


def test_a_fault_can_be_told_without_a_device_and_twice_with_one_key() -> None:
    key, office = uuid4(), town().office
    for _again in range(2):
        fault_report(
            device=None, office=office, kind=FaultKind.NETWORK, text="圏外です。", ticket_number="Q-000007",
            by=keeper(), key=key,
        )  # fmt: skip
    assert Fault.objects.get().ticket_number == "Q-000007"
    assert AuditEvent.objects.filter(action="fault.reported").count() == 1
    with pytest.raises(OtherOffice):
        fault_report(device=a_tablet(), office=town().elsewhere, kind=FaultKind.NETWORK, text="圏外です。", by=keeper())
