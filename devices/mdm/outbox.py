"""The worker's side: who holds a command, and what became of it at the server and at the tablet.

A command whose worker died may have gone out: it is put again with the same CommandUUID, which the server refuses if it
has it. So nothing is sent twice, and nothing is given up for not sent.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actors import Actor
from devices.actions.commands import write_state
from devices.mdm.events import Event, facts_of, number_of
from devices.mdm.gateway import Outcome, gateway
from devices.models import COMMAND_MOVES, Command, CommandKind, CommandState, Device, Managed, MdmEvent, Place

logger = logging.getLogger(__name__)

WORKER = Actor.system("mdm")
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# What the tablet says about a command.
DONE, LATER = "Acknowledged", "NotNow"
BROKEN = frozenset({"Error", "CommandFormatError"})
NOW_WORDS = "端末が使われていないため、あとで実行します"


@transaction.atomic(durable=True)
def command_claim(*, command_id: int | None = None) -> Command | None:
    """Take one due command (that one, or the earliest) for LEASE; None when there is none to take.

    Whether it may have gone out before, `Command.attempts` tells: more than one.
    """
    due = Command.objects.due()
    if command_id is not None:
        due = due.filter(pk=command_id)
    command = due.select_for_update(skip_locked=True, of=("self",)).select_related("device").first()
    if command is None:
        return None
    command.state, command.due_at = CommandState.SENDING, timezone.now() + LEASE
    command.attempts += 1
    command.save(update_fields=["state", "due_at", "attempts"])
    return command


def command_send(command: Command) -> None:
    """Put a claimed command to the server, outside of any transaction, and write down what it said."""
    carrier = gateway()
    if carrier is None:
        outcome = Outcome(CommandState.FAILED, "遠隔管理（MDM）が設定されていません")
    else:
        outcome = carrier.enqueue(command)
    command_settle(command=command, outcome=outcome, by=WORKER)


@transaction.atomic
def command_settle(*, command: Command, outcome: Outcome, by: Actor) -> None:
    """What the server said. A tablet that was quicker than its server's answer is believed more."""
    held = Command.objects.select_for_update(of=("self",)).get(pk=command.pk)
    if held.state != CommandState.SENDING:
        return
    state = outcome.state
    if state == CommandState.QUEUED and held.attempts > 1:
        # An earlier try may have gone out: only the server can say so.
        state = CommandState.UNCERTAIN
    if state in (CommandState.QUEUED, CommandState.UNCERTAIN):
        held.due_at = timezone.now() + min(FIRST_PAUSE * 2 ** min(held.attempts - 1, 10), LONGEST_PAUSE)
    write_state(held, state, outcome.reason, by)


@transaction.atomic
def event_take(*, event: Event, by: Actor) -> bool:
    """What the management told about a tablet. False for one that was taken in before: nothing changes then."""
    _, is_new = MdmEvent.objects.get_or_create(digest=event.digest)
    if not is_new:
        return False
    device = Device.objects.filter(udid=event.udid).exclude(udid="").first()
    if device is None:
        logger.warning("the management told of a tablet that is not in the register")
        return True
    managed, _ = Managed.objects.select_for_update(of=("self",)).get_or_create(device=device)
    managed.seen_at = timezone.now()
    if event.uuid:
        _told_of_command(event, device, managed, by)
    managed.save()
    return True


def _told_of_command(event: Event, device: Device, managed: Managed, by: Actor) -> None:
    command = Command.objects.select_for_update(of=("self",)).filter(uuid=event.uuid, device=device).first()
    state = _state_of(event.status)
    if command is None or state is None or state not in COMMAND_MOVES[CommandState(command.state)]:
        # Of another program, or told a second time in other words: what is over stays as it is.
        return
    if state == CommandState.DONE:
        _remember(CommandKind(command.kind), command, event, managed)
    words = {CommandState.DONE: "端末が実行しました", CommandState.NOT_NOW: NOW_WORDS}
    write_state(command, state, words.get(state, f"端末が実行できませんでした（{_why(event)}）"), by)


def _state_of(status: str) -> CommandState | None:
    if status == DONE:
        return CommandState.DONE
    if status == LATER:
        return CommandState.NOT_NOW
    return CommandState.FAILED if status in BROKEN else None


def _why(event: Event) -> str:
    """The tablet's error code; its words may name a person's things and are left out."""
    chain = event.answer.get("ErrorChain")
    first = chain[0] if isinstance(chain, list) and chain and isinstance(chain[0], dict) else {}
    return f"エラー {str(first.get('ErrorCode', '不明'))[:20]}"


def _remember(kind: CommandKind, command: Command, event: Event, managed: Managed) -> None:
    now = timezone.now()
    match kind:
        case CommandKind.LOST_ON | CommandKind.LOST_OFF:
            managed.lost_mode = kind == CommandKind.LOST_ON
        case CommandKind.KIOSK_ON | CommandKind.KIOSK_OFF:
            managed.kiosk = kind == CommandKind.KIOSK_ON
        case CommandKind.RESTRICT:
            managed.restricted_at = now
        case CommandKind.INFO:
            managed.facts, managed.facts_at = facts_of(event.answer), now
        case CommandKind.ERASE:
            managed.lost_mode = managed.kiosk = False
            managed.restricted_at = None
        case CommandKind.LOCATE:
            _keep_place(command, event)
        case CommandKind.LOCK:
            pass


def _keep_place(command: Command, event: Event) -> None:
    latitude, longitude = number_of(event.answer, "Latitude", 90), number_of(event.answer, "Longitude", 180)
    if latitude is not None and longitude is not None:
        Place.objects.create(
            device_id=command.device_id,
            command=command,
            latitude=latitude,
            longitude=longitude,
            accuracy=number_of(event.answer, "HorizontalAccuracy", 1_000_000),
        )
