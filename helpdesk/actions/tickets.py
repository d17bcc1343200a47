"""Taking inquiries in, who looks after them, and where they stand."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from helpdesk import clock
from helpdesk.actions.city import city_tell
from helpdesk.actions.faults import fault_begin
from helpdesk.actions.replies import received_reply_queue
from helpdesk.actions.telling import tell_screens
from helpdesk.courses import course_of
from helpdesk.desks import takes_personal_data, target_of
from helpdesk.errors import FindingsMissing, StepsLeft, TakenAlready
from helpdesk.grams import grams
from helpdesk.models import (
    AT_ONCE,
    CITYS_OWN,
    MOVES,
    WITH_STEPS,
    Priority,
    Step,
    Ticket,
    TicketChannel,
    TicketKind,
    TicketState,
)
from helpdesk.personal import refuse_personal
from postoffices.models import Office
from reservations.models import Reservation


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked, and how they can be reached."""

    title: str
    category: str
    body: str = ""
    kind: TicketKind = TicketKind.INQUIRY
    priority: Priority = Priority.NORMAL
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "ja"
    office: Office | None = None
    reservation: Reservation | None = None
    device_label: str = ""
    known_at: datetime | None = field(default=None)
    # Nobody who wrote by a machine gets an automatic answer, nor somebody who had several today.
    quietly: bool = False


@transaction.atomic
def ticket_open(*, desk: str, channel: TicketChannel, asked: Asked, key: str, by: Actor) -> Ticket:
    """Take in an inquiry; a second call with the same `key` gets the first one's.

    Kinds of `AT_ONCE` are reported to the city in the same moment, trouble with equipment becomes a fault in the
    register; complaints and incidents get their steps. What came by mail or web form gets an automatic answer.
    Raises PersonalDataRefused at the desk that handles none.
    """
    if not takes_personal_data(desk):
        asked = _without_person(asked, channel)
    if found := Ticket.objects.filter(key=key).first():
        return found
    now = timezone.now()
    ticket = Ticket(
        desk=desk,
        channel=channel,
        kind=asked.kind,
        priority=asked.priority,
        category=asked.category,
        title=asked.title,
        body=asked.body,
        contact_name=asked.contact_name,
        phone=asked.phone,
        email=asked.email,
        language=asked.language,
        office=asked.office,
        reservation=asked.reservation,
        device_label=asked.device_label,
        asked_by_id=by.user_id if channel == TicketChannel.FORM else None,
        target=target_of(desk, asked.priority),
        opened_at=now,
        known_at=min(asked.known_at or now, now),
        key=key,
        grams=grams(asked.title, asked.body),
    )
    clock.start(ticket, now)
    ticket.save()
    Step.objects.bulk_create(
        Step(ticket=ticket, position=place, text=text) for place, text in enumerate(course_of(asked.kind), start=1)
    )
    record(action="helpdesk.ticket_opened", subject=ticket, by=by, detail=_kind_of(ticket))
    _set_going(ticket, now, by)
    if channel in (TicketChannel.WEB, TicketChannel.MAIL) and not asked.quietly:
        received_reply_queue(ticket, by=by)
    tell_screens(ticket)
    return ticket


def _set_going(ticket: Ticket, now: datetime, by: Actor) -> None:
    """What the inquiry's kind sets going in the moment it is opened."""
    if ticket.kind in AT_ONCE:
        city_tell(ticket, by=by)
    if ticket.kind == TicketKind.EQUIPMENT:
        fault_begin(ticket, by=by)
    if ticket.kind in CITYS_OWN:
        clock.moved(ticket, TicketState.ESCALATED, now)
        ticket.save()


def _without_person(asked: Asked, channel: TicketChannel) -> Asked:
    """Raises PersonalDataRefused. Who calls there is an office, not a person: contacts are not kept.

    Only a mail keeps the address that it came from, which is the office's own: where else would the answer go?
    """
    refuse_personal(asked.title, asked.body, asked.device_label)
    address = asked.email if channel == TicketChannel.MAIL else ""
    return replace(asked, contact_name="", phone="", email=address, language="ja", reservation=None)


def _kind_of(ticket: Ticket) -> dict[str, str]:
    return {"desk": ticket.desk, "kind": ticket.kind, "channel": ticket.channel, "category": ticket.category}


