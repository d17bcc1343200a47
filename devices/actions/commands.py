"""Commands to tablets: asked for here, sent by a worker. A wipe is asked for by two people."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from devices.actions.moving import TOPIC, locked_device
from devices.errors import (
    MdmNotSetUp,
    NotInLostMode,
    NotManaged,
    OnlyByTwo,
    WipeAskedFor,
    WipeByTwo,
    WipeOver,
)
from devices.mdm.gateway import is_set_up
from devices.models import (
    COMMAND_MOVES,
    Command,
    CommandKind,
    CommandReceipt,
    CommandState,
    Device,
    Managed,
    Place,
    Wipe,
)
from live.notify import notify


@transaction.atomic
def command_request(*, device: Device, kind: CommandKind, by: Actor) -> Command:
    """Ask a tablet for something; one that is open already is given back instead of a second one.

    Raises OnlyByTwo for a wipe, MdmNotSetUp, NotManaged, NotInLostMode for a place outside of lost mode.
    """
    if kind == CommandKind.ERASE:
        raise OnlyByTwo
    held = _managed(device)
    if kind == CommandKind.LOCATE and not Managed.objects.filter(device=held, lost_mode=True).exists():
        raise NotInLostMode
    return _queued(held, kind, None, by)


@transaction.atomic
def command_withdraw(*, command: Command, by: Actor) -> Command:
    """Take back what no worker has taken. Raises MoveNotAllowed."""
    held = Command.objects.select_for_update(of=("self",)).get(pk=command.pk)
    refuse_unless_allowed(COMMAND_MOVES, held.state, CommandState.WITHDRAWN)
    return write_state(held, CommandState.WITHDRAWN, "送る前に取りやめました", by)


@transaction.atomic
def wipe_request(*, device: Device, reason: str, person: User, by: Actor) -> Wipe:
    """The first of the two. Raises MdmNotSetUp, NotManaged, WipeAskedFor."""
    held = _managed(device)
    if Command.objects.open().filter(device=held, kind=CommandKind.ERASE).exists():
        raise WipeAskedFor
    try:
        with transaction.atomic():
            wipe = Wipe.objects.create(device=held, reason=reason, requested_by=person)
    except IntegrityError as asked:
        raise WipeAskedFor from asked
    record(action="device.wipe_requested", subject=wipe, by=by, detail={"device": held.pk})
    notify(topic=TOPIC, kind="device", id=held.pk)
    return wipe


@transaction.atomic
def wipe_confirm(*, wipe: Wipe, person: User, by: Actor) -> Command:
    """The second of the two; only now there is a command. Whoever calls this has asked `person` for the second factor.

    Raises WipeOver, WipeByTwo, MdmNotSetUp, NotManaged.
    """
    held = Wipe.objects.select_for_update(of=("self",)).select_related("device").get(pk=wipe.pk)
    if held.confirmed_at or held.withdrawn_at:
        raise WipeOver
    if held.requested_by_id == person.pk:
        raise WipeByTwo
    device = _managed(held.device)
    held.confirmed_by, held.confirmed_at = person, timezone.now()
    held.save(update_fields=["confirmed_by", "confirmed_at"])
    record(action="device.wipe_confirmed", subject=held, by=by, detail={"device": device.pk})
    return _queued(device, CommandKind.ERASE, held, by)


@transaction.atomic
def wipe_withdraw(*, wipe: Wipe, by: Actor) -> Wipe:
    """Nobody wants it any more, before the second person confirmed. Raises WipeOver."""
    held = Wipe.objects.select_for_update(of=("self",)).get(pk=wipe.pk)
    if held.confirmed_at or held.withdrawn_at:
        raise WipeOver
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])
    record(action="device.wipe_withdrawn", subject=held, by=by, detail={"device": held.device_id})
    notify(topic=TOPIC, kind="device", id=held.device_id)
    return held


@transaction.atomic
def places_view(*, device: Device, by: Actor) -> list[Place]:
    """Where the tablet was, for somebody who looks for it; the look is on record."""
    found = list(device.locations.select_related("command"))
    record(action="device.places_viewed", subject=device, by=by, detail={"places": len(found)})
    return found


def _managed(device: Device) -> Device:
    """The device, locked. Raises MdmNotSetUp, NotManaged."""
    if not is_set_up():
        raise MdmNotSetUp
    held = locked_device(device)
    if not held.udid:
        raise NotManaged
    return held


def _queued(device: Device, kind: CommandKind, wipe: Wipe | None, by: Actor) -> Command:
    # The device is locked: nobody else can ask for the same at this moment.
    if wipe is None and (open_one := Command.objects.open().filter(device=device, kind=kind).first()):
        return open_one
    command = Command.objects.create(
        device=device, target=device.udid, kind=kind, wipe=wipe, requested_by_id=by.user_id
    )
    CommandReceipt.objects.create(command=command, state=command.state)
    record(action="command.requested", subject=command, by=by, detail={"kind": kind, "device": device.pk})
    notify(topic=TOPIC, kind="device", id=device.pk)
    transaction.on_commit(partial(_wake, command.pk), robust=True)
    return command


def _wake(command_id: int) -> None:
    from devices.tasks import send_command

    # The sweeper finds what a lost wake-up leaves behind.
    send_command.delay(command_id)


def write_state(command: Command, state: CommandState, reason: str, by: Actor) -> Command:
    """A locked command in its new state, with receipt and event. The caller has seen that the move is allowed."""
    command.state = state
    if state in (CommandState.DONE, CommandState.FAILED, CommandState.WITHDRAWN):
        command.ended_at = timezone.now()
    command.save()
    CommandReceipt.objects.create(command=command, state=state, reason=reason[:300])
    record(action=f"command.{state}", subject=command, by=by, detail={"kind": command.kind})
    notify(topic=TOPIC, kind="device", id=command.device_id)
    return command
