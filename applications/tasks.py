"""Background work of this room. Tasks carry ids only and may run twice."""

import logging

from celery import shared_task

from applications.archive.actions import entries_forget
from applications.archive.integrity import integrity_start_due, integrity_step
from applications.batches.actions import (
    form_batch_claim,
    form_batch_fail,
    form_batch_make,
    form_batches_forget,
)
from applications.batches.errors import ClaimLost
from applications.models import FormBatch
from applications.scans.receiving import scan_claim, scan_read
from applications.scans.uploads import scan_uploads_abandon_old
from applications.signing.sealing import application_seal, sealing_claim
from audit.actors import Actor

logger = logging.getLogger(__name__)
PRINTER = Actor.system("form printer")
SEALER = Actor.system("sealer")
SCANNER = Actor.system("scan reader")
ARCHIVIST = Actor.system("archivist")
MOST_PER_RUN = 20
# Some seconds of work each, so that other tasks get their turn.
STEPS_PER_RUN = 3


@shared_task
def seal(application_id: int) -> None:
    """Seal one signed form, unless another worker has it."""
    if application := sealing_claim(application_id=application_id):
        application_seal(application=application, by=SEALER)


@shared_task
def seal_due() -> int:
    """Seal what waits, also what a lost wake-up or a dead worker left behind; returns how many worked."""
    sealed = 0
    for _ in range(MOST_PER_RUN):
        application = sealing_claim()
        if application is None:
            break
        sealed += application_seal(application=application, by=SEALER)
    return sealed


@shared_task
def check_archive() -> None:
    """Go on with the open check of the archive; begin the nightly one where none ran."""
    integrity_start_due(by=ARCHIVIST)
    for _ in range(STEPS_PER_RUN):
        if not integrity_step(by=ARCHIVIST):
            break


@shared_task
def forget_erased() -> None:
    """Names leave the index of the archive when the papers have been erased."""
    while entries_forget(by=ARCHIVIST):
        pass


@shared_task
def read_scan(file_id: int) -> None:
    """Read one scanned file, unless another worker has it."""
    if file := scan_claim(file_id=file_id):
        scan_read(file=file, by=SCANNER)


@shared_task
def read_scans_due() -> None:
    """Read what waits, also what a lost wake-up or a dead worker left behind."""
    for _ in range(MOST_PER_RUN):
        file = scan_claim()
        if file is None:
            break
        scan_read(file=file, by=SCANNER)


@shared_task
def sweep_scan_uploads() -> None:
    """Pieces of files that never arrived whole are thrown away."""
    scan_uploads_abandon_old(by=SCANNER)


@shared_task
def make_form_batch(batch_id: int) -> None:
    """Make one batch of forms, unless another worker has it."""
    if batch := form_batch_claim(batch_id=batch_id, by=PRINTER):
        _make(batch)


@shared_task
def make_form_batches_due() -> None:
    """Make what waits, also what a lost wake-up or a dead worker left behind; forget what is a day old."""
    while batch := form_batch_claim(by=PRINTER):
        _make(batch)
    form_batches_forget(by=PRINTER)


def _make(batch: FormBatch) -> None:
    try:
        form_batch_make(batch=batch, by=PRINTER)
    except ClaimLost:
        logger.info("form batch %s: another worker has taken it over", batch.pk)
    except Exception:
        trouble = "作成中に問題が起きました。もう一度作成するか、システム管理者に連絡してください。"
        form_batch_fail(batch=batch, trouble=trouble, by=PRINTER)
        raise
