"""One process of the booking benchmark: does one thing as often as it can.

    python -m benchmarks.booking_worker KIND WORKER SECONDS

says "ready"; then, for each line it reads, works for SECONDS and prints how often. KIND is action-both,
action-book, plain-both or plain-book; WORKER tells processes of one kind apart.
"""

import hashlib
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

from benchmarks import statements as recording
from benchmarks.town import HOLD_TOKEN, address

Step = Callable[[], None]


def tokens(kind: str, worker: int) -> Iterator[str]:
    return (HOLD_TOKEN.format(kind=kind, worker=worker, number=number) for number in count(1))


def action_step(kind: str, worker: int) -> Step:
    from postoffices.models import Procedure
    from reservations.actions import reservation_book, seat_hold
    from reservations.models import Slot

    slots, procedure = list(Slot.objects.values_list("pk", flat=True)), Procedure.objects.get()
    citizen, prepared = recording.citizen(), tokens(kind, worker)

    def both() -> None:
        _, token = seat_hold(slot_id=random.choice(slots), procedure=procedure, by=citizen)
        reservation_book(token=token, person=recording.somebody(), by=citizen)

    def book() -> None:
        reservation_book(token=next(prepared), person=recording.somebody(), by=citizen)

    return both if kind.endswith("both") else book


def plain_step(kind: str, worker: int) -> Step:
    import psycopg

    from reservations.models import Slot

    slots, steps, prepared = (
        list(Slot.objects.values_list("pk", flat=True)),
        recording.recorded(),
        tokens(kind, worker),
    )
    connection = psycopg.connect(address())
    cursor = connection.cursor()

    def values(token: str) -> dict[str, object]:
        phone = f"{random.randrange(10**11):011d}"
        return {
            "person": hashlib.sha256(phone.encode()).hexdigest(),
            "phone": phone,
            "contacts": [int(phone)],
            "slot": random.choice(slots),
            "hash": hashlib.sha256(token.encode()).hexdigest(),
            "number": f"{random.randrange(10**9):09d}",
        }

    def both() -> None:
        held = values(f"{kind}{worker}{random.random()}")
        recording.run(cursor, steps["hold"], held)
        connection.commit()
        recording.run(cursor, steps["book"], held)
        connection.commit()

    def book() -> None:
        recording.run(cursor, steps["book"], values(next(prepared)))
        connection.commit()

    return both if kind.endswith("both") else book


def main() -> None:
    kind, worker, seconds = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    make = action_step if kind.startswith("action") else plain_step
    step = make(kind, int(worker))
    for _ in range(20):  # plans, caches and code paths are warm
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(times_within(float(seconds), step), flush=True)


def times_within(seconds: float, step: Step) -> int:
    done, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        step()
        done += 1
    return done


if __name__ == "__main__":
    main()
