"""What this room hands over: versions on their way to publication."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.unfinished import Item, Stock
from documents.models import Version, VersionState

OPEN = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.RETURNED, VersionState.APPROVED)


def versions_unfinished() -> Iterator[Stock]:
    rows = Version.objects.select_related("document").order_by("drafted_at", "pk")
    for state in OPEN:
        held = rows.filter(state=state)
        words = "承認済み（公開待ち）" if state == VersionState.APPROVED else str(state.label)
        yield Stock("文書", words, held, _version, "drafted_at", reverse("documents:list"), "documents.read")


def _version(version: Version) -> Item:
    return Item(
        f"文書 {version.document_id} 第{version.number}版", since=version.drafted_at, note=str(version.document)
    )
