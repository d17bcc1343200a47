"""Writing the audit log, and sealing what was written."""

import json
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from audit.actors import Actor
from audit.models import AuditEvent, AuditSeal, Unsealed
from audit.sealing import seal_root

LARGEST_BATCH = 1000  # events in a seal: verified one seal at a time, so this bounds memory
SEALER_LOCK = 0x5EA1  # key of the advisory lock that lets one sealer work at a time

STORED = ("at", "action", "actor_kind", "actor_label", "actor_user_id", "actor_role", "subject_type", "subject_id")
INSERT = f"""
    INSERT INTO audit_auditevent ({", ".join(STORED)}, detail)
    VALUES ({", ".join("%s" for _ in STORED)}, %s::jsonb) RETURNING id
"""  # noqa: S608 (the names are those of STORED)


def record(*, action: str, subject: models.Model, by: Actor, detail: dict[str, Any] | None = None) -> AuditEvent:
    """Append one event, in the caller's transaction, so that no change stands without its record.

    `detail` must hold no personal data. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action}: an audit event belongs into its action's transaction")
    event = AuditEvent(
        at=timezone.now(),
        action=action,
        actor_kind=by.kind,
        actor_label=by.label,
        actor_user_id=by.user_id,
        actor_role=by.role,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        detail=detail or {},
    )
    return _inserted(event)


def _inserted(event: AuditEvent) -> AuditEvent:
    """Written in SQL: every action comes through here, and the ORM's INSERT takes half as long again."""
    values = [getattr(event, column) for column in STORED]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*values, json.dumps(event.detail)])
        event.pk = cursor.fetchone()[0]
    event._state.adding = False
    event._state.db = connection.alias
    return event


@transaction.atomic
def seal(*, by: Actor) -> AuditSeal | None:
    """Seal the events that wait, up to LARGEST_BATCH of them. None when nothing waits or another sealer works.

    The one action without an event of its own: the seal is its record, and an event would wait for the next.
    """
    if not _only_sealer():
        return None
    waiting = Unsealed.objects.select_for_update(skip_locked=True).order_by("event_id")
    ids = [row.event_id for row in waiting[:LARGEST_BATCH]]
    # An event that is missing here was deleted behind the log's back; its id stays for verify_audit to find.
    events = list(AuditEvent.objects.filter(pk__in=ids).order_by("pk"))
    if not events:
        return None
    made = _seal_over(events)
    Unsealed.objects.filter(event_id__in=made.event_ids).delete()
    return made


def seal_all(*, by: Actor) -> int:
    """Seal until nothing waits. Returns the number of seals made."""
    made = 0
    while seal(by=by):
        made += 1
    return made


def _only_sealer() -> bool:
    """Hold the sealer's lock to the end of the transaction: two at once would both follow the same seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _seal_over(events: list[AuditEvent]) -> AuditSeal:
    before = AuditSeal.objects.newest()
    previous_root = before.root if before else ""
    made_at = timezone.now()
    return AuditSeal.objects.create(
        made_at=made_at,
        first_event_id=events[0].pk,
        last_event_id=events[-1].pk,
        event_ids=[event.pk for event in events],
        root=seal_root(made_at, previous_root, events),
        previous_root=previous_root,
    )
