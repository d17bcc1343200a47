"""Calls as they ring, are answered, end and are noted down."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from helpdesk.desks import clock_of, takes_personal_data
from helpdesk.errors import CallNotTaken, CallOver
from helpdesk.models import Call, CallResult, CallSource, CallState, CtiEvent, CtiKind, Line, Ticket
from helpdesk.personal import refuse_personal
from live.notify import notify
from postoffices.models import Office
from reservations.models import Reservation


@dataclass(frozen=True, slots=True)
class Handled:
    """What the operator notes down at the end."""

    category: str
    result: CallResult
    note: str = ""
    office: Office | None = None
    reservation: Reservation | None = None
    passed_to: str = ""
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the telephone system. `operator` is a login, `number` the caller's in digits."""

    event_id: str
    kind: CtiKind
    call_id: str
    at: datetime
    number: str = ""
    operator: str = ""


@transaction.atomic
def call_take_by_hand(*, desk: str, number: str, line: Line, key: uuid.UUID, by: Actor) -> Call:
    """A call that no telephone system announced: it was offered and answered now. The key makes it one."""
    now = timezone.now()
    call, made = Call.objects.get_or_create(
        key=key,
        defaults={
            "desk": desk,
            "source": CallSource.HAND,
            "line": line,
            "caller_number": number if takes_personal_data(desk) else "",
            "offered_at": now,
            "answered_at": now,
            "state": CallState.TALKING,
            "operator_id": by.staff_id,
        },
    )
    if made:
        record(action="helpdesk.call_taken", subject=call, by=by, detail={"desk": desk, "source": call.source})
        _tell_screens(call)
    return call


@transaction.atomic
def call_answer(*, call: Call, by: Actor) -> Call:
    """Take a ringing call onto one's screen. Raises CallOver when somebody else has it or nobody rings any more."""
    current = Call.objects.select_for_update().get(pk=call.pk)
    if current.operator_id == by.user_id and current.answered_at:
        return current
    # The telephone may have told of the answer a moment before the operator pressed.
    unclaimed = current.state == CallState.TALKING and current.operator_id is None
    if current.state != CallState.RINGING and not unclaimed:
        raise CallOver
    current.operator_id = by.staff_id
    current.answered_at = current.answered_at or max(timezone.now(), current.offered_at)
    current.state = CallState.TALKING
    current.save(update_fields=["operator", "answered_at", "state"])
    record(action="helpdesk.call_taken", subject=current, by=by, detail={"desk": current.desk, "source": call.source})
    _tell_screens(current)
    return current


@transaction.atomic
def call_handle(*, call: Call, handled: Handled, ticket: Ticket | None = None, by: Actor) -> Call:
    """Note the call down: the last step. Once more corrects what was noted; the time of the first stays.

    Raises CallNotTaken for somebody else's call, and PersonalDataRefused at the desk that handles none.
    """
    current = Call.objects.select_for_update().get(pk=call.pk)
    if current.operator_id != by.user_id or current.answered_at is None:
        raise CallNotTaken
    if not takes_personal_data(current.desk):
        refuse_personal(handled.note, handled.passed_to)
    now = timezone.now()
    current.category, current.result, current.note = handled.category, handled.result, handled.note
    current.office, current.passed_to = handled.office, handled.passed_to
    current.reservation = handled.reservation if takes_personal_data(current.desk) else None
    current.line = handled.line or current.line
    current.ticket = ticket or current.ticket
    current.ended_at = current.ended_at or now
    current.handled_at = current.handled_at or now
    current.state = CallState.ENDED
    current.save()
    detail = {"category": current.category, "result": current.result}
    record(action="helpdesk.call_handled", subject=current, by=by, detail=detail)
    _tell_screens(current)
    return current


@transaction.atomic
def cti_take(*, desk: str, event: Event, by: Actor) -> Call:
    """Work an event of the telephone system into the log. In any order, any number of times: the same log.

    Each kind of event sets its own time, the earliest (of a hang-up the latest) wins, and the state follows from the
    times. A known event id changes nothing.
    """
    if known := CtiEvent.objects.filter(desk=desk, event_id=event.event_id).select_related("call").first():
        return known.call
    call = _call_of(desk, event)
    try:
        with transaction.atomic():
            CtiEvent.objects.create(desk=desk, event_id=event.event_id, kind=event.kind, call=call, at=event.at)
    except IntegrityError:
        return call  # delivered twice at the same moment: the other one is at work
    _apply(call, event)
    call.save()
    detail = {"desk": desk, "kind": str(event.kind), "state": call.state}
    record(action="helpdesk.call_event", subject=call, by=by, detail=detail)
    _tell_screens(call)
    return call


def _call_of(desk: str, event: Event) -> Call:
    """The call of the event, locked; made by whichever event comes first."""
    Call.objects.get_or_create(
        desk=desk,
        external_id=event.call_id,
        defaults={"source": CallSource.CTI, "offered_at": event.at},
    )
    return Call.objects.select_for_update().get(desk=desk, external_id=event.call_id)


def _apply(call: Call, event: Event) -> None:
    call.offered_at = min(call.offered_at, event.at)
    if event.number and takes_personal_data(call.desk):
        call.caller_number = event.number
    if event.kind == CtiKind.ANSWER:
        if call.answered_at is None or event.at < call.answered_at:
            call.answered_at = event.at
            call.operator = User.objects.filter(username=event.operator, is_active=True).first() or call.operator
    elif event.kind == CtiKind.HANGUP:
        call.ended_at = max(call.ended_at or event.at, event.at)
    if call.answered_at and call.ended_at:
        call.ended_at = max(call.ended_at, call.answered_at)
    call.state = state_of(call)


def state_of(call: Call) -> CallState:
    """What the call's times say. Without an answer it depends on whether the desk was open when it rang."""
    if call.answered_at:
        return CallState.ENDED if call.ended_at else CallState.TALKING
    if not clock_of(call.desk).is_open(call.offered_at):
        return CallState.OUTSIDE_HOURS
    return CallState.ABANDONED if call.ended_at else CallState.RINGING


@transaction.atomic
def rings_end(*, by: Actor) -> int:
    """Close calls that ring for an hour: their hang-up was lost. Returns how many."""
    lost = Call.objects.select_for_update(skip_locked=True).filter(
        state=CallState.RINGING, offered_at__lt=timezone.now() - timedelta(hours=1)
    )
    ended = list(lost.order_by("pk")[:200])
    for call in ended:
        call.state = CallState.ABANDONED
        call.save(update_fields=["state"])
        record(action="helpdesk.call_event", subject=call, by=by, detail={"desk": call.desk, "state": call.state})
    return len(ended)


def _tell_screens(call: Call) -> None:
    notify(topic=f"helpdesk:{call.desk}", kind="call", id=call.pk)
