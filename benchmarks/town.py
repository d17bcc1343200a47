"""The database of the booking benchmark: ten offices, slots with room for everybody, holds with known tokens."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import psycopg
from psycopg import sql

OFFICES = 10
SLOTS_PER_OFFICE = 20
SEATS = 32_000
HOLD_TOKEN = "{kind}-{worker}-{number}"  # noqa: S105 (of made-up holds)


@contextmanager
def own_database() -> Iterator[str]:
    """A fresh database on the embedded server, migrated, and dropped at the end. Yields its name."""
    name = f"benchmark_booking_{os.getpid()}"
    os.environ.pop("DATABASE_URL", None)
    os.environ["MADOGUCHI_DATABASE"] = name
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    if connection.settings_dict["NAME"] != name:
        raise RuntimeError("the settings were read before: this benchmark would write into another database")
    try:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield name
    finally:
        connections.close_all()
        with psycopg.connect(address("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def address(name: str | None = None) -> str:
    """The libpq address of the benchmark's database (or another one) on the same server."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    return f"host={database['HOST']} user={database['USER']} dbname={name or database['NAME']}"


def build_town() -> None:
    """Offices, one procedure, and slots in a few days' time."""
    from django.utils import timezone

    from postoffices.models import Office
    from reservations.models import Slot

    build_offices(OFFICES)
    first = timezone.now() + timedelta(days=5)
    for office in Office.objects.all():
        starts = [first + timedelta(minutes=30 * step) for step in range(SLOTS_PER_OFFICE)]
        Slot.objects.bulk_create(
            Slot(office=office, starts_at=at, ends_at=at + timedelta(minutes=30), public_seats=SEATS) for at in starts
        )


def build_offices(count: int) -> None:
    """So many offices in one ward, named office-0 and so on, with one procedure and no slots."""
    from postoffices.models import Calendar, CalendarKind, Office, OfficeKind, Procedure, Ward

    allow_everything()
    calendar = Calendar.objects.create(code="counter", kind=CalendarKind.COUNTER, name="窓口")
    ward = Ward.objects.create(code="ward", name="架空区", position=1)
    procedure = Procedure.objects.create(code="renewal", name="電子証明書の更新", summary="見本", position=1)
    for number in range(count):
        office = Office.objects.create(
            code=f"office-{number}",
            name=f"見本郵便局{number}",
            kind=OfficeKind.POST_OFFICE,
            ward=ward,
            calendar=calendar,
            opens_on=date(2020, 1, 1),
            position=number,
        )
        office.procedures.add(procedure)


def allow_everything() -> None:
    """All load comes from one address: the limits for networks are set out of reach, and still asked."""
    from postoffices.city import forget_city
    from postoffices.models import City
    from postoffices.neutral import NEUTRAL_RULES
    from postoffices.rules import Rate

    out_of_reach = Rate(burst=1_000_000, per_minute=1_000_000)
    fairness = NEUTRAL_RULES.fairness.model_copy(update={"holds": out_of_reach, "bookings": out_of_reach})
    rules = NEUTRAL_RULES.model_copy(update={"fairness": fairness})
    City.objects.create(slug="benchmark", name="見本市", settings=rules.model_dump(mode="json"))
    forget_city()


def make_holds(kind: str, worker: int, count: int, *, hashed_in_sql: bool = False) -> None:
    """Holds whose tokens are `<kind>-<worker>-<number>`, spread over all slots; pgbench hashes by MD5 in SQL."""
    digest = "md5({0})" if hashed_in_sql else "encode(sha256(({0})::bytea), 'hex')"
    token = digest.format("%(kind)s || '-' || %(worker)s || '-' || number")
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute(
            f"""
            INSERT INTO reservations_hold (token_hash, slot_id, seat_kind, procedure_id, made_at, expires_at, extended)
            SELECT {token}, slot.id, 'public', procedure.id, now(), now() + interval '1 day', 0
            FROM generate_series(1, %(count)s) number
            JOIN (SELECT id, row_number() OVER (ORDER BY id) place FROM reservations_slot) slot
              ON slot.place = number %% {OFFICES * SLOTS_PER_OFFICE} + 1
            CROSS JOIN postoffices_procedure procedure
            """,  # noqa: S608 (constants of this file)
            {"kind": kind, "worker": str(worker), "count": count},
        )
        connection.execute("ANALYZE reservations_hold")
