"""Background work of this room. Tasks carry ids only and may run twice."""

import logging

from celery import shared_task

from audit.actors import Actor
from reports.actions.making import report_claim, report_fail, report_make
from reports.errors import ClaimLost
from reports.models import Report

logger = logging.getLogger(__name__)
MAKER = Actor.system("report maker")


@shared_task
def make(report_id: int) -> None:
    """Make one report, unless another worker has it."""
    if report := report_claim(report_id=report_id, by=MAKER):
        _make(report)


@shared_task
def make_due() -> None:
    """Make what waits, also what a lost wake-up or a dead worker left behind."""
    while report := report_claim(by=MAKER):
        _make(report)


def _make(report: Report) -> None:
    try:
        report_make(report=report, by=MAKER)
    except ClaimLost:
        logger.info("report %s: another worker has taken it over", report.pk)
    except Exception:
        report_fail(
            report=report,
            trouble="作成中に問題が起きました。もう一度作成するか、システム管理者に連絡してください。",
            by=MAKER,
        )
        raise
