"""Writing a version, until it is submitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from documents.errors import FileInfected, FileNotAccepted, NotEditable, OpenVersion
from documents.files import NotReadable, read_file
from documents.models import EDITABLE, Document, DocumentKind, Version
from postoffices.city import current_city
from vault.actions import object_store
from vault.malware import Malware, malware_in
from vault.models import ObjectKind

LARGEST_FILE = 20 * 1024 * 1024
RETENTION = "document"


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says: Markdown `text`, or the bytes of a file (PDF, Word, Excel) with its name."""

    changes: str
    text: str = ""
    file: bytes = b""
    file_name: str = ""


@transaction.atomic
def document_create(
    *,
    key: UUID,
    kind: DocumentKind,
    title: str,
    audience: Sequence[Role],
    must_confirm: bool,
    content: Content,
    by: Actor,
) -> Document:
    """A new document with its first draft. The same `key` again gives the first document. Raises FileNotAccepted."""
    document, made = Document.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "title": title, "audience": sorted(audience), "must_confirm": must_confirm},
    )
    if made:
        record(action="document.created", subject=document, by=by, detail={"kind": kind})
        _draft(document, 1, content, by)
    return document


@transaction.atomic
def version_begin(*, document: Document, content: Content, by: Actor) -> Version:
    """The next version as a draft. Raises OpenVersion while another is on its way, FileNotAccepted."""
    newest = Version.objects.filter(document=document).order_by("-number").first()
    try:
        with transaction.atomic():
            return _draft(document, newest.number + 1 if newest else 1, content, by)
    except IntegrityError as taken:
        # Two authors at once: the constraint lets one of them through.
        raise OpenVersion from taken


@transaction.atomic
def version_edit(*, version: Version, content: Content, by: Actor) -> Version:
    """Write the draft anew; a text without a new file keeps the old one. Raises NotEditable, FileNotAccepted."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state not in EDITABLE:
        raise NotEditable
    version.changes = content.changes
    if content.file or content.text:
        _put_in(version, content, by)
    version.save()
    _add_author(version, by)
    record(action="document.edited", subject=version, by=by, detail={"number": version.number})
    return version


def _draft(document: Document, number: int, content: Content, by: Actor) -> Version:
    version = Version(document=document, number=number, changes=content.changes)
    _put_in(version, content, by)
    version.save()
    _add_author(version, by)
    record(action="document.drafted", subject=version, by=by, detail={"number": number})
    return version


def _add_author(version: Version, by: Actor) -> None:
    if by.user_id:
        version.authors.add(User.objects.get(pk=by.user_id))


def _put_in(version: Version, content: Content, by: Actor) -> None:
    """Text or file of a version that is not saved yet.

    The file goes into the vault for as long as the profile keeps documents, its text beside it. Raises FileNotAccepted,
    FileInfected, ScannerUnavailable.
    """
    version.text, version.file_name = content.text, content.file_name
    version.file, version.pages, version.malware = None, [], Malware.UNSCANNED
    if not content.file:
        return
    if len(content.file) > LARGEST_FILE:
        raise FileNotAccepted
    version.malware = malware_in(content.file)
    if version.malware == Malware.INFECTED:
        raise FileInfected
    try:
        kind, version.pages = read_file(content.file)
    except NotReadable as error:
        raise FileNotAccepted(str(error)) from error
    version.file = object_store(
        data=content.file,
        kind=ObjectKind.DOCUMENT,
        media_type=kind.media_type,
        rule=RETENTION,
        keep_until=current_city().rules.keep_until(RETENTION, timezone.localdate()),
        by=by,
    )
