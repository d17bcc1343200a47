"""What each page of the citizen's road costs: processor time of the web process and of its PostgreSQL, without waiting.

    python -m benchmarks.pages [--json] [--walks 60] [--profile STEP ...]

Citizens walk the road one after the other against the WSGI application within this process, so that nothing else runs
in it. Processor time is what the kernel has accounted: another program on the machine makes the run longer, not the
figures much larger. Each figure is the middle one of so many walks, and its limit the bare health page in the same
run. `--profile` prints where the time of these steps goes instead. The database is the benchmark's own and is dropped.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import history
from benchmarks.citizens import ARRIVING, RETURNING, STEPS, Answer, Browser, Citizen, Record
from benchmarks.figures import Figure, machine, show
from benchmarks.town import build_offices, own_database

OFFICES = 36
WARM_WALKS = 8
MOST_FUNCTIONS = 60
NANOSECONDS = 1e9


class InProcess(Browser):
    """A browser whose requests are calls of the WSGI application."""

    def __init__(self, application: Any, network: str) -> None:
        self.application, self.network, self.cookie = application, network, ""

    async def _send(self, method: str, path: str, body: bytes) -> Answer:
        answered: list[Any] = []
        parts = urlsplit(path)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_LANGUAGE": "ja",
            "HTTP_COOKIE": self.cookie,
            "HTTP_X_FORWARDED_FOR": self.network,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": None,
        }
        response = self.application(environ, lambda status, headers: answered.extend((status, headers)))
        content = b"".join(response)
        response.close()
        status, headers = answered
        head = "\r\n".join(f"{name}: {value}" for name, value in headers).encode()
        cookie = next((value.strip() for _, value in headers if value.strip().startswith("csrftoken=")), "")
        self.cookie = cookie.partition(";")[0] or self.cookie
        return Answer(int(status.split()[0]), head, content.decode())

    def close(self) -> None:
        """Nothing is open."""


def database_clock() -> Callable[[], float]:
    """Seconds of processor time that this thread's PostgreSQL process has used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        accounted = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return lambda: int(accounted.read_text().split()[0]) / NANOSECONDS


async def walk(
    application: Any, number: int, record: Record, clock: Callable[[], float], kind: type[Citizen] = Citizen
) -> None:
    record.seconds.setdefault("bare", [])
    browser = InProcess(application, f"10.{number // 250 % 250}.{number % 250}.1")
    citizen = kind(browser, number, f"office-{number % OFFICES}", 0, record, clock=clock)
    await citizen.timed("bare", "/healthz")
    await citizen.arrive()
    await citizen.come_back(await citizen.book(await citizen.choose()))


def run(road: Coroutine[Any, Any, None]) -> None:
    """To its end without an event loop, in which Django would refuse to ask its database."""
    try:
        road.send(None)
    except StopIteration:
        return
    raise RuntimeError("nobody waits on this road")


def measured(walks: int) -> dict[str, Record]:
    """The steps' seconds, of the web process and of its database, in turns."""
    from config.wsgi import application

    numbers = count(1)

    def walked(record: Record, clock: Callable[[], float]) -> None:
        run(walk(application, next(numbers), record, clock))

    for _ in range(WARM_WALKS):
        walked(Record(), time.thread_time)
    clocks = {"web": time.thread_time, "PostgreSQL": database_clock()}
    records = {name: Record() for name in clocks}
    for _ in range(walks):
        for name, clock in clocks.items():
            walked(records[name], clock)
    return records


def figures(records: dict[str, Record], walks: int) -> list[Figure]:
    conditions = f"one process, the middle one of {walks} walks, {OFFICES} offices, {machine()}"
    told = []
    for name, record in records.items():
        middle = {step: statistics.median(seconds) * 1000 for step, seconds in record.seconds.items()}
        for step in (*ARRIVING, *STEPS, *RETURNING):
            told.append(Figure(f"{name}: {step}", round(middle[step], 2), "ms", None, None, None, conditions))
        for what, steps in (("month to done", STEPS), ("bare", ("bare",))):
            value = round(sum(middle[step] for step in steps), 2)
            told.append(Figure(f"{name}: {what}", value, "ms", None, None, None, conditions))
    return told


def profiled(steps: list[str], walks: int) -> None:
    """Print the functions that take the most of these steps' time."""
    from config.wsgi import application

    profiles = {step: cProfile.Profile() for step in steps}

    class Watched(Citizen):
        async def timed(self, step: str, *args: Any, **kwargs: Any) -> Answer:
            if step not in profiles:
                return await super().timed(step, *args, **kwargs)
            with profiles[step]:
                return await super().timed(step, *args, **kwargs)

    for number in range(1, WARM_WALKS + walks):
        run(walk(application, number, Record(), time.thread_time, Watched if number >= WARM_WALKS else Citizen))
    for step, profile in profiles.items():
        print(f"\n== {step}")
        for order in ("cumulative", "tottime"):
            pstats.Stats(profile).sort_stats(order).print_stats(MOST_FUNCTIONS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    parser.add_argument("--walks", type=int, default=60, help="how often the road is walked")
    parser.add_argument("--profile", metavar="STEP", nargs="+", help="print where the time of these steps goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as queue:
        os.environ |= {"MADOGUCHI_QUEUE": queue, "PROXY_COUNT": "1", "LOG_LEVEL": "WARNING"}
        with own_database():
            build_offices(OFFICES)
            history.open_days(OFFICES)
            if options.profile:
                profiled(options.profile, options.walks)
            else:
                show(figures(measured(options.walks), options.walks), as_json=options.json)


if __name__ == "__main__":
    main()
