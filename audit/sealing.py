"""How a batch of events becomes one root: canonical JSON leaves in a Merkle tree (RFC 6962, section 2.1).

Ids are given out before transactions commit, so a batch is a set of ids and not a range: an event that
commits late simply comes into a later batch. The first leaf of every tree states when the seal was made,
the root before it and how many events follow; so each root stands for the whole log up to it.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from audit.models import AuditEvent, AuditSeal

LEAF, NODE = b"\x00", b"\x01"


def canonical(content: dict[str, object]) -> bytes:
    """One spelling only for equal contents: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def event_leaf(event: AuditEvent) -> bytes:
    """Every column of the event, as it stands in the database."""
    return canonical(
        {
            "id": event.pk,
            "at": _moment(event.at),
            "action": event.action,
            "actor_kind": event.actor_kind,
            "actor_label": event.actor_label,
            "actor_user_id": event.actor_user_id,
            "actor_role": event.actor_role,
            "subject_type": event.subject_type,
            "subject_id": event.subject_id,
            "detail": event.detail,
        }
    )


def seal_root(made_at: datetime, previous_root: str, events: Sequence[AuditEvent]) -> str:
    """The root in hexadecimal over `events`, which must be in the order of their ids."""
    head = canonical({"made_at": _moment(made_at), "previous_root": previous_root, "events": len(events)})
    return merkle_root([head, *(event_leaf(event) for event in events)]).hex()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962: leaves and nodes are hashed with different first bytes, so neither can pass for the other."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(LEAF + leaves[0]).digest()
    # The left side is the largest full tree that leaves something for the right.
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(NODE + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def day_root(day: date) -> str:
    """The root of the newest seal over events of that local day, for the daily report; empty when there is none.

    Final once all events of the day are sealed (`audit.actions.seal`).
    """
    start = timezone.make_aware(datetime.combine(day, time.min))
    span = AuditEvent.objects.between(start, start + timedelta(days=1)).id_range()
    newest = AuditSeal.objects.touching(*span).newest() if span else None
    return newest.root if newest else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
