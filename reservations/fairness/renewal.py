"""Computing the persons' hashes anew: after SECRET_KEY was changed, or bookings came from another installation."""

from django.db import connection, transaction
from django.db.models import QuerySet

from reservations.fairness.keys import person_key
from reservations.fairness.rule import ACTIVE
from reservations.models import Reservation

ROWS_AT_ONCE = 1000
# Nobody books meanwhile: a new booking's hash could meet one that is being renewed.
ALONE = "LOCK TABLE reservations_reservation IN SHARE ROW EXCLUSIVE MODE"
# Old and new hashes do not meet either.
FORGET = """
    UPDATE reservations_reservation SET person_key = ''
    WHERE state IN ('confirmed', 'orphaned') AND person_key <> ''
"""
# The first booking of a person counts; later ones stand beside it, as they do after the rule was introduced.
RENEW = """
    UPDATE reservations_reservation held
    SET person_key = ranked.key, exclusive = held.exclusive AND ranked.place = 1 AND NOT EXISTS (
      SELECT FROM reservations_reservation earlier
      WHERE earlier.person_key = ranked.key AND earlier.procedure_id = held.procedure_id AND earlier.exclusive
        AND earlier.state IN ('confirmed', 'orphaned') AND earlier.person_key <> '')
    FROM (
      SELECT own.id, fresh.key,
        row_number() OVER (PARTITION BY fresh.key, own.procedure_id, own.exclusive ORDER BY own.id) AS place
      FROM unnest(%s::bigint[], %s::text[]) AS fresh (id, key) JOIN reservations_reservation own USING (id)
    ) ranked
    WHERE held.id = ranked.id
"""


@transaction.atomic
def renew_person_keys() -> int:
    """Give every active booking its person's hash, or none of them. Returns how many.

    Booking waits until it is done. Memory does not grow with the bookings.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute(FORGET)
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
