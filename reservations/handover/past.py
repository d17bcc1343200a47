"""What happened to bookings: in this installation (audit log) and before it (`PastEvent`), in one sequence."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

ROWS_AT_ONCE = 2000
# Who: the kind and the role. Names of the old operator's staff stay with the log that the city keeps.
SEQUENCE = """
    SELECT reservation_id,
           row_number() OVER (PARTITION BY reservation_id ORDER BY here, id)::int AS position,
           at, action, actor_kind, actor_role, detail::text
    FROM (
        SELECT reservation_id, 0 AS here, id, at, action, actor_kind, actor_role, detail
        FROM reservations_pastevent
        UNION ALL
        SELECT booking.id, 1, event.id, event.at, event.action, event.actor_kind, event.actor_role, event.detail
        FROM audit_auditevent event
        JOIN reservations_reservation booking ON event.subject_id = booking.id::text
        WHERE event.subject_type = 'reservations.reservation'
    ) AS told
    ORDER BY reservation_id, position
"""


def past_rows() -> Iterator[tuple[Any, ...]]:
    """Booking, place in its sequence, moment, action, kind and role of who did it, detail."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(SEQUENCE)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for *told, detail in rows:
                yield (*told, json.loads(detail))
