"""Sealing: a worker draws the signed form, seals it and puts it into the archive.

Drawing and sealing stand outside any transaction, as they take long and ask the time-stamp service. A worker that
dies leaves its row, which is due again when its time has run out; two workers at one form make one document, since
only the first finds the form signed.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from applications.archive.entries import application_archive
from applications.models import Application, ApplicationState, Sealing
from applications.papers import signed_form_pdf
from applications.scans.papers import scanned_form_pdf
from applications.signing.seals import seal_pdf, sealer
from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from postoffices.city import current_city

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=3)
# Wait longer after each failure; a time-stamp service that is down for a night must not be asked every second.
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
REASON = "署名済みの申請書の封印"


@transaction.atomic
def sealing_claim(*, application_id: int | None = None) -> Application | None:
    """Take a form that waits (this one, or the one that waits longest); None when there is none to take."""
    waiting = Sealing.objects.due()
    if application_id is not None:
        waiting = waiting.filter(application_id=application_id)
    sealing = waiting.select_for_update(skip_locked=True).first()
    if sealing is None:
        return None
    sealing.due_at = timezone.now() + CLAIM
    sealing.tries += 1
    sealing.save(update_fields=["due_at", "tries"])
    return _whole(sealing.application_id)


def application_seal(*, application: Application, by: Actor) -> bool:
    """Seal and keep a claimed form. Returns whether that worked; otherwise it is tried again later."""
    try:
        if application.state in (ApplicationState.SIGNED, ApplicationState.PAPER_SIGNED):
            sealed = seal_pdf(_drawn(application, by), reason=REASON, location=current_city().name)
            application_archive(application=application, document=sealed, by=by)
    except Refused as refused:
        _put_off(application, refused.message, by)
        return False
    except Exception:
        _put_off(application, "申請書の作成中に問題が起きました。システム管理者に連絡してください。", by)
        raise
    Sealing.objects.filter(application=application).delete()
    return True


def _drawn(application: Application, by: Actor) -> bytes:
    """The form with its signature, or what was scanned of the paper."""
    if application.state == ApplicationState.PAPER_SIGNED:
        return scanned_form_pdf(application, demo=sealer().demo)
    return signed_form_pdf(application, demo=sealer().demo, by=by)


def _whole(application_id: int) -> Application:
    related = ("reservation__slot", "reservation__office__ward", "reservation__procedure", "signature", "assistance")
    walk_in = ("visit__office__ward", "visit__procedure", "applicant")
    return Application.objects.select_related(*related, *walk_in).get(pk=application_id)


@transaction.atomic
def _put_off(application: Application, trouble: str, by: Actor) -> None:
    sealing = Sealing.objects.select_for_update().filter(application=application).first()
    if sealing is None:
        return
    sealing.due_at = timezone.now() + PAUSES[min(sealing.tries, len(PAUSES)) - 1]
    sealing.trouble = trouble
    sealing.save(update_fields=["due_at", "trouble"])
    record(action="application.seal_failed", subject=application, by=by, detail={"tries": sealing.tries})
    logger.warning("application %s could not be sealed", application.pk)
