"""Writing the audit log."""

from typing import Any

from django.db import connection, models

from audit.actors import Actor
from audit.models import AuditEvent


def record(*, action: str, subject: models.Model, by: Actor, detail: dict[str, Any] | None = None) -> AuditEvent:
    """Append one event, in the caller's transaction, so that no change stands without its record.

    `detail` must hold no personal data. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action}: an audit event belongs into its action's transaction")
    return AuditEvent.objects.create(
        action=action,
        actor_kind=by.kind,
        actor_label=by.label,
        actor_user_id=by.user_id,
        actor_role=by.role,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        detail=detail or {},
    )
