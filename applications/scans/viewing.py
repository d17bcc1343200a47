"""Looking at scans: every look is an event."""

from django.db import transaction

from applications.models import ScanFile, ScanPage
from applications.scans.reading import page_picture
from audit.actions import record
from audit.actors import Actor
from vault.actions import object_read


def page_view(*, page: ScanPage, turned: int, by: Actor) -> bytes:
    """The page as JPEG. Raises vault.errors.ObjectErased, ObjectDamaged, applications.scans.errors.PdfBroken."""
    picture = page_picture(object_read(held=page.file.content, by=by, purpose="scan"), page.number, turned)
    with transaction.atomic():
        record(action="scan.viewed", subject=page, by=by)
    return picture


def file_take_out(*, file: ScanFile, by: Actor) -> bytes:
    """The file as it came. Raises vault.errors.ObjectErased, ObjectDamaged."""
    data = object_read(held=file.content, by=by, purpose="scan")
    with transaction.atomic():
        record(action="scan.taken_out", subject=file, by=by)
    return data
