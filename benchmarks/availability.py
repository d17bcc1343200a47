"""What a month of availability costs with ten thousand, a hundred thousand, a million (or ten million) bookings.

    python -m benchmarks.availability [--json] [--largest 6] [--seconds N]

Each number of bookings has a database of its own, filled by SQL and dropped at the end; they are asked in turns. Then
the month page over HTTP: with the fewest and with the most bookings, and a bare Django view with the same rows on the
same server. Nothing leaves this machine. A minute or two; `--largest 7` needs some 7 GB of disk and five minutes.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from itertools import repeat

import psycopg
from psycopg import sql

from benchmarks import history, http_load
from benchmarks.figures import Figure, machine, show
from benchmarks.serving import served
from benchmarks.town import address, build_offices, own_database

OFFICES = 36
OFFICE = "office-7"
SMALLEST, LARGEST, POSSIBLE = 4, 6, 7  # powers of ten
TURNS = 6
CONNECTIONS = 8
FLAT_BAR = 0.8
PAGE_BAR = 0.5
LEAST_SETTINGS = "benchmarks.least.settings"


@contextmanager
def databases(largest: int) -> Iterator[dict[int, str]]:
    """A database for each power of ten: grown in one, and copied at every step but the last."""
    from django.db import connection, connections

    names: dict[int, str] = {}
    with own_database() as main:
        try:
            build_offices(OFFICES)
            for power in range(SMALLEST, largest + 1):
                first = 10 ** (power - 1) if power > SMALLEST else 0
                began = time.monotonic()
                history.grow(first=first, end=10**power, offices=OFFICES, without_indexes=power == POSSIBLE)
                connection.close()
                names[power] = main if power == largest else _copied(main, f"{main}_{power}")
                print(f"10^{power} bookings made in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            yield names
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = main
            for name in set(names.values()) - {main}:
                _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _copied(original: str, name: str) -> str:
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    _on_server(copy.format(sql.Identifier(name), sql.Identifier(original)))
    return name


def _on_server(statement: sql.Composed) -> None:
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(statement)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """This process's queries go to the database `name`."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    yield
    connection.close()


def month_shown() -> Callable[[], object]:
    """Looks up one whole month at one office."""
    from postoffices.models import Office, Procedure
    from reservations.availability import month

    office, procedure = Office.objects.get(code=OFFICE), Procedure.objects.get()
    day = a_month()
    return lambda: month(office, procedure, day.year, day.month)


def a_month() -> date:
    """The first day of next month: all its days are within reach."""
    from django.utils import timezone

    return (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)


def times_within(seconds: float, look: Callable[[], object]) -> int:
    done, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        look()
        done += 1
    return done


def compare_sizes(names: dict[int, str], seconds: float) -> list[Figure]:
    """Months a second in turns; every size against the smallest."""
    rates: dict[int, list[float]] = {power: [] for power in names}
    for _ in range(TURNS):
        for power, name in names.items():
            with connected_to(name):
                look = month_shown()
                for _warm in range(10):
                    look()
                rates[power].append(times_within(seconds, look) / seconds)
    mean = {power: sum(turns) / TURNS for power, turns in rates.items()}
    conditions = f"one process, {OFFICES} offices, {TURNS} turns of {seconds:g} s each, {machine()}"
    return [
        Figure.against(
            f"month, 10^{power} bookings",
            rate,
            mean[SMALLEST],
            unit="months/s",
            bar=None if power == SMALLEST else FLAT_BAR,
            conditions=conditions,
        )
        for power, rate in mean.items()
    ]


def count_queries(names: dict[int, str]) -> list[Figure]:
    """Of the month alone and of its whole page, with the fewest and the most bookings."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    told = []
    for power in (min(names), max(names)):
        with connected_to(names[power]):
            look = month_shown()
            page = lambda: Client(headers={"host": "localhost"}).get(page_path())  # noqa: E731
            for what, ask in (("month", look), ("month page", page)):
                ask()
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    ask()
                name = f"queries of the {what}, 10^{power}"
                told.append(Figure(name, len(queries), "queries", None, None, None, "the city is known already"))
    return told


def page_path() -> str:
    return f"/book/renewal/{OFFICE}/?month={a_month():%Y-%m}"


def least_path() -> str:
    following = (a_month() + timedelta(days=32)).replace(day=1)
    return f"/month/{OFFICE}/{a_month()}/{following}"


def pages(port: int, path: str, seconds: float) -> float:
    """Pages a second. Raises RuntimeError when one is not answered with 200."""
    load = http_load.send_all(port, repeat(http_load.get(path)), connections=CONNECTIONS, seconds=seconds)
    if set(load.statuses) != {200}:
        raise RuntimeError(f"{path} answered {load.statuses}")
    return len(load.seconds) / seconds


def compare_pages(names: dict[int, str], seconds: float) -> list[Figure]:
    """The product's page with the fewest and the most bookings, and the bare view with the most, in turns."""
    few, many = min(names), max(names)
    web = ("wsgi", "config.wsgi:application", "--blocking-threads", "4")
    least = ("wsgi", "benchmarks.least.site:application", "--blocking-threads", "4")
    with ExitStack() as servers:

        def serve(*command: str, settings: str, path: str, power: int) -> int:
            return servers.enter_context(served(*command, settings=settings, health=path, database=names[power]))

        sides = {
            "few": (serve(*web, settings="config.settings", path=page_path(), power=few), page_path()),
            "many": (serve(*web, settings="config.settings", path=page_path(), power=many), page_path()),
            "least": (serve(*least, settings=LEAST_SETTINGS, path=least_path(), power=many), least_path()),
        }
        for port, path in sides.values():
            pages(port, path, 0.5)  # warm
        turns = [{side: pages(port, path, seconds) for side, (port, path) in sides.items()} for _ in range(TURNS)]
    rate = {side: sum(turn[side] for turn in turns) / TURNS for side in sides}
    conditions = (
        f"granian, 1 process of 4 threads, {CONNECTIONS} connections, {TURNS} turns of {seconds:g} s, {machine()}"
    )
    flat, bare = f"month page, 10^{many} against 10^{few}", f"month page, 10^{many} against a bare view"
    return [
        Figure.against(flat, rate["many"], rate["few"], unit="pages/s", bar=FLAT_BAR, conditions=conditions),
        Figure.against(bare, rate["many"], rate["least"], unit="pages/s", bar=PAGE_BAR, conditions=conditions),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one turn")
    parser.add_argument("--largest", type=int, default=LARGEST, choices=range(SMALLEST, POSSIBLE + 1))
    options = parser.parse_args()
    # Told to stop, it still cleans up behind itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1"
    with databases(options.largest) as names:
        show(compare_sizes(names, options.seconds), as_json=options.json)
        show(count_queries(names), as_json=options.json)
        show(compare_pages(names, options.seconds), as_json=options.json)


if __name__ == "__main__":
    main()
