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
# A name that more people bear than this is no longer looked up by itself.
FREQUENT = 2000


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
        rows = rows.filter(_named(sought.name))
    # From the few holds, not by asking each kept application whether it has one.
    open_holds = ArchiveHold.objects.filter(lifted_at__isnull=True).values_list("application", flat=True)
    return rows.filter(pk__in=list(open_holds)) if sought.held else rows


def _numbered(text: str) -> Q:
    """An application's or a booking's number, however it is grouped."""
    figures = digits(text)
    return Q(number=f"{figures[:4]}-{figures[4:]}") | Q(reservation_number=figures)


def _named(text: str) -> Q:
    """Whose name or reading begins so.

    A rare name is looked up first, by itself, since it narrows more than anything beside it. A frequent one is left
    to the walk through the newest, which soon has a page full.
    """
    name, reading = packed(text), packed(katakana(text))
    named = Q(name_key__gte=name, name_key__lt=name + AFTER_EVERYTHING)
    read = Q(reading_key__gte=reading, reading_key__lt=reading + AFTER_EVERYTHING)
    few: set[int] = set()
    for condition in (named, read):
        found = ArchiveEntry.objects.filter(condition).order_by().values_list("pk", flat=True)[: FREQUENT + 1]
        few.update(found)
        if len(few) > FREQUENT:
            return named | read
    return Q(pk__in=few)


def _behind(rows: QuerySet[ArchiveEntry], after: str) -> QuerySet[ArchiveEntry]:
    day, _, number = after.partition(" ")
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return rows
    return rows.filter(Q(signed_on__lt=last) | Q(signed_on=last, number__lt=number), signed_on__lte=last)
