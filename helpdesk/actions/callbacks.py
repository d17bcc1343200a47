"""Promising to call back, and keeping it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from helpdesk.callback_times import Window
from helpdesk.desks import clock_of, takes_personal_data
from helpdesk.errors import CallbackOver, PersonalDataRefused, WindowWrong
from helpdesk.models import Call, Callback, CallbackState, CallbackTry, Ticket
from helpdesk.personal import refuse_personal
from live.notify import notify

AGAIN_AFTER = timedelta(minutes=30)  # of working time


@dataclass(frozen=True, slots=True)
class Promise:
    """Whom to call, about what, and between when."""

    phone: str
    window: Window
    contact_name: str = ""
    note: str = ""


@transaction.atomic
def callback_promise(
    *, desk: str, promise: Promise, key: uuid.UUID, call: Call | None = None, ticket: Ticket | None = None, by: Actor
) -> Callback:
    """Raises WindowWrong for a time that is over, PersonalDataRefused at the desk that handles none.

    That desk calls offices back on their fixed lines.
    """
    window = promise.window
    if window.begins >= window.ends or window.ends <= timezone.now():
        raise WindowWrong
    if not takes_personal_data(desk):
        _refuse_mobile(promise.phone)
        refuse_personal(promise.note, promise.contact_name)
    callback, made = Callback.objects.get_or_create(
        key=key,
        defaults={
            "desk": desk,
            "call": call,
            "ticket": ticket,
            "phone": promise.phone,
            "contact_name": promise.contact_name,
            "note": promise.note,
            "window_from": window.begins,
            "window_until": window.ends,
            "next_at": window.begins,
        },
    )
    if made:
        record(action="helpdesk.callback_promised", subject=callback, by=by, detail={"desk": desk})
        notify(topic=f"helpdesk:{desk}", kind="callback", id=callback.pk)
    return callback


@transaction.atomic
def callback_try(*, callback: Callback, reached: bool, by: Actor) -> Callback:
    """Note a try. Not reached: the next one half an hour of working time later. Raises CallbackOver."""
    current = _locked(callback)
    CallbackTry.objects.create(callback=current, by_id=by.staff_id, reached=reached)
    now = timezone.now()
    current.owner_id = by.staff_id
    if reached:
        current.state, current.ended_at = CallbackState.REACHED, now
    else:
        current.next_at = clock_of(current.desk).add(now, AGAIN_AFTER)
    current.save()
    record(action="helpdesk.callback_tried", subject=current, by=by, detail={"reached": reached})
    notify(topic=f"helpdesk:{current.desk}", kind="callback", id=current.pk)
    return current


@transaction.atomic
def callback_give_up(*, callback: Callback, by: Actor) -> Callback:
    """Nobody was reached, or it is not needed any more. Raises CallbackOver."""
    current = _locked(callback)
    current.state, current.ended_at = CallbackState.GIVEN_UP, timezone.now()
    current.save(update_fields=["state", "ended_at"])
    record(action="helpdesk.callback_given_up", subject=current, by=by)
    notify(topic=f"helpdesk:{current.desk}", kind="callback", id=current.pk)
    return current


def _refuse_mobile(number: str) -> None:
    """An office has a fixed line; a mobile number is somebody's own."""
    if number.startswith(("070", "080", "090")):
        raise PersonalDataRefused


def _locked(callback: Callback) -> Callback:
    current = Callback.objects.select_for_update().get(pk=callback.pk)
    if current.state != CallbackState.DUE:
        raise CallbackOver
    return current
