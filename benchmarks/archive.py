"""Searching the archive: how long a page of results takes with so many kept applications.

    python -m benchmarks.archive [--json] [--entries 500000] [--searches 200]

The index is filled by SQL in a database of its own, which is dropped at the end. Each kind of search is asked with
values drawn anew; beside it stands the least possible, the newest page without anything sought. Half a minute to fill.
"""

import argparse
import sys
import time
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from benchmarks.figures import Latency, machine, show
from benchmarks.town import build_offices, own_database

if TYPE_CHECKING:
    from applications.archive.search import Sought

OFFICES = 36
BAR_MS = 200.0
FAMILIES = ("見本", "架空", "仮名", "試験", "模擬", "例示", "想定", "練習", "体験", "演習")
READINGS = (
    "ミホン",
    "カクウ",
    "カメイ",
    "シケン",
    "モギ",
    "レイジ",
    "ソウテイ",
    "レンシュウ",
    "タイケン",
    "エンシュウ",
)
# 500 given names for each of ten family names: a name is rarer, a family name far more frequent than in life.
GIVEN = 500

FILL = """
    INSERT INTO applications_application (number, state, drafted_at, printed_mark, sign_kind)
    SELECT '2026-' || lpad(n::text, 6, '0'), 'handed_over', now(), '', 'pen' FROM generate_series(1, %(entries)s) n;
"""
ENTRIES = """
    INSERT INTO applications_archiveentry (application_id, number, reservation_number, signed_on, sign_kind, office_id,
        ward_id, procedure_id, name, reading, name_key, reading_key)
    SELECT a.id, a.number, lpad((a.id * 7919 %% 1000000000)::text, 9, '0'),
        date '2026-07-01' + (a.id * 31 %% 1000)::int,
        (ARRAY['pen', 'pen', 'pen', 'paper', 'assisted'])[1 + a.id %% 5],
        o.id, o.ward_id, (SELECT min(id) FROM postoffices_procedure),
        n.family || ' ' || n.given, n.reading || ' ' || n.given, n.family || n.given, n.reading || n.given
    FROM applications_application a
    JOIN (SELECT id, ward_id, row_number() OVER (ORDER BY id) - 1 AS place FROM postoffices_office) o
        ON o.place = a.id %% (SELECT count(*) FROM postoffices_office)
    CROSS JOIN LATERAL (SELECT (%(families)s::text[])[1 + a.id %% 10] AS family,
        (%(readings)s::text[])[1 + a.id %% 10] AS reading,
        'ハナ' || lpad((a.id / 10 %% %(given)s)::text, 3, '0') AS given) n
"""


def fill(entries: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FILL, {"entries": entries})
        cursor.execute(ENTRIES, {"families": list(FAMILIES), "readings": list(READINGS), "given": GIVEN})
        cursor.execute("ANALYZE")


def searches(random: Random) -> "dict[str, Callable[[], Sought]]":
    from datetime import date, timedelta

    from applications.archive.search import Sought
    from applications.models import ArchiveEntry, SignKind
    from postoffices.models import Office, Ward

    offices, wards = list(Office.objects.all()), list(Ward.objects.all())
    some = list(ArchiveEntry.objects.order_by("?")[:200])

    def day() -> date:
        return date(2026, 7, 1) + timedelta(days=random.randrange(1000))

    def week(**more: object) -> Sought:
        first = day()
        return Sought(first_day=first, last_day=first + timedelta(days=6), **more)  # type: ignore[arg-type]

    return {
        "a week": week,
        "a week at an office": lambda: week(office=random.choice(offices)),
        "an office": lambda: Sought(office=random.choice(offices)),
        "a ward and a kind": lambda: Sought(ward=random.choice(wards), sign_kind=SignKind.ASSISTED),
        "an application's number": lambda: Sought(number=random.choice(some).number),
        "a booking's number": lambda: Sought(number=random.choice(some).reservation_number),
        "a whole name": lambda: Sought(name=random.choice(some).name),
        "a reading at an office": lambda: Sought(name=random.choice(some).reading, office=random.choice(offices)),
        "a family name (one in ten)": lambda: Sought(name=random.choice(FAMILIES)),
        "held ones": lambda: Sought(held=True),
    }


def p95(ask: "Callable[[], Sought]", times: int) -> float:
    from applications.archive.search import entries_found

    taken = []
    for _ in range(times):
        sought = ask()
        began = time.perf_counter()
        entries_found(sought)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[int(len(taken) * 0.95)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--searches", type=int, default=200)
    wanted = parser.parse_args()
    with own_database():
        build_offices(OFFICES)
        began = time.monotonic()
        fill(wanted.entries)
        print(f"{wanted.entries:,} applications filed in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        from applications.archive.search import Sought

        least = p95(Sought, wanted.searches)
        conditions = f"{machine()}; {wanted.entries} applications, {wanted.searches} searches, p95"
        figures = [Latency("the newest page", round(least, 2), BAR_MS, round(least, 2), conditions)]
        for name, ask in searches(Random(1)).items():
            figures.append(Latency(name, round(p95(ask, wanted.searches), 2), BAR_MS, round(least, 2), conditions))
        show(figures, as_json=wanted.json)


if __name__ == "__main__":
    main()
