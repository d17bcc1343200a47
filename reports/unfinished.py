"""What this room hands over: reports that the city has not accepted."""

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from accounts.unfinished import Item, Stock
from reports.models import Report, ReportState

# What is only made, nobody has handed in yet.
WORDS = {ReportState.DRAFTED: "作成済み（提出前）", ReportState.SUBMITTED: "提出済み（市の受領待ち）"}


def reports_unfinished() -> Iterator[Stock]:
    rows = Report.objects.order_by("due_on", "pk")
    for state in ReportState:
        if state != ReportState.ACCEPTED:
            held = rows.filter(state=state)
            words = WORDS.get(state, str(state.label))
            yield Stock("報告書", words, held, _report, "requested_at", reverse("reports:list"), "reports.view")


def _report(report: Report) -> Item:
    due = timezone.make_aware(datetime.combine(report.due_on, time(23, 59))) if report.due_on else None
    number = f"{report.get_kind_display()} {report.first_day:%Y-%m-%d}"
    return Item(number, since=report.requested_at, due=due)
