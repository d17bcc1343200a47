"""What readers do: confirm that they have read, and record where publicity went."""

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from documents.errors import NotNewest, NotPublicity, NotYours
from documents.models import HANDED_OUT, Distribution, Reading, Version, VersionState
from live.notify import notify
from postoffices.models import Office


@transaction.atomic
def reading_confirm(*, version: Version, reader: User, by: Actor) -> Reading:
    """The reader has read the published version; saying it twice changes nothing. Raises NotNewest, NotYours."""
    version = Version.objects.select_for_update(of=("self",)).select_related("document").get(pk=version.pk)
    if version.state != VersionState.PUBLISHED:
        raise NotNewest
    if not version.document.must_confirm or reader.role not in version.document.audience:
        raise NotYours
    reading, made = Reading.objects.get_or_create(version=version, reader=reader)
    if made:
        record(action="document.read", subject=version, by=by, detail={"number": version.number})
        notify(topic="documents", kind="document", id=version.document_id)
    return reading


@transaction.atomic
def distribution_record(
    *, key: UUID, version: Version, office: Office | None, place: str, day: date, quantity: int, note: str, by: Actor
) -> Distribution:
    """Publicity or material went to an office or another place. The same `key` again gives the first row.

    Raises NotPublicity, before the city has approved and it is published too.
    """
    out = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
    if version.document.kind not in HANDED_OUT or version.state not in out:
        raise NotPublicity
    row, made = Distribution.objects.get_or_create(
        key=key,
        defaults={
            "version": version,
            "office": office,
            "place": "" if office else place,
            "day": day,
            "quantity": quantity,
            "note": note,
            "recorded_by_id": by.user_id,
        },
    )
    if made:
        record(action="document.distributed", subject=version, by=by, detail={"quantity": quantity})
    return row
