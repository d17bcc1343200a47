"""The list of documents as one person sees it."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When
from django.http import QueryDict

from accounts.models import User
from documents.access import documents_for, follows
from documents.models import Document, DocumentKind, DocumentQuerySet, Reading, Version, VersionState
from writing.text import normalised

# As the kinds stand in the code: what is needed in an emergency is near the top.
KIND_ORDER = Case(*(When(kind=kind, then=place) for place, kind in enumerate(DocumentKind.values)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list is narrowed to."""

    kind: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Chosen":
        kind = query.get("kind", "")
        return cls(kind if kind in DocumentKind.values else "", normalised(query.get("q", ""))[:100])


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    count: int
    url: str
    current: bool


def listed(user: User, chosen: Chosen) -> DocumentQuerySet:
    """With `shown_versions` (the newest the person may see first) and `unread`; what is to be read comes first."""
    seen = Version.objects.all() if follows(user) else Version.objects.filter(state=VersionState.PUBLISHED)
    found = _matching(documents_for(user), chosen)
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    unread = Document.objects.unread_by(user).filter(pk=OuterRef("pk"))
    return (
        found.annotate(unread=Exists(unread), order=KIND_ORDER)
        .prefetch_related(Prefetch("versions", seen.order_by("-number"), to_attr="shown_versions"))
        .order_by("-unread", "order", "title", "pk")
    )


def _matching(documents: DocumentQuerySet, chosen: Chosen) -> DocumentQuerySet:
    for word in chosen.words.split():
        inside = Version.objects.filter(document=OuterRef("pk"), state=VersionState.PUBLISHED, shown__icontains=word)
        documents = documents.filter(Q(title__icontains=word) | Q(Exists(inside)))
    return documents


def kind_chips(user: User, chosen: Chosen) -> list[Chip]:
    """All, and every kind of which there is something."""
    counts = Counter(_matching(documents_for(user), chosen).values_list("kind", flat=True))
    words = {"q": chosen.words} if chosen.words else {}
    chips = [Chip("すべて", counts.total(), f"?{urlencode(words)}", not chosen.kind)]
    return chips + [
        Chip(kind.label, counts[kind], f"?{urlencode(words | {'kind': kind.value})}", chosen.kind == kind)
        for kind in DocumentKind
        if counts[kind] or chosen.kind == kind
    ]


def readings_of(version: Version) -> tuple[list[Reading], list[User]]:
    """Who confirmed having read it, and which of its readers have not yet."""
    done = list(version.readings.select_related("reader__posting__office").order_by("confirmed_at"))
    readers = User.objects.filter(role__in=version.document.audience, is_active=True).select_related("posting__office")
    missing = readers.exclude(pk__in=[reading.reader_id for reading in done]).order_by("role", "pk")
    return done, list(missing)
