"""Reports are made once, by one worker, whole or not at all."""

import io
import uuid
from datetime import date, timedelta

import openpyxl
import pypdf
import pytest
from django.db import connection
from django.utils import timezone

from audit.actors import Actor
from audit.models import AuditEvent
from reports import tasks
from reports.actions import report_claim, report_make, report_request
from reports.actions.making import MOST_ATTEMPTS
from reports.errors import AlreadySubmitted, BeingMade, ClaimLost, PeriodNotOver
from reports.models import Report, ReportKind, ReportState
from reports.papers import COLUMNS
from tests.fixtures.site import Worker, wait_for
from vault.actions import object_read
from vault.models import ObjectKind, VaultObject

pytestmark = pytest.mark.usefixtures("city")

BY = Actor.system("test")
YESTERDAY = timezone.localdate() - timedelta(days=1)


def requested(kind: ReportKind = ReportKind.DAILY, day: date = YESTERDAY) -> Report:
    return report_request(kind=kind, day=day, by=BY)


def claimed() -> Report:
    report = report_claim(by=BY)
    assert report is not None
    return report


@pytest.mark.requirement("kitakyushu-22", "fukuoka-34")
def test_pdf_and_workbook_say_the_figures(played_day: date) -> None:
    report = report_claim(report_id=requested(ReportKind.MONTHLY, played_day).pk, by=BY)
    assert report is not None
    report = report_make(report=report, by=BY)
    assert report.pdf is not None
    assert report.xlsx is not None
    text = "".join(
        page.extract_text()
        for page in pypdf.PdfReader(io.BytesIO(object_read(held=report.pdf, by=BY, purpose="test"))).pages
    )
    assert "業務実施報告書" in text
    assert "北九州市" in text
    assert report.figures["audit_root"] in text.replace("\n", "")
    book = openpyxl.load_workbook(io.BytesIO(object_read(held=report.xlsx, by=BY, purpose="test")))
    totals = [cell.value for cell in list(book["拠点別"].rows)[-1]]
    assert totals == ["合計", *(report.figures["totals"][name] for name, _ in COLUMNS)]
    assert [row[0].value for row in book["区別"].rows][1:-1] == [row["name"] for row in report.figures["wards"]]


def test_progress_is_kept_step_by_step() -> None:
    report = requested()
    seen = []
    report_make(
        report=claimed(),
        by=BY,
        after_step=lambda step: seen.append((step, Report.objects.get(pk=report.pk).step)),
    )
    assert seen == [(1, 1), (2, 2), (3, 3)]
    report.refresh_from_db()
    assert (report.state, report.step, report.doing) == (ReportState.DRAFTED, report.steps, "")


def test_asking_again_makes_it_anew_but_not_while_it_is_made() -> None:
    first = requested()
    report_make(report=claimed(), by=BY)
    assert requested().pk == first.pk
    claimed()
    with pytest.raises(BeingMade):
        requested()


def test_the_future_and_what_was_submitted_are_refused() -> None:
    with pytest.raises(PeriodNotOver):
        requested(day=timezone.localdate() + timedelta(days=1))
    report = requested()
    report_make(report=claimed(), by=BY)
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    with pytest.raises(AlreadySubmitted):
        requested()


def test_a_worker_that_was_overtaken_leaves_no_trace() -> None:
    report = requested()
    slow = claimed()
    Report.objects.filter(pk=report.pk).update(claim_token=uuid.uuid4())
    with pytest.raises(ClaimLost):
        report_make(report=slow, by=BY)
    assert not VaultObject.objects.filter(kind=ObjectKind.REPORT).exists()
    assert Report.objects.get(pk=report.pk).state == ReportState.MAKING


def test_overtaken_at_the_very_end_the_files_are_not_kept() -> None:
    """The guard of the last UPDATE: files and state go together."""
    report = requested()

    def overtake(step: int) -> None:
        if step == 3:
            Report.objects.filter(pk=report.pk).update(claim_token=uuid.uuid4())

    with pytest.raises(ClaimLost):
        report_make(report=claimed(), by=BY, after_step=overtake)
    assert not VaultObject.objects.filter(kind=ObjectKind.REPORT).exists()


def test_after_three_dead_makers_the_report_fails_with_words() -> None:
    report = requested()
    for _ in range(MOST_ATTEMPTS):
        claimed()
        Report.objects.filter(pk=report.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert report_claim(by=BY) is None
    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert "システム管理者" in report.trouble


def test_a_claimed_report_is_not_claimed_again() -> None:
    requested()
    claimed()
    assert report_claim(by=BY) is None


def test_killed_in_the_middle_the_report_is_made_once_by_the_next_worker(
    transactional_db: None, city: None, worker: Worker
) -> None:
    """A real worker stands still while it counts (a table is locked), dies, and another one starts over."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE postoffices_procedure IN ACCESS EXCLUSIVE MODE")
        _in_another_connection_request_and_wait_for_maker()
        worker.kill()
        cursor.execute("ROLLBACK")
    report = Report.objects.get()
    assert report.state == ReportState.MAKING
    Report.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))  # the minute goes by
    worker.start()
    tasks.make_due.delay()  # as beat does every quarter of a minute
    wait_for(lambda: Report.objects.get().state == ReportState.DRAFTED, "the report")
    assert VaultObject.objects.filter(kind=ObjectKind.REPORT).count() == 2
    events = AuditEvent.objects.about(report).values_list("action", flat=True)
    assert sorted(events) == ["report.made", "report.making", "report.making", "report.requested"]


def _in_another_connection_request_and_wait_for_maker() -> None:
    from threading import Thread

    def ask() -> None:
        try:
            requested()
            wait_for(lambda: Report.objects.get().state == ReportState.MAKING, "the claim")
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