@transaction.atomic
def ticket_take(*, ticket: Ticket, by: Actor) -> Ticket:
    """Become the owner of an inquiry that nobody owns. Raises TakenAlready; taking one's own changes nothing.

    One conditional UPDATE decides between two who press at the same moment.
    """
    taken = Ticket.objects.filter(pk=ticket.pk, owner__isnull=True).update(owner=by.staff_id)
    current = _locked(ticket)
    if not taken:
        if current.owner_id == by.user_id:
            return current
        raise TakenAlready
    if current.state == TicketState.NEW:
        clock.moved(current, TicketState.OPEN, timezone.now())
        current.save()
    record(action="helpdesk.ticket_taken", subject=current, by=by)
    tell_screens(current)
    return current


@transaction.atomic
def ticket_hand_over(*, ticket: Ticket, to: User | None, by: Actor) -> Ticket:
    """Give it to somebody else, or back to everybody (None)."""
    current = _locked(ticket)
    if current.owner == to:
        return current
    current.owner = to
    current.save(update_fields=["owner"])
    record(action="helpdesk.ticket_handed_over", subject=current, by=by, detail={"to": to.pk if to else None})
    tell_screens(current)
    return current


@transaction.atomic
def ticket_move(*, ticket: Ticket, to: TicketState, by: Actor) -> Ticket:
    """Raises MoveNotAllowed; StepsLeft or FindingsMissing for a complaint or incident whose course is not finished."""
    current = _locked(ticket)
    refuse_unless_allowed(MOVES, current.state, to)
    if to == TicketState.RESOLVED or (to == TicketState.CLOSED and current.resolved_at is None):
        _refuse_unfinished(current)
    now, before = timezone.now(), current.state
    if to == TicketState.ESCALATED:
        city_tell(current, by=by)
    clock.moved(current, to, now)
    if to == TicketState.CLOSED:
        current.closed_at = now
    if to == TicketState.RESOLVED:
        current.answered_at = now
    current.save()
    record(action="helpdesk.ticket_moved", subject=current, by=by, detail={"from": before, "to": to})
    tell_screens(current)
    return current


def _refuse_unfinished(ticket: Ticket) -> None:
    if ticket.kind not in WITH_STEPS:
        return
    if ticket.steps.filter(done_at__isnull=True).exists():
        raise StepsLeft
    if not ticket.analysis or not ticket.measures:
        raise FindingsMissing


@transaction.atomic
def ticket_sort(*, ticket: Ticket, category: str, priority: Priority, kind: TicketKind, by: Actor) -> Ticket:
    """Change what it is about and how soon.

    A kind of `AT_ONCE` is reported to the city now, if it was not; one that the city answers goes into its hands.
    """
    current = _locked(ticket)
    before = {"category": current.category, "priority": current.priority, "kind": current.kind}
    after = {"category": category, "priority": str(priority), "kind": str(kind)}
    if before == after:
        return current
    current.category, current.kind = category, kind
    if current.priority != priority:
        current.priority, current.target = priority, target_of(current.desk, priority)
        clock.retarget(current, timezone.now())
    _begin_course(current)
    if kind in AT_ONCE:
        city_tell(current, by=by)
    if kind == TicketKind.EQUIPMENT:
        fault_begin(current, by=by)
    if kind in CITYS_OWN and TicketState.ESCALATED in MOVES[TicketState(current.state)]:
        clock.moved(current, TicketState.ESCALATED, timezone.now())
    current.save()
    record(action="helpdesk.ticket_sorted", subject=current, by=by, detail={"before": before, "after": after})
    tell_screens(current)
    return current


def _begin_course(ticket: Ticket) -> None:
    if not ticket.steps.exists():
        Step.objects.bulk_create(
            Step(ticket=ticket, position=place, text=text) for place, text in enumerate(course_of(ticket.kind), start=1)
        )


@transaction.atomic
def ticket_watch(*, ticket: Ticket, watching: bool, by: Actor) -> None:
    """The person wants to see it among their own, or no more. Twice changes nothing."""
    is_watching = ticket.watchers.filter(pk=by.staff_id).exists()
    if is_watching == watching:
        return
    if watching:
        ticket.watchers.add(by.staff_id)
    else:
        ticket.watchers.remove(by.staff_id)
    record(action="helpdesk.ticket_watched", subject=ticket, by=by, detail={"watching": watching})


def _locked(ticket: Ticket) -> Ticket:
    locked = Ticket.objects.select_for_update(of=("self",)).select_related("target", "owner")
    return locked.get(pk=ticket.pk)
