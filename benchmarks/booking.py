"""Bookings a second: the actions against plain psycopg, and the citizen's confirmation against the least Django view.

    python -m benchmarks.booking [--json] [--seconds N]

Both sides of a ratio are measured in turns in the same run, on a database of its own that is dropped afterwards.
Nothing leaves this machine. About a minute.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

from benchmarks import http_load, pgbench, statements
from benchmarks.figures import Figure, machine, show
from benchmarks.serving import served
from benchmarks.town import HOLD_TOKEN, build_town, make_holds, own_database

PROCESSES = 2
TURNS = 6
CONNECTIONS = 8
ACTION_BAR = 0.5
HTTP_BAR = 0.4
HOLDS_PER_SECOND = 4000  # more than any side books
UNIT = "bookings/s"
CSRF = "x" * 32
# A name holds no digits.
KANJI = str.maketrans("0123456789", "零一二三四五六七八九")


class Team:
    """PROCESSES processes that do the same when told to."""

    def __init__(self, kind: str, seconds: float) -> None:
        self.kind, self.seconds = kind, seconds
        command = [sys.executable, "-m", "benchmarks.booking_worker", kind]
        self.workers = [
            subprocess.Popen([*command, str(worker), str(seconds)], stdin=PIPE, stdout=PIPE, text=True)
            for worker in range(PROCESSES)
        ]

    def heard(self) -> list[str]:
        """A line of each. Raises RuntimeError when one has failed."""
        lines = [worker.stdout.readline().strip() for worker in self.workers if worker.stdout]
        if not all(lines):
            raise RuntimeError(f"{self.kind}: a process failed")
        return lines

    def rate(self) -> float:
        """One turn: how often a second they did it together."""
        for worker in self.workers:
            if worker.stdin:
                worker.stdin.write("go\n")
                worker.stdin.flush()
        return sum(map(int, self.heard())) / self.seconds

    def stop(self) -> None:
        for worker in self.workers:
            worker.communicate(timeout=30)


def compare_actions(step: str, seconds: float) -> list[Figure]:
    """The action and plain psycopg in turns, then pgbench. `step` is both (hold and book) or book."""
    kinds = (f"action-{step}", f"plain-{step}")
    if step == "book":
        for worker in range(PROCESSES):
            for kind in kinds:
                make_holds(kind, worker, round(HOLDS_PER_SECOND * (seconds * TURNS + 1)))
    teams = [Team(kind, seconds) for kind in kinds]
    for team in teams:
        team.heard()
    turns = [[team.rate() for team in teams] for _ in range(TURNS)]
    for team in teams:
        team.stop()
    action, plain = (sum(rates) / TURNS for rates in zip(*turns, strict=True))
    conditions = f"{PROCESSES} processes, {TURNS} turns of {seconds:g} s each, no mail address, {machine()}"
    name = "hold and book" if step == "both" else "book"
    figures = [Figure.against(f"action: {name}", action, plain, unit=UNIT, bar=ACTION_BAR, conditions=conditions)]
    return figures + with_pgbench(step, name, 3 * seconds, plain)


def with_pgbench(step: str, name: str, seconds: float, plain: float) -> list[Figure]:
    """Plain psycopg beside pgbench: how far from the database's own limit the limit is."""
    if pgbench.program() is None:
        return []
    recorded = statements.recorded()
    steps = [recorded["hold"], recorded["book"]] if step == "both" else [recorded["book"]]
    if step == "book":
        for client in range(PROCESSES):
            make_holds("pgbench", client, round(2 * HOLDS_PER_SECOND * seconds), hashed_in_sql=True)
    token = "random(1, 1000000000000000)" if step == "both" else ":i + 1"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text(pgbench.script(steps, first_token=token), encoding="utf-8")
        rate = pgbench.transactions_per_second(path, clients=PROCESSES, seconds=seconds)
    conditions = f"pgbench, prepared, {PROCESSES} clients, {seconds:g} s"
    return [Figure.against(f"plain psycopg: {name}", plain, rate, unit=UNIT, bar=None, conditions=conditions)]


