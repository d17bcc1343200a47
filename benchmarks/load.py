"""Two hundred citizens at once: every page from the month to the booking, over HTTP, against the real web process.

    python -m benchmarks.load [--json] [--minutes N] [--only alone|steady|rush|crowd]

- alone: one citizen after the other, for comparison;
- steady: 720 citizens come every minute, each pausing between the clicks so that 200 are on the road at any moment, for
  N minutes (1) after the road has filled;
- rush: 200 want 100 seats at the same moment;
- crowd: 200 without any pause between answer and click, to find what the server can do at most.

Nothing leaves this machine; the database is the benchmark's own and is dropped. About two minutes.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import count

from benchmarks import history
from benchmarks.accounting import Used, accounted
from benchmarks.citizens import Answer, Browser, Citizen, Record
from benchmarks.figures import Figure, Latency, machine, show
from benchmarks.serving import served
from benchmarks.town import build_offices, own_database

PEOPLE = 200
PER_MINUTE = 720
BAR_PER_MINUTE = 700
BAR_MS = 300.0
WORKERS = 2  # as docker-compose.yml starts it
OFFICES = 11
RUSH_OFFICE = "office-0"
RUSH_SEATS = 100
PAUSES = 4  # between the clicks of one road
ALONE_WALKS = 30
CROWD_SECONDS = 15.0
STEADY_PAUSE = PEOPLE / (PER_MINUTE / 60) / PAUSES


class Town:
    """Numbers its citizens, and sends each to an office."""

    def __init__(self, port: int) -> None:
        self.port, self.numbers = port, count(1)

    async def citizen(self, pause: float, record: Record, office: str | None = None) -> Citizen:
        number = next(self.numbers)
        place = office or f"office-{random.randrange(1, OFFICES)}"
        return Citizen(await Browser.opened(self.port, number), number, place, pause, record)


async def alone(town: Town) -> Record:
    """One citizen after the other: what every step takes when nobody else is there."""
    record = Record()
    for _ in range(ALONE_WALKS):
        await (await town.citizen(0, record)).walk()
    return record


async def steady(town: Town, minutes: float) -> tuple[Record, list[int]]:
    """What was met, and how many booked in each minute once the road was full."""
    record, walks = Record(), set()
    fills = 1.5 * PAUSES * STEADY_PAUSE
    began = time.monotonic()
    for number in range(round((fills + minutes * 60) * PER_MINUTE / 60)):
        await asyncio.sleep(max(0.0, began + number * 60 / PER_MINUTE - time.monotonic()))
        citizen = await town.citizen(STEADY_PAUSE, record)
        walks.add(asyncio.create_task(citizen.walk()))
        walks = {walk for walk in walks if not walk.done()}
    ends = time.monotonic()
    await asyncio.gather(*walks)
    whole = max(1, round(minutes))
    starts = [ends - 60 * (whole - minute) for minute in range(whole)]
    return record, [sum(start <= at < start + 60 for at in record.booked_at) for start in starts]


async def before_rush(town: Town) -> tuple[list[Citizen], list[Answer]]:
    """All have the day's times before them."""
    citizens = [await town.citizen(0, Record(), RUSH_OFFICE) for _ in range(PEOPLE)]
    return citizens, [await citizen.choose() for citizen in citizens]


async def rush(citizens: list[Citizen], pages: list[Answer]) -> Record:
    """All press at the same moment."""
    record = Record()
    for citizen in citizens:
        citizen.record = record
    await asyncio.gather(*(citizen.walk(times) for citizen, times in zip(citizens, pages, strict=True)))
    return record


async def crowd(town: Town) -> Record:
    """Whoever has booked is followed by the next one at once."""
    record = Record()
    ends = time.monotonic() + CROWD_SECONDS

    async def one_after_the_other() -> None:
        while time.monotonic() < ends:
            await (await town.citizen(0, record)).walk()

    await asyncio.gather(*(one_after_the_other() for _ in range(PEOPLE)))
    return record


def latencies(name: str, record: Record, bare: Record, conditions: str) -> list[Latency]:
    """Each step's middle and slow end in milliseconds, beside the same step's middle for one citizen alone."""
    told = []
    for step, seconds in record.seconds.items():
        if len(seconds) < 2:
            continue
        least = statistics.median(bare.seconds[step]) * 1000
        for part, value in (("p50", statistics.median(seconds)), ("p95", statistics.quantiles(seconds, n=20)[-1])):
            told.append(Latency(f"{name}: {step}, {part}", round(value * 1000, 1), BAR_MS, round(least, 2), conditions))
    return told


def outcome(name: str, record: Record, conditions: str) -> list[Figure]:
    """How many booked, were told that theirs is full, and met an error."""
    for error, times in record.errors.most_common():
        print(f"{name}: {times} x {error}", file=sys.stderr)
    values = {
        "booked": len(record.booked_at),
        "told that the time is taken": record.told_full,
        "found nothing free": record.gave_up,
        "errors": record.errors.total(),
        "on the road at once, at most": record.most_walking,
    }
    return [Figure(f"{name}: {what}", value, "", None, None, None, conditions) for what, value in values.items()]


