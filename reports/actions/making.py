"""Making a report: claimed by one worker, done in steps that show on screen, finished in one transaction.

A worker that dies leaves its claim behind; when that runs out another worker starts over. Nothing is
half there: the files and the state are written together at the end.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actions import record, seal_all
from audit.actors import Actor
from audit.sealing import day_root
from live.notify import notify
from postoffices.city import current_city
from reports.errors import ClaimLost
from reports.figures import figures
from reports.models import Report, ReportState
from reports.papers import report_pdf, report_xlsx
from vault.actions import object_store
from vault.models import ObjectKind, VaultObject

CLAIM = timedelta(seconds=60)
MOST_ATTEMPTS = 3
STEPS = ("数えています", "PDFを作っています", "表を作っています", "保管しています")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def report_claim(*, report_id: int | None = None, by: Actor) -> Report | None:
    """Take the report (or the oldest that waits), or None when there is nothing to take.

    A report whose maker died three times is marked as failed instead.
    """
    waiting = Report.objects.claimable()
    if report_id is not None:
        waiting = waiting.filter(pk=report_id)
    report = waiting.select_for_update(skip_locked=True).first()
    if report is None:
        return None
    if report.attempts >= MOST_ATTEMPTS:
        _give_up(report, "作成が3回続けて途中で止まりました。システム管理者に連絡してください。", by)
        return None
    report.state = ReportState.MAKING
    report.claim_token = uuid.uuid4()
    report.claimed_until = timezone.now() + CLAIM
    report.attempts += 1
    report.step, report.steps, report.doing = 0, len(STEPS), STEPS[0]
    report.save()
    record(action="report.making", subject=report, by=by, detail={"attempt": report.attempts})
    notify(topic="reports", kind="report", id=report.pk)
    return report


def report_make(*, report: Report, by: Actor, after_step: Callable[[int], None] = lambda step: None) -> Report:
    """Make a claimed report. Raises ClaimLost when another worker has taken it over.

    `after_step` is told each finished step's number (1 to 4).
    """
    seal_all(by=by)
    counted = figures(report.first_day, report.last_day)
    counted["made_on"] = timezone.localdate().isoformat()
    counted["sealed_day"] = min(report.last_day, timezone.localdate()).isoformat()
    counted["audit_root"] = day_root(min(report.last_day, timezone.localdate()))
    report.figures = counted
    _advance(report, 1)
    after_step(1)
    pdf = report_pdf(report)
    _advance(report, 2)
    after_step(2)
    xlsx = report_xlsx(report)
    _advance(report, 3)
    after_step(3)
    return _finish(report, pdf, xlsx, by)


@transaction.atomic
def report_fail(*, report: Report, trouble: str, by: Actor) -> None:
    """The report cannot be made; say why. Nothing happens when another worker has taken it over."""
    held = Report.objects.select_for_update().filter(pk=report.pk, claim_token=report.claim_token).first()
    if held is not None:
        _give_up(held, trouble, by)


def _advance(report: Report, step: int) -> None:
    """Commit the progress and renew the claim, so that screens move and the sweeper keeps off."""
    with transaction.atomic():
        mine = Report.objects.filter(pk=report.pk, claim_token=report.claim_token, state=ReportState.MAKING)
        if not mine.update(step=step, doing=STEPS[step], claimed_until=timezone.now() + CLAIM):
            raise ClaimLost
        notify(topic="reports", kind="report", id=report.pk)
    report.step = step


@transaction.atomic
def _finish(report: Report, pdf: bytes, xlsx: bytes, by: Actor) -> Report:
    files = {"pdf": _store(pdf, "application/pdf", by), "xlsx": _store(xlsx, XLSX_TYPE, by)}
    mine = Report.objects.filter(pk=report.pk, claim_token=report.claim_token, state=ReportState.MAKING)
    if not mine.update(
        **files,
        state=ReportState.DRAFTED,
        figures=report.figures,
        step=len(STEPS),
        doing="",
        claim_token=None,
        claimed_until=None,
        made_at=timezone.now(),
    ):
        raise ClaimLost
    report.refresh_from_db()
    record(action="report.made", subject=report, by=by)
    notify(topic="reports", kind="report", id=report.pk)
    return report


def _store(data: bytes, media_type: str, by: Actor) -> VaultObject:
    keep_until = current_city().rules.keep_until("report", timezone.localdate())
    return object_store(
        data=data, kind=ObjectKind.REPORT, media_type=media_type, rule="report", keep_until=keep_until, by=by
    )


def _give_up(report: Report, trouble: str, by: Actor) -> None:
    report.state = ReportState.FAILED
    report.trouble = trouble
    report.claim_token = report.claimed_until = None
    report.doing = ""
    report.save()
    record(action="report.failed", subject=report, by=by)
    notify(topic="reports", kind="report", id=report.pk)
