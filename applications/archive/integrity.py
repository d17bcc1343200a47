"""Checking every kept application against its seal: nightly, and when somebody asks (fukuoka-23).

A run goes through the archive in steps, each a claim of its own: it may be interrupted, and goes on where it was. What
is opened for a check is given to nobody, so the run itself is the one event of it.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from applications.archive.errors import CheckUnderWay
from applications.models import Application, IntegrityRun
from applications.signing.seals import check_seal
from audit.actions import record
from audit.actors import Actor
from vault.actions import object_check
from vault.errors import ObjectDamaged, ObjectErased

logger = logging.getLogger(__name__)

STEP = 100
CLAIM = timedelta(minutes=10)
NIGHTLY = timedelta(hours=20)
# All are counted; so many are listed with their reasons.
MOST_LISTED = 1000
ERASED = "erased"


def integrity_start(*, by: Actor) -> IntegrityRun:
    """Begin a run over what is kept now. Raises CheckUnderWay."""
    try:
        with transaction.atomic():
            last = Application.objects.filter(document__isnull=False).aggregate(last=Max("pk"))["last"] or 0
            run = IntegrityRun.objects.create(last_application=last, asked_by_id=by.user_id)
            record(action="archive.check_started", subject=run, by=by)
            return run
    except IntegrityError as error:
        raise CheckUnderWay from error


def integrity_start_due(*, by: Actor) -> IntegrityRun | None:
    """Begin the nightly run, unless one runs or has begun within the last NIGHTLY."""
    recent = Q(started_at__gte=timezone.now() - NIGHTLY) | Q(finished_at__isnull=True)
    if IntegrityRun.objects.filter(recent).exists():
        return None
    return integrity_start(by=by)


def integrity_step(*, by: Actor) -> bool:
    """Check the next STEP applications of the open run; returns whether there is more to do."""
    run = _claimed()
    if run is None:
        return False
    kept = Application.objects.filter(pk__gt=run.cursor, pk__lte=run.last_application, document__isnull=False)
    batch = list(kept.select_related("document", "signature").order_by("pk")[:STEP])
    troubles = {application.number: trouble for application in batch if (trouble := trouble_of(application))}
    return _advanced(run, batch, troubles, by)


def trouble_of(application: Application) -> str:
    """What is wrong with a kept application; empty when all is well, ERASED when its time is over."""
    document = application.document
    if document is None:
        return "保存した申請書がありません"
    try:
        checked = object_check(held=document, inspect=check_seal)
        if application.signature is not None:
            object_check(held=application.signature, inspect=len)
    except ObjectErased:
        return ERASED
    except ObjectDamaged:
        return "保管されているデータを開けません"
    return checked.trouble


@transaction.atomic
def _claimed() -> IntegrityRun | None:
    """The open run, unless another worker has it."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=timezone.now())
    run = IntegrityRun.objects.filter(free, finished_at__isnull=True).select_for_update(skip_locked=True).first()
    if run is not None:
        run.claimed_until = timezone.now() + CLAIM
        run.save(update_fields=["claimed_until"])
    return run


@transaction.atomic
def _advanced(run: IntegrityRun, batch: list[Application], troubles: dict[str, str], by: Actor) -> bool:
    present = IntegrityRun.objects.select_for_update().get(pk=run.pk)
    if present.finished_at is not None or present.cursor != run.cursor:
        return False  # another worker took it over meanwhile
    failed = {number: words for number, words in troubles.items() if words != ERASED}
    present.checked += len(batch) - (len(troubles) - len(failed))
    present.erased += len(troubles) - len(failed)
    present.failed += len(failed)
    present.failures = [*present.failures, *_listed(failed.items())][:MOST_LISTED]
    present.cursor = batch[-1].pk if batch else present.last_application
    present.claimed_until = None
    over = len(batch) < STEP
    if over:
        present.finished_at = timezone.now()
        detail = {"checked": present.checked, "erased": present.erased, "failed": present.failed}
        record(action="archive.checked", subject=present, by=by, detail=detail)
    if failed:
        logger.error("%d kept applications do not match their seals", len(failed))
    present.save()
    return not over


def _listed(failed: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"number": number, "trouble": words} for number, words in failed]
