"""Which kept applications a member of staff reaches: those who work with the archive, all of the city's."""

from django.http import Http404

from accounts.models import User
from applications.models import ArchiveEntry, IntegrityRun


def entry_for(user: User, number: str) -> ArchiveEntry:
    """The kept application with this number. Raises Http404."""
    found = ArchiveEntry.objects.filter(number=number).select_related(
        "application__document__bucket", "application__signed_before", "office", "ward", "procedure"
    )
    entry = found.first() if user.may("applications.archive") else None
    if entry is None:
        raise Http404
    return entry


def integrity_run_for(user: User, pk: int) -> IntegrityRun:
    """A check of the archive. Raises Http404."""
    run = IntegrityRun.objects.filter(pk=pk).first() if user.may("applications.integrity") else None
    if run is None:
        raise Http404
    return run
