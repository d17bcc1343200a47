"""What the counter counts beside the procedure reaches the city's report."""

import uuid
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from counters.actions import fees_take, receipt_void, support_count, support_take_back, visit_finish
from counters.models import Outcome, Reason, SupportKind, VoidReason
from reports.figures import figures
from reports.models import Report, ReportKind
from reports.papers import report_xlsx
from tests.counters.desk import Desk
from tests.counters.rules import set_counter_rules


@pytest.fixture
def a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """Three receipts, one of them void; one fee exempt; help counted three times, once by mistake."""
    set_counter_rules(monkeypatch)
    for fees in ({"certificate": ""}, {"card": ""}, {"certificate": "disaster"}):
        fees_take(visit=desk.serving(), fees=fees, key=uuid.uuid4(), by=desk.by)
    void = fees_take(visit=desk.serving(), fees={"card": ""}, key=uuid.uuid4(), by=desk.by)
    assert void is not None
    receipt_void(receipt=void, reason=VoidReason.NOT_DONE, by=desk.by)
    kinds = [SupportKind.INSURANCE, SupportKind.INSURANCE, SupportKind.ACCOUNT]
    done = [support_count(office=desk.town.office, kind=kind, key=uuid.uuid4(), by=desk.by) for kind in kinds]
    support_take_back(done=done[0], by=desk.by)
    visit_finish(visit=desk.serving(), outcome=Outcome.MISSING_PAPERS, reason=Reason.NO_CARD, by=desk.by)
    today = timezone.localdate()
    return {
        name: {row["name"]: row["count"] for row in figures(today, today)[name]}
        for name in ("fees", "supports", "reasons")
    }


@pytest.mark.requirement("yatsushiro-05", "yatsushiro-06", "kurume-06")
def test_money_help_and_reasons_are_counted(a_day: dict[str, dict[str, int]]) -> None:
    assert a_day["fees"] == {"領収書（枚）": 2, "領収額（円）": 1000, "免除（件）": 1}
    assert a_day["supports"][SupportKind.INSURANCE.label] == a_day["supports"][SupportKind.ACCOUNT.label] == 1
    assert a_day["reasons"] == {Reason.NO_CARD.label: 1}


def test_the_workbook_has_them_and_reports_made_before_still_open(a_day: dict[str, dict[str, int]]) -> None:
    today = timezone.localdate()
    counted = figures(today, today)
    report = Report(kind=ReportKind.DAILY, first_day=today, last_day=today, figures=counted)
    assert "手数料" in load_workbook(BytesIO(report_xlsx(report))).sheetnames
    for name in ("fees", "supports", "reasons"):
        del counted[name]
    assert "手数料" not in load_workbook(BytesIO(report_xlsx(report))).sheetnames
