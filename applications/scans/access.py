"""Which scans and originals a member of staff reaches: those whose work they are, all of the city's."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from applications.models import Application, OriginalBatch, ScanFile, ScanPage, ScanUpload
from postoffices.models import Ward

Row = TypeVar("Row", bound=Model)


def scan_file_for(user: User, pk: int) -> ScanFile:
    """Raises Http404."""
    found = ScanFile.objects.select_related("content__bucket").filter(pk=pk)
    return _one(found, user, "applications.scan")


def scan_page_for(user: User, pk: int) -> ScanPage:
    """Raises Http404."""
    found = ScanPage.objects.select_related("file__content__bucket", "application").filter(pk=pk)
    return _one(found, user, "applications.scan")


def scan_upload_for(user: User, pk: UUID) -> ScanUpload:
    """Raises Http404: also once the file is kept."""
    return _one(ScanUpload.objects.filter(pk=pk), user, "applications.scan")


def application_of_paper(user: User, number: str) -> Application | None:
    """The application that somebody read off a page; None when there is no such number."""
    return Application.objects.filter(number=number).first() if user.may("applications.scan") else None


def batch_for(user: User, pk: int) -> OriginalBatch:
    """Raises Http404."""
    return _one(OriginalBatch.objects.select_related("ward").filter(pk=pk), user, "applications.originals")


def ward_for(user: User, code: str) -> Ward:
    """Raises Http404."""
    return _one(Ward.objects.filter(code=code), user, "applications.originals")


def _one(rows: QuerySet[Row], user: User, permission: str) -> Row:
    found = rows.first() if user.may(permission) else None
    if found is None:
        raise Http404
    return found