def steady_rate(booked: Sequence[int], conditions: str) -> Figure:
    lowest = min(booked)
    return Figure.against(
        "steady: booked in the slowest minute",
        lowest,
        BAR_PER_MINUTE,
        unit="bookings/min",
        bar=1.0,
        conditions=conditions,
    )


def processors(name: str, used: Used, record: Record, conditions: str) -> list[Figure]:
    """What the citizens themselves, the web processes and PostgreSQL took of a processor, and the pages answered.

    The citizens share the machine with the product: what they take is missing to it.
    """
    told = [
        Figure(f"{name}: {part}", percent, "% of a processor", None, None, None, conditions)
        for part, percent in used.percents().items()
    ]
    answered = round(sum(map(len, record.seconds.values())) / used.elapsed, 1)
    return [*told, Figure(f"{name}: all pages", answered, "pages/s", None, None, None, conditions)]


async def measure(port: int, minutes: float, only: str | None, workers: int) -> list[Figure | Latency]:
    town, told = Town(port), list[Figure | Latency]()
    await alone(town)  # warm
    bare = await alone(town)
    at_once = f"granian, {workers} process(es) of 4 threads, {PEOPLE} people, {machine()}"

    def tell(name: str, used: Used, record: Record, conditions: str) -> None:
        told.extend(latencies(name, record, bare, conditions))
        told.extend(outcome(name, record, conditions))
        told.extend(processors(name, used, record, conditions))

    if only in (None, "steady"):
        with accounted() as used:
            record, booked = await steady(town, minutes)
        print(f"steady: booked minute by minute: {booked}", file=sys.stderr)
        held = f"{at_once}, {PER_MINUTE} a minute come for {len(booked)} min, pauses of {STEADY_PAUSE:.1f} s"
        tell("steady", used, record, held)
        told.append(steady_rate(booked, held))
    if only in (None, "rush"):
        citizens, pages = await before_rush(town)
        with accounted() as used:
            record = await rush(citizens, pages)
        tell("rush", used, record, f"{at_once}, all press at the same moment, {RUSH_SEATS} seats")
    if only in (None, "crowd"):
        with accounted() as used:
            record = await crowd(town)
        tell("crowd", used, record, f"{at_once}, no pauses, {used.elapsed:.0f} s")
    return told


def open_town() -> None:
    """Days ahead at every office; at the rush's office one day alone, with as many seats as there shall be."""
    from datetime import timedelta

    from django.utils import timezone

    from reservations.deadlines import start_of
    from reservations.models import Slot

    build_offices(OFFICES)
    history.open_days(OFFICES)
    slots = Slot.objects.filter(office__code=RUSH_OFFICE)
    day = start_of(timezone.localdate() + timedelta(days=7))
    slots.exclude(starts_at__gte=day, starts_at__lt=day + timedelta(days=1)).delete()
    slots.update(public_seats=RUSH_SEATS // history.TIMES_PER_DAY)
    left = RUSH_SEATS % history.TIMES_PER_DAY
    some = slots.order_by("starts_at").values_list("pk", flat=True)[:left]
    Slot.objects.filter(pk__in=list(some)).update(public_seats=RUSH_SEATS // history.TIMES_PER_DAY + 1)


def checked(figures: Sequence[Figure | Latency]) -> list[Figure | Latency]:
    """The figures, and what the database says: nothing sold twice, counters as the rows, every answer a row."""
    from reservations.models import Reservation

    seats, differing = history.oversold()
    answered = sum(figure.value for figure in figures if figure.name.endswith(": booked"))
    rows = Reservation.objects.exclude(name="").count()
    told = {
        "seats oversold": seats,
        "counters that differ from the rows": differing,
        "bookings in the database": rows,
        "of them answered to the measured citizens": answered,
    }
    return [*figures, *(Figure(name, value, "", None, None, None, "SQL afterwards") for name, value in told.items())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long the steady load is held")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes of granian")
    parser.add_argument("--only", choices=("steady", "rush", "crowd"), help="one load alone")
    options = parser.parse_args()
    # Told to stop, it still cleans up behind itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as queue:
        # Every citizen comes from a network of their own, as the proxy in front would say.
        os.environ |= {"MADOGUCHI_QUEUE": queue, "PROXY_COUNT": "1"}
        with own_database():
            open_town()
            web = ("wsgi", "config.wsgi:application", "--workers", str(options.workers), "--blocking-threads", "4")
            with served(*web, settings="config.settings", health="/healthz") as port:
                figures = asyncio.run(measure(port, options.minutes, options.only, options.workers))
            show(checked(figures), as_json=options.json)


if __name__ == "__main__":
    main()
