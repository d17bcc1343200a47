"""From the author to the city and on to the readers. Approval belongs to the city's role; an author never approves."""

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from documents.errors import OwnWork
from documents.models import VERSION_MOVES, Document, Version, VersionState
from documents.roster import filled_in
from documents.telling import tell_readers
from live.notify import notify

TOPIC = "documents"


@transaction.atomic
def version_submit(*, version: Version, by: Actor) -> Version:
    """To the city, with the names of the roster filled in. Raises MoveNotAllowed, NobodyOnRoster."""
    version = _moved(version, VersionState.SUBMITTED)
    version.shown = filled_in(version.text) if version.text else "\n".join(version.pages)
    version.submitted_at = timezone.now()
    version.remarks = ""
    return _written(version, "document.submitted", by)


@transaction.atomic
def version_return(*, version: Version, remarks: str, by: Actor) -> Version:
    """Back to the author with what is to be changed. Raises MoveNotAllowed."""
    version = _moved(version, VersionState.RETURNED)
    version.remarks = remarks
    version.decided_by_id, version.decided_at = by.user_id, timezone.now()
    return _written(version, "document.returned", by)


@transaction.atomic
def version_approve(*, version: Version, by: Actor) -> Version:
    """The city agrees. Raises OwnWork for whoever wrote a part of it, MoveNotAllowed."""
    version = _moved(version, VersionState.APPROVED)
    if version.authors.filter(pk=by.user_id or 0).exists():
        raise OwnWork
    version.decided_by_id, version.decided_at = by.user_id, timezone.now()
    return _written(version, "document.approved", by)


@transaction.atomic
def version_publish(*, version: Version, by: Actor) -> Version:
    """From now on readers see this version and no older one; they are told. Raises MoveNotAllowed."""
    version = _moved(version, VersionState.PUBLISHED)
    for older in Version.objects.filter(document=version.document_id, state=VersionState.PUBLISHED):
        older.state = VersionState.SUPERSEDED
        older.save(update_fields=["state"])
    version.published_at = timezone.now()
    _written(version, "document.published", by)
    tell_readers(version, by)
    return version


def _moved(version: Version, state: VersionState) -> Version:
    """The version, locked and in its new state, not saved yet. Its document is locked first, so moves queue up."""
    Document.objects.select_for_update().get(pk=version.document_id)
    version = Version.objects.select_for_update(of=("self",)).select_related("document").get(pk=version.pk)
    refuse_unless_allowed(VERSION_MOVES, version.state, state)
    version.state = state
    return version


def _written(version: Version, action: str, by: Actor) -> Version:
    version.save()
    record(action=action, subject=version, by=by, detail={"number": version.number})
    notify(topic=TOPIC, kind="document", id=version.document_id)
    return version
