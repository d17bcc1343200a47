"""Slots and bookings in any number, made by SQL: days ahead as a city opens them, and days past without end.

Slots are numbered backwards from the last day ahead, so a booking's slot follows from the booking's own number. Every
slot that has bookings has TAKEN of them, and its counter says so.
"""

from datetime import time

import psycopg

from benchmarks.town import address

TIMES_PER_DAY = 17
SEATS = 10
TAKEN = 8
DAYS_AHEAD = 60
FIRST_TIME = time(9)
MINUTES = 30
# Bookings lie from this day ahead backwards: the days after it are free.
BOOKED_FROM_DAY = 30

OPEN = """
    INSERT INTO reservations_slot
      (id, office_id, starts_at, ends_at, public_seats, internal_seats, public_taken, internal_taken)
    SELECT place + 1, office.id, at, at + %(minutes)s * interval '1 minute', %(seats)s, 0,
      CASE WHEN place >= %(booked_from)s AND place < %(booked_from)s + %(bookings)s / %(taken)s
        THEN %(taken)s ELSE 0 END, 0
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM postoffices_office) office,
      generate_series(0, %(slots)s / %(offices)s - 1) step,
      LATERAL (SELECT step * %(offices)s + office.number AS place,
        (current_date + (%(days)s - step / %(times)s)::int + %(first)s::time
          + (step %% %(times)s) * %(minutes)s * interval '1 minute') AT TIME ZONE 'Asia/Tokyo' AS at) timed
    ON CONFLICT (id) DO UPDATE SET public_taken = excluded.public_taken
    WHERE reservations_slot.public_taken <> excluded.public_taken
"""
BOOK = """
    INSERT INTO reservations_reservation
      (number, token_hash, slot_id, office_id, procedure_id, seat_kind, state, channel, cancel_reason, booked_at,
       changed_at, changes, moved_token_hash, name, reading, birth_date, address, phone, email, person_key)
    SELECT lpad(booking::text, 9, '0'), md5(booking::text) || md5('t' || booking), slot.id, slot.office_id,
      (SELECT id FROM postoffices_procedure), 'public', CASE WHEN starts_at > now() THEN 'confirmed' ELSE 'visited' END,
      'web', '', starts_at - interval '10 days', starts_at - interval '10 days', 0, '', '見本 花子' || booking,
      'ミホン ハナコ', date '1950-01-01' + (booking %% 20000)::int, '見本市架空区1-2-3',
      lpad(booking::text, 11, '0'), '', md5('p' || booking) || md5(booking::text)
    FROM reservations_slot slot, generate_series(
      (slot.id - 1 - %(booked_from)s) * %(taken)s, (slot.id - %(booked_from)s) * %(taken)s - 1) booking
    WHERE slot.id > %(booked_from)s + %(first)s / %(taken)s AND slot.id <= %(booked_from)s + %(end)s / %(taken)s
    ORDER BY slot.id
"""
# What is dropped before the last and largest step: looking at free times reads no booking, and disks are small.
DROP_INDEXES = """
    DO $$ DECLARE held record; BEGIN
      FOR held IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'reservations_reservation'::regclass AND contype = 'u' LOOP
        EXECUTE format('ALTER TABLE reservations_reservation DROP CONSTRAINT %I', held.conname);
      END LOOP;
      FOR held IN SELECT indexrelid::regclass::text AS name FROM pg_index
        WHERE indrelid = 'reservations_reservation'::regclass AND NOT indisprimary LOOP
        EXECUTE format('DROP INDEX %s', held.name);
      END LOOP;
    END $$
"""


def slots_for(bookings: int, offices: int) -> int:
    """How many slots so many bookings need, in whole days, and at least all days ahead. Starts with the last day."""
    a_day = offices * TIMES_PER_DAY
    days = max(DAYS_AHEAD, DAYS_AHEAD - BOOKED_FROM_DAY - -bookings // (a_day * TAKEN) + 1)
    return days * a_day


def grow(*, first: int, end: int, offices: int, without_indexes: bool = False) -> None:
    """Make the bookings numbered from `first` to before `end` (multiples of TAKEN), and the slots they need."""
    booked_from = (DAYS_AHEAD - BOOKED_FROM_DAY) * offices * TIMES_PER_DAY
    values = {
        "offices": offices,
        "slots": slots_for(end, offices),
        "days": DAYS_AHEAD,
        "times": TIMES_PER_DAY,
        "first": FIRST_TIME,
        "minutes": MINUTES,
        "seats": SEATS,
        "taken": TAKEN,
        "booked_from": booked_from,
        "bookings": end,
    }
    with psycopg.connect(address(), autocommit=True) as connection:
        # Keys to other tables are right by construction; asking for each would take most of the time.
        connection.execute("SET session_replication_role = replica")
        connection.execute(OPEN, values)
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('reservations_slot', 'id'), max(id)) FROM reservations_slot"
        )
        if without_indexes:
            connection.execute(DROP_INDEXES)
        if end > first:
            connection.execute(BOOK, values | {"first": first, "end": end})
        connection.execute("VACUUM ANALYZE reservations_slot")
        connection.execute("VACUUM ANALYZE reservations_reservation")


def open_days(offices: int) -> None:
    """All days ahead, with nothing booked."""
    grow(first=0, end=0, offices=offices)


# Seats that were sold twice, and counters that say something else than the rows.
OVERSOLD = """
    SELECT coalesce(sum(greatest(held.live + kept.holds - slot.public_seats - slot.internal_seats, 0)), 0),
      count(*) FILTER (WHERE slot.public_taken + slot.internal_taken <> held.live + kept.holds)
    FROM reservations_slot slot,
      LATERAL (SELECT count(*) live FROM reservations_reservation
        WHERE slot_id = slot.id AND state NOT IN ('cancelled', 'orphaned')) held,
      LATERAL (SELECT count(*) holds FROM reservations_hold WHERE slot_id = slot.id) kept
"""


def oversold() -> tuple[int, int]:
    """(seats sold beyond the slots' seats, slots whose counter differs from its rows). Both must be 0."""
    with psycopg.connect(address()) as connection:
        row = connection.execute(OVERSOLD).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
