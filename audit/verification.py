"""Looks whether the log is as it was written: any edit, deletion, insertion, reordering or cut tail is found.

Whoever can switch off triggers can also shorten the log and its seals together. Only a root kept elsewhere
tells: the daily reports carry one each, and `verify(anchors=...)` looks them up in the chain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from audit.models import AuditEvent, AuditSeal, Unsealed
from audit.sealing import seal_root

MOST_NAMED = 1000  # ids named in one kind of finding; more say nothing new


class Fault(StrEnum):
    CHANGED = "changed"  # a seal's root does not follow from its events
    DELETED = "deleted"  # an event that was sealed or waits is not there
    INSERTED = "inserted"  # an event that neither a seal nor the queue knows
    TWICE = "twice"  # an event that stands in two seals, or in a seal and in the queue
    CHAIN = "chain"  # a seal does not follow the one before it: a seal is missing, exchanged or moved
    ANCHOR = "anchor"  # a root known from outside is not in the chain: the tail was cut or history rewritten


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` names a seal or event by its number, or an anchor."""

    fault: Fault
    where: str


@dataclass(frozen=True, slots=True)
class Verification:
    events: int
    seals: int
    waiting: int
    last_root: str
    findings: list[Finding]

    @property
    def intact(self) -> bool:
        return not self.findings


def verify(anchors: Iterable[str] = ()) -> Verification:
    """Read the whole log, one seal at a time. `anchors` are roots from daily reports, in hexadecimal."""
    findings: list[Finding] = []
    roots: list[str] = []
    for seal in AuditSeal.objects.order_by("pk").iterator(chunk_size=100):
        findings += _seal_findings(seal, roots[-1] if roots else "")
        roots.append(seal.root)
    findings += [*_inserted(), *_twice(), *_deleted_while_waiting(), *_anchors_missing(roots, anchors)]
    return Verification(
        events=AuditEvent.objects.count(),
        seals=len(roots),
        waiting=Unsealed.objects.count(),
        last_root=roots[-1] if roots else "",
        findings=findings,
    )


def _seal_findings(seal: AuditSeal, root_before: str) -> Iterator[Finding]:
    if seal.previous_root != root_before:
        yield Finding(Fault.CHAIN, f"seal {seal.pk}")
    events = list(AuditEvent.objects.filter(pk__in=seal.event_ids).order_by("pk"))
    for missing in sorted(set(seal.event_ids) - {event.pk for event in events}):
        yield Finding(Fault.DELETED, f"event {missing}")
    # With events missing the root cannot follow; that is named above already.
    if len(events) == len(seal.event_ids) and not _holds(seal, events):
        yield Finding(Fault.CHANGED, f"seal {seal.pk}")


def _holds(seal: AuditSeal, events: Sequence[AuditEvent]) -> bool:
    if not events or (seal.first_event_id, seal.last_event_id) != (events[0].pk, events[-1].pk):
        return False
    return seal.root == seal_root(seal.made_at, seal.previous_root, events)


def _inserted() -> Iterator[Finding]:
    # One statement sees one moment: an event moves from the queue into its seal at once.
    yield from _named(
        Fault.INSERTED,
        """
        SELECT event.id FROM audit_auditevent event
        LEFT JOIN (SELECT jsonb_array_elements(event_ids)::bigint AS id FROM audit_auditseal) sealed
          ON sealed.id = event.id
        LEFT JOIN audit_unsealed waiting ON waiting.event_id = event.id
        WHERE sealed.id IS NULL AND waiting.event_id IS NULL
        ORDER BY event.id LIMIT %s
        """,
    )


def _twice() -> Iterator[Finding]:
    yield from _named(
        Fault.TWICE,
        """
        SELECT known.id FROM (
            SELECT jsonb_array_elements(event_ids)::bigint AS id FROM audit_auditseal
            UNION ALL SELECT event_id FROM audit_unsealed
        ) known
        GROUP BY known.id HAVING count(*) > 1 ORDER BY known.id LIMIT %s
        """,
    )


def _deleted_while_waiting() -> Iterator[Finding]:
    yield from _named(
        Fault.DELETED,
        """
        SELECT event_id FROM audit_unsealed
        WHERE NOT EXISTS (SELECT FROM audit_auditevent WHERE id = event_id)
        ORDER BY event_id LIMIT %s
        """,
    )


def _named(fault: Fault, statement: str) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST_NAMED])
        for (event_id,) in cursor.fetchall():
            yield Finding(fault, f"event {event_id}")


def _anchors_missing(roots: Iterable[str], anchors: Iterable[str]) -> Iterator[Finding]:
    known = set(roots)
    for anchor in anchors:
        if anchor.strip().lower() not in known:
            yield Finding(Fault.ANCHOR, f"root {anchor.strip()}")
