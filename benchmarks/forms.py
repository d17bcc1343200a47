"""A batch of application forms as one PDF, as the worker makes it: time, size and memory.

    python -m benchmarks.forms [--json] [--forms 1000]

Beside it stands WeasyPrint on the same pages as one plain HTML document, with fewer of them, since it holds all in
memory. The bookings are made by SQL in a database of its own, which is dropped at the end. Takes three minutes.
"""

import argparse
import resource
import time
from typing import TYPE_CHECKING

from benchmarks import history
from benchmarks.figures import Figure, machine, show
from benchmarks.town import build_offices, own_database

if TYPE_CHECKING:
    from applications.models import Application

OFFICES = 4
# 1.3 times the time of plain WeasyPrint.
BAR = 0.77
BAR_MEGABYTES = 300
PLAIN_FORMS = 200


def draft(count: int) -> list[str]:
    """Forms for `count` bookings; returns their numbers."""
    from applications.models import Application
    from reservations.models import Reservation

    history.grow(first=0, end=count, offices=OFFICES)
    bookings = Reservation.objects.order_by("pk")[:count]
    made = [Application(number=f"2026-{place:06}", reservation=held) for place, held in enumerate(bookings, start=1)]
    Application.objects.bulk_create(made)
    return [application.number for application in made]


def fetched(numbers: list[str]) -> "list[Application]":
    from applications.models import Application

    related = ("reservation__slot", "reservation__office", "reservation__procedure", "signature", "assistance")
    return list(Application.objects.filter(number__in=numbers).select_related(*related).order_by("pk"))


def as_the_worker_does(numbers: list[str]) -> tuple[bytes, float, float]:
    """The file, the most megabytes resident so far, and seconds."""
    from applications.batches.actions import FORMS_AT_ONCE
    from applications.papers import forms_pdf
    from audit.actors import Actor
    from writing.papers import JoinedPdf

    by = Actor.system("benchmark")
    began = time.monotonic()
    with JoinedPdf() as joined:
        for start in range(0, len(numbers), FORMS_AT_ONCE):
            joined.add(forms_pdf(fetched(numbers[start : start + FORMS_AT_ONCE]), by=by))
        written = joined.written()
    seconds = time.monotonic() - began
    return written, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, seconds


def plain_rate(numbers: list[str]) -> float:
    """Pages a second of one document with the page of one form again and again."""
    from applications.papers import _forms
    from audit.actors import Actor
    from writing.papers import pdf_from_html

    first = next(iter(_forms(fetched(numbers[:1]), Actor.system("benchmark"))))
    body = first[first.index("<body") : first.index("</body>")].partition(">")[2]
    plain = first.replace(body, '</div><div class="next-page">'.join([body] * len(numbers)))
    began = time.monotonic()
    pdf_from_html(plain)
    return len(numbers) / (time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--forms", type=int, default=1000)
    wanted = parser.parse_args()
    with own_database():
        build_offices(OFFICES)
        numbers = draft(wanted.forms)
        batch, megabytes, seconds = as_the_worker_does(numbers)
        least = plain_rate(numbers[:PLAIN_FORMS])
    conditions = (
        f"{machine()}; {len(numbers)} forms in {seconds:.0f} s, {len(batch) / 1024 / 1024:.1f} MB of PDF, "
        f"{megabytes:.0f} MB resident at most (bar {BAR_MEGABYTES}: "
        f"{'met' if megabytes < BAR_MEGABYTES else 'MISSED'})"
    )
    figure = Figure.against(
        "forms a second in one batch",
        len(numbers) / seconds,
        least,
        unit="forms/s",
        bar=BAR,
        conditions=conditions,
    )
    show([figure], as_json=wanted.json)
    print(conditions)


if __name__ == "__main__":
    main()
