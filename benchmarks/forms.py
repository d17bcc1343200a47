"""A batch of application forms as one PDF: time, size and memory, against WeasyPrint on the same pages as plain HTML.

    python -m benchmarks.forms [--json] [--forms 1000]

The bookings are made by SQL in a database of its own, which is dropped at the end. A thousand forms take some minutes.
"""

import argparse
import resource
import time

from benchmarks import history
from benchmarks.figures import Figure, machine, show
from benchmarks.town import build_offices, own_database

OFFICES = 4
BAR = 0.7


def draft(count: int) -> list[str]:
    """Forms for `count` bookings; returns their numbers."""
    from applications.models import Application
    from reservations.models import Reservation

    history.grow(first=0, end=count, offices=OFFICES)
    bookings = Reservation.objects.order_by("pk")[:count]
    made = [Application(number=f"2026-{place:06}", reservation=held) for place, held in enumerate(bookings, start=1)]
    Application.objects.bulk_create(made)
    return [application.number for application in made]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--forms", type=int, default=1000)
    wanted = parser.parse_args()
    with own_database():
        build_offices(OFFICES)
        numbers = draft(wanted.forms)
        from applications.models import Application
        from applications.papers import _forms, forms_pdf
        from audit.actors import Actor
        from writing.papers import pdf_from_html

        by = Actor.system("benchmark")
        related = ("reservation__slot", "reservation__office", "reservation__procedure", "signature", "assistance")
        applications = list(Application.objects.filter(number__in=numbers).select_related(*related))
        first = next(iter(_forms(applications[:1], by)))
        body = first[first.index("<body") : first.index("</body>")].partition(">")[2]
        plain = first.replace(body, '<div class="next-page">'.join([body] * len(applications)))
        began = time.monotonic()
        pdf_from_html(plain)
        least = len(applications) / (time.monotonic() - began)
        began = time.monotonic()
        written = forms_pdf(applications, by=by)
        seconds = time.monotonic() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    conditions = (
        f"{machine()}; {len(applications)} forms in {seconds:.0f} s, {len(written) / 1024 / 1024:.1f} MB of PDF, "
        f"{megabytes:.0f} MB resident at most, the plain pages included"
    )
    figure = Figure.against(
        "forms a second in one batch",
        len(applications) / seconds,
        least,
        unit="forms/s",
        bar=BAR,
        conditions=conditions,
    )
    show([figure], as_json=wanted.json)
    print(conditions)


if __name__ == "__main__":
    main()
