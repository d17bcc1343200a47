"""Looking at scans: every look is an event."""

from collections.abc import Iterator
from itertools import chain

from django.db import transaction

from applications.models import ScanFile, ScanPage
from applications.scans.reading import page_picture
from audit.actions import record
from audit.actors import Actor
from vault.actions import object_opened
from vault.large import PIECE


def page_view(*, page: ScanPage, turned: int, by: Actor) -> bytes:
    """The page as JPEG. Raises vault.errors.ObjectErased, ObjectDamaged, applications.scans.errors.PdfBroken."""
    with object_opened(held=page.file.content) as source:
        picture = page_picture(source, page.number, turned)
    with transaction.atomic():
        record(action="scan.viewed", subject=page, by=by)
    return picture


def file_take_out(*, file: ScanFile, by: Actor) -> Iterator[bytes]:
    """The file as it came, in pieces. Raises vault.errors.ObjectErased, ObjectDamaged, before the first piece."""
    pieces = _pieces(file)
    first = next(pieces, b"")
    with transaction.atomic():
        record(action="scan.taken_out", subject=file, by=by)
    return chain([first], pieces)


def _pieces(file: ScanFile) -> Iterator[bytes]:
    with object_opened(held=file.content) as source:
        while piece := source.read(PIECE):
            yield piece
