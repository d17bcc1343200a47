"""The next number of a series, in one statement."""

from django.db import connection

from counters.models import NumberSeries, SeriesKind
from postoffices.models import Office

TABLE = NumberSeries._meta.db_table
NEXT = f"""
    INSERT INTO {TABLE} (office_id, kind, period, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (office_id, kind, period) DO UPDATE SET last = {TABLE}.last + 1
    RETURNING last
"""  # noqa: S608 (the name is the model's)


def next_number(*, office: Office, kind: SeriesKind, period: str) -> int:
    """Call it in the transaction of what is numbered: the row stays locked to its end, so no gap and no double."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [office.pk, str(kind), period])
        row = cursor.fetchone()
    return int(row[0])
