"""Finding kept applications. A page goes on behind the last row of the page before, so that every page costs the same.

What is typed holds names: it travels in the body of the request, never in an address.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.archive.entries import packed
from applications.models import ArchiveEntry, ArchiveHold, SignKind
from postoffices.models import Office, Procedure, Ward
from reservations.spelling import AFTER_EVERYTHING
from writing.text import digits, katakana

PAGE = 50
# Counting on would cost more than the page itself.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for; what is left out does not narrow."""

    first_day: date | None = None
    last_day: date | None = None
    office: Office | None = None
    ward: Ward | None = None
    procedure: Procedure | None = None
    sign_kind: SignKind | None = None
    number: str = ""
    name: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `after` leads to the next one and is empty on the last; `count` stops at MOST_COUNTED."""

    entries: list[ArchiveEntry]
    after: str
    count: int

    @property
    def many(self) -> bool:
        return self.count >= MOST_COUNTED


def entries_found(sought: Sought, after: str = "") -> Found:
    """The kept applications, the newest first; from behind `after`, where given. Two queries."""
    matching = _matching(sought)
    rows = list(_behind(matching, after).select_related("office", "procedure")[: PAGE + 1])
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    count = matching.order_by()[:MOST_COUNTED].count()
    return Found(rows[:PAGE], f"{more.signed_on.isoformat()} {more.number}" if more else "", count)


def _matching(sought: Sought) -> QuerySet[ArchiveEntry]:
    held = ArchiveHold.objects.filter(application=OuterRef("pk"), lifted_at__isnull=True)
    conditions = [
        ("signed_on__gte", sought.first_day),
        ("signed_on__lte", sought.last_day),
        ("office", sought.office),
        ("ward", sought.ward),
        ("procedure", sought.procedure),
        ("sign_kind", sought.sign_kind),
    ]
    rows = ArchiveEntry.objects.annotate(held=Exists(held)).filter(
        **{name: value for name, value in conditions if value is not None}
    )
    if sought.number:
        rows = rows.filter(_numbered(sought.number))
    if sought.name:
        rows = rows.filter(pk__in=_named(sought.name))
    return rows.filter(held=True) if sought.held else rows


def _numbered(text: str) -> Q:
    """An application's or a booking's number, however it is grouped."""
    figures = digits(text)
    return Q(number=f"{figures[:4]}-{figures[4:]}") | Q(reservation_number=figures)


def _named(text: str) -> QuerySet[ArchiveEntry, tuple[int]]:
    """Whose name or reading begins so. Looked up first and by itself: names narrow more than anything beside them."""
    name, reading = packed(text), packed(katakana(text))
    named = ArchiveEntry.objects.filter(name_key__gte=name, name_key__lt=name + AFTER_EVERYTHING)
    read = ArchiveEntry.objects.filter(reading_key__gte=reading, reading_key__lt=reading + AFTER_EVERYTHING)
    return named.order_by().values_list("pk").union(read.order_by().values_list("pk"))


def _behind(rows: QuerySet[ArchiveEntry], after: str) -> QuerySet[ArchiveEntry]:
    day, _, number = after.partition(" ")
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return rows
    return rows.filter(Q(signed_on__lt=last) | Q(signed_on=last, number__lt=number), signed_on__lte=last)
