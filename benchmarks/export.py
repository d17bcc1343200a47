"""A year of the whole city as CSV and XLSX: seconds to the first byte and to the last, and the memory it took.

    python -m benchmarks.export [--rows 600000]

In a database of its own, with made-up bookings; the bar is 200 MB resident, for the whole process with Django.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.town import build_town, own_database

BAR_MEGABYTES = 200
# Each slot of the town (`benchmarks/town.py`) gets as many of these as it takes.
BOOKINGS = """
    INSERT INTO reservations_reservation
      (number, token_hash, slot_id, office_id, procedure_id, seat_kind, state, channel, cancel_reason, booked_at,
       changed_at, changes, moved_token_hash, name, reading, birth_date, address, phone, email)
    SELECT lpad(n::text, 9, '0'), md5(n::text), slot.id, slot.office_id, procedure.id, 'public', 'confirmed', 'web', '',
           now(), now(), 0, '', '見本 ' || n, 'ミホン ' || chr(12450 + (n %% 80)), '1980-02-29',
           '見本市架空区1-2-' || n,
           '000' || lpad(n::text, 8, '0'), 'mihon' || n || '@example.jp'
    FROM generate_series(1, %s) n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS slots FROM reservations_slot) slot
      ON slot.place = n %% slot.slots
    CROSS JOIN reservations_procedure_of_the_town procedure
"""


def fill(rows: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            BOOKINGS.replace("reservations_procedure_of_the_town", "(SELECT id FROM postoffices_procedure LIMIT 1)"),
            [rows],
        )
        cursor.execute("ANALYZE")


def table(order: str) -> Any:
    from django.utils import timezone

    from accounts.models import User
    from accounts.roles import Role
    from reservations.lists.chosen import Chosen, Period
    from reservations.lists.rows import Streamed, bookings
    from reservations.papers import list_table

    first: date = timezone.localdate()
    chosen = Chosen(Period(first, first + timedelta(days=365)), order=order)
    return list_table(chosen.period, Streamed(bookings(User(role=Role.BUREAU), chosen), chosen.shown_columns()))


def measure(name: str, pieces: Callable[[Any], Iterator[bytes]], order: str) -> None:
    begun, first, size = time.perf_counter(), 0.0, 0
    for piece in pieces(table(order)):
        first = first or time.perf_counter() - begun
        size += len(piece)
    seconds = time.perf_counter() - begun
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    judged = "met" if resident < BAR_MEGABYTES else "MISSED"
    print(
        f"{name:<24}{seconds:>7.1f} s, first byte after {first:.1f} s, {size / 1e6:.0f} MB sent, "
        f"{resident:.0f} MB resident at most (bar {BAR_MEGABYTES}: {judged})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=600_000)
    rows = parser.parse_args().rows
    with own_database():
        build_town()
        fill(rows)
        from writing.spreadsheets import csv_pieces, xlsx_pieces

        print(f"{rows:,} bookings")
        measure("CSV, by time", csv_pieces, "time")
        measure("CSV, in reading order", csv_pieces, "reading")
        measure("XLSX, by time", xlsx_pieces, "time")


if __name__ == "__main__":
    main()
