"""Computing the persons' hashes anew: after SECRET_KEY was changed, or bookings came from another installation."""

from django.db import connection
from django.db.models import QuerySet

from reservations.fairness.keys import person_key
from reservations.fairness.rule import ACTIVE
from reservations.models import Reservation

ROWS_AT_ONCE = 1000
RENEW = """
    UPDATE reservations_reservation held SET person_key = fresh.key
    FROM unnest(%s::bigint[], %s::text[]) AS fresh (id, key) WHERE held.id = fresh.id
"""


def renew_person_keys() -> int:
    """Give every active booking its person's hash. Returns how many. Memory does not grow with them."""
    done = 0
    last = 0
    while rows := list(_after(last).values_list("pk", "name", "birth_date")[:ROWS_AT_ONCE]):
        with connection.cursor() as cursor:
            cursor.execute(RENEW, [[row[0] for row in rows], [person_key(row[1], row[2]) for row in rows]])
        done += len(rows)
        last = rows[-1][0]
    return done


def _after(last: int) -> QuerySet[Reservation]:
    return Reservation.objects.filter(state__in=ACTIVE, pk__gt=last).order_by("pk")
