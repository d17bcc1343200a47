"""Pages find their applications by hand where the code did not tell, and complete forms go on to be sealed."""

from itertools import zip_longest

from django.db import transaction
from django.utils import timezone

from applications.models import Application, PageReason, PageState, ScanFile, ScanPage, Sealing
from applications.scans.errors import AlreadyDecided, NoPageBefore, NotForThisApplication
from applications.signing.queue import sealing_queue
from audit.actions import record
from audit.actors import Actor


@transaction.atomic
def page_assign(*, page: ScanPage, application: Application, turned: int, by: Actor) -> ScanPage:
    """The page belongs to this application. Raises AlreadyDecided, NotForThisApplication."""
    from applications.scans.receiving import reason_against

    page = _open(page)
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if against := reason_against(application, page.file):
        raise NotForThisApplication(f"{PageReason(against).label}。申請書番号と、紙の署名の記録を確かめてください。")
    page.turned = turned
    return _decided(page, PageState.MATCHED, application, by)


@transaction.atomic
def page_continue(*, page: ScanPage, by: Actor) -> ScanPage:
    """The page goes on with the application of the page before, as a back side does. Raises NoPageBefore."""
    page = _open(page)
    before = ScanPage.objects.filter(file=page.file, number__lt=page.number).exclude(state=PageState.SET_ASIDE).last()
    if before is None or before.application is None:
        raise NoPageBefore
    page.turned = before.turned
    return _decided(page, PageState.MATCHED, before.application, by)


@transaction.atomic
def page_set_aside(*, page: ScanPage, by: Actor) -> ScanPage:
    """The page belongs to no application: blank, a cover, scanned twice. It stays in its file."""
    return _decided(_open(page), PageState.SET_ASIDE, None, by)


def _open(page: ScanPage) -> ScanPage:
    # The file first, as the reader does: what follows a page decides whether a form is complete.
    ScanFile.objects.select_for_update().get(pk=page.file_id)
    present = ScanPage.objects.select_for_update(of=("self",)).select_related("file").get(pk=page.pk)
    if present.state != PageState.OPEN:
        raise AlreadyDecided
    return present


def _decided(page: ScanPage, state: PageState, application: Application | None, by: Actor) -> ScanPage:
    page.state, page.application = state, application
    page.decided_by_id, page.decided_at = by.user_id, timezone.now()
    page.save()
    record(action=f"scan.page_{state}", subject=page, by=by)
    seal_complete(page.file)
    return page


def seal_complete(file: ScanFile) -> None:
    """Let the forms be sealed whose pages are all known: no open page follows their last one."""
    pages = list(ScanPage.objects.filter(file=file, state__in=[PageState.OPEN, PageState.MATCHED]).order_by("number"))
    for page, after in zip_longest(pages, pages[1:]):
        last_of_form = after is None or (after.state != PageState.OPEN and after.application_id != page.application_id)
        if page.application is not None and last_of_form and not _under_way(page.application):
            sealing_queue(page.application)


def _under_way(application: Application) -> bool:
    return application.document_id is not None or Sealing.objects.filter(application=application).exists()