def web(target: str) -> tuple[str, ...]:
    """A web process with the options of the demo."""
    return ("wsgi", target, "--blocking-threads", "4")


def confirmations(first: int) -> Iterator[bytes]:
    """What the browser sends when the citizen presses 予約する."""
    from reservations.models import Hold

    held = Hold.objects.order_by("pk").values_list("slot_id", flat=True)[:1]
    fields = {
        "csrfmiddlewaretoken": CSRF,
        "name": "見本 花子",
        "reading": "ミホン ハナコ",
        "birth_date_year": "昭和55",
        "birth_date_month": "2",
        "birth_date_day": "29",
        "address": "見本市架空区1-2-3",
        "phone": "000-1234-5678",
        "email": "",
    }
    slot = held[0]
    number = first
    while True:
        # Nobody books twice, and nobody's telephone number stands in many bookings.
        fields |= {"name": f"見本 {str(number).translate(KANJI)}", "phone": f"{number:011d}"}
        token = HOLD_TOKEN.format(kind="http", worker=0, number=number)
        path = f"/book/hold/{token}/book/?slot={slot}&procedure=renewal"
        yield http_load.post(path, fields, cookie=f"csrftoken={CSRF}")
        number += 1


def least_requests() -> Iterator[bytes]:
    from postoffices.models import Procedure
    from reservations.models import Slot

    slots, procedure = list(Slot.objects.values_list("pk", "office_id")), Procedure.objects.get().pk
    while True:
        for slot, office in slots:
            yield http_load.post(f"/{slot}/{office}/{procedure}", {})


class Shared:
    """One iterator for several threads."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        from threading import Lock

        self.requests, self.lock = requests, Lock()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self.lock:
            return next(self.requests)


def loaded(port: int, requests: Iterator[bytes], seconds: float) -> float:
    """Redirects a second. Raises RuntimeError when anything else comes back."""
    load = http_load.send_all(port, requests, connections=CONNECTIONS, seconds=seconds)
    if set(load.statuses) != {302}:
        raise RuntimeError(f"not every request booked: {load.statuses}")
    return len(load.seconds) / seconds


def compare_http(seconds: float) -> list[Figure]:
    from reservations.models import Reservation

    make_holds("http", 0, round(HOLDS_PER_SECOND * (seconds * TURNS + 1)))
    product, least = Shared(confirmations(1)), Shared(least_requests())
    rates: dict[str, list[float]] = {"product": [], "least": []}
    with (
        served(*web("config.wsgi:application"), settings="config.settings", health="/healthz") as product_port,
        served(
            *web("benchmarks.least.site:application"), settings="benchmarks.least.settings", health="/healthz"
        ) as least_port,
    ):
        loaded(product_port, product, 0.5)  # warm
        loaded(least_port, least, 0.5)
        before = Reservation.objects.count()
        for _ in range(TURNS):
            rates["product"].append(loaded(product_port, product, seconds))
            rates["least"].append(loaded(least_port, least, seconds))
        booked = (Reservation.objects.count() - before) / (TURNS * seconds)
    rate, limit = (sum(rates[name]) / TURNS for name in ("product", "least"))
    if booked < (rate + limit) * 0.99:
        raise RuntimeError("fewer bookings than answers")
    conditions = (
        f"granian, 1 process of 4 threads, {CONNECTIONS} connections, {TURNS} turns of {seconds:g} s, {machine()}"
    )
    return [Figure.against("HTTP: confirm a booking", rate, limit, unit=UNIT, bar=HTTP_BAR, conditions=conditions)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one turn")
    parser.add_argument("--only", choices=("both", "book", "http"), help="one comparison alone")
    options = parser.parse_args()
    with own_database():
        build_town()
        for step in ("both", "book"):
            if options.only in (None, step):
                show(compare_actions(step, options.seconds), as_json=options.json)
        if options.only in (None, "http"):
            show(compare_http(options.seconds), as_json=options.json)


if __name__ == "__main__":
    main()
