"""A meeting from its plan to its minutes, and what was agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from notifications.actions import message_queue
from postoffices.city import current_city
from staffing.errors import MeetingClosed, NotOverYet
from staffing.models import (
    MEETING_MOVES,
    TASK_MOVES,
    TO_COME,
    AgendaItem,
    Attendee,
    Meeting,
    MeetingKind,
    MeetingState,
    MeetingTask,
    TaskState,
)

PURPOSE = "meeting"


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """`starts_at` is aware; `agenda` one line per item; `people` those who are asked to come."""

    kind: MeetingKind
    title: str
    starts_at: datetime
    minutes: int
    place: str
    guests: str
    agenda: Sequence[str]
    people: Sequence[User]


@transaction.atomic
def meeting_plan(*, key: UUID, facts: MeetingFacts, by: Actor) -> Meeting:
    """A new meeting. The same `key` again gives the first one."""
    if found := Meeting.objects.filter(key=key).first():
        return found
    meeting = Meeting(key=key)
    _write(meeting, facts)
    record(action="staffing.meeting_planned", subject=meeting, by=by)
    return meeting


@transaction.atomic
def meeting_change(*, meeting: Meeting, facts: MeetingFacts, by: Actor) -> Meeting:
    """Before it is held. Who was told already is told of the change. Raises MeetingClosed."""
    meeting = _locked(meeting)
    if meeting.state not in TO_COME:
        raise MeetingClosed
    _write(meeting, facts)
    record(action="staffing.meeting_changed", subject=meeting, by=by)
    if meeting.state == MeetingState.NOTIFIED:
        _tell(meeting, by)
    return meeting


def _write(meeting: Meeting, facts: MeetingFacts) -> None:
    for name in ("kind", "title", "starts_at", "minutes", "place", "guests"):
        setattr(meeting, name, getattr(facts, name))
    meeting.save()
    meeting.items.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=place, title=title) for place, title in enumerate(facts.agenda, 1)
    )
    meeting.attendees.exclude(user__in=facts.people).delete()
    Attendee.objects.bulk_create([Attendee(meeting=meeting, user=user) for user in facts.people], ignore_conflicts=True)


@transaction.atomic
def meeting_notify(*, meeting: Meeting, by: Actor) -> Meeting:
    """Tell those who are asked to come. Raises MoveNotAllowed."""
    meeting = _moved(meeting, MeetingState.NOTIFIED)
    meeting.save()
    record(action="staffing.meeting_notified", subject=meeting, by=by)
    _tell(meeting, by)
    return meeting


def _tell(meeting: Meeting, by: Actor) -> None:
    """A mail to everybody with an address; the others find it on the start page."""
    meeting.notices += 1
    meeting.save(update_fields=["notices"])
    address = settings.PUBLIC_URL + reverse("staffing:meeting", args=[meeting.pk])
    context = {"meeting": meeting, "items": meeting.items.all(), "city": current_city(), "address": address}
    body = render_to_string("staffing/mail/meeting.txt", context)
    for attendee in meeting.attendees.select_related("user").exclude(user__email=""):
        message_queue(
            key=f"meeting-{meeting.pk}-{meeting.notices}-{attendee.user_id}",
            purpose=PURPOSE,
            recipient=attendee.user.email,
            title=f"{meeting.get_kind_display()}のお知らせ：{meeting.title}",
            body=body,
            about=meeting,
            by=by,
        )


@transaction.atomic
def meeting_hold(*, meeting: Meeting, came: Sequence[User], guests: str, by: Actor) -> Meeting:
    """It took place; who of those asked came. Raises MoveNotAllowed, NotOverYet before it began."""
    meeting = _moved(meeting, MeetingState.HELD)
    if not meeting.is_over:
        raise NotOverYet
    meeting.guests = guests
    meeting.save()
    meeting.attendees.update(attended=False)
    meeting.attendees.filter(user__in=came).update(attended=True)
    record(action="staffing.meeting_held", subject=meeting, by=by, detail={"came": len(came)})
    return meeting


@transaction.atomic
def minutes_write(*, meeting: Meeting, texts: Mapping[int, str], by: Actor) -> Meeting:
    """What was said, by the key of the item. Raises MeetingClosed once the minutes are final or before it was held."""
    meeting = _locked(meeting)
    if meeting.state != MeetingState.HELD:
        raise MeetingClosed
    for item in meeting.items.all():
        item.text = texts.get(item.pk, item.text)
        item.save(update_fields=["text"])
    record(action="staffing.minutes_written", subject=meeting, by=by)
    return meeting


@transaction.atomic
def meeting_close(*, meeting: Meeting, by: Actor) -> Meeting:
    """The minutes are final. Raises MoveNotAllowed."""
    meeting = _moved(meeting, MeetingState.CLOSED)
    meeting.closed_at = timezone.now()
    meeting.save()
    record(action="staffing.meeting_closed", subject=meeting, by=by)
    return meeting


@transaction.atomic
def meeting_cancel(*, meeting: Meeting, by: Actor) -> Meeting:
    """Raises MoveNotAllowed."""
    meeting = _moved(meeting, MeetingState.CANCELLED)
    meeting.save()
    record(action="staffing.meeting_cancelled", subject=meeting, by=by)
    return meeting


@transaction.atomic
def task_agree(*, key: UUID, meeting: Meeting, text: str, owner: User, due_on: date, by: Actor) -> MeetingTask:
    """Something to be done. The same `key` again gives the first one. Raises MeetingClosed where none was held."""
    if _locked(meeting).state not in (MeetingState.HELD, MeetingState.CLOSED):
        raise MeetingClosed
    defaults = {"meeting": meeting, "text": text, "owner": owner, "due_on": due_on}
    task, made = MeetingTask.objects.get_or_create(key=key, defaults=defaults)
    if made:
        record(action="staffing.task_agreed", subject=task, by=by, detail={"owner": owner.pk})
    return task


@transaction.atomic
def task_settle(*, task: MeetingTask, state: TaskState, by: Actor) -> MeetingTask:
    """Done, dropped, or open again. Raises MoveNotAllowed."""
    task = MeetingTask.objects.select_for_update().get(pk=task.pk)
    refuse_unless_allowed(TASK_MOVES, task.state, state)
    task.state = state
    task.settled_at = None if state == TaskState.OPEN else timezone.now()
    task.save(update_fields=["state", "settled_at"])
    record(action="staffing.task_settled", subject=task, by=by, detail={"state": state})
    return task


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _moved(meeting: Meeting, state: MeetingState) -> Meeting:
    meeting = _locked(meeting)
    refuse_unless_allowed(MEETING_MOVES, meeting.state, state)
    meeting.state = state
    return meeting
