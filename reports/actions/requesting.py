"""Asking for a report; a worker makes it."""

import calendar
import logging
from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from postoffices.city import current_city
from reports.errors import AlreadySubmitted, BeingMade, PeriodNotOver
from reports.models import Report, ReportKind, ReportState

logger = logging.getLogger(__name__)


@transaction.atomic
def report_request(*, kind: ReportKind, day: date, by: Actor) -> Report:
    """Ask for the report over the day, or over the day's month. An existing draft is made anew.

    Raises PeriodNotOver for the future, BeingMade while a worker is at it, AlreadySubmitted.
    """
    first_day, last_day = period_of(kind, day)
    if first_day > timezone.localdate():
        raise PeriodNotOver
    Report.objects.get_or_create(
        kind=kind, first_day=first_day, defaults={"last_day": last_day, "due_on": _due_on(kind, last_day)}
    )
    report = Report.objects.select_for_update().get(kind=kind, first_day=first_day)
    if report.state == ReportState.MAKING:
        raise BeingMade
    if report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        raise AlreadySubmitted
    report.state = ReportState.REQUESTED
    report.requested_by_id = by.user_id
    report.requested_at = timezone.now()
    report.attempts = report.step = 0
    report.doing = report.trouble = ""
    report.save()
    record(action="report.requested", subject=report, by=by, detail={"kind": kind, "first_day": first_day.isoformat()})
    notify(topic="reports", kind="report", id=report.pk)
    transaction.on_commit(lambda: _wake(report.pk))
    return report


@transaction.atomic
def report_remark(*, report: Report, remarks: str, by: Actor) -> Report:
    """Write the manager's issues and remedies into the report; they appear when it is made anew."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    report.remarks = remarks
    report.save(update_fields=["remarks"])
    record(action="report.remarked", subject=report, by=by)
    return report


def period_of(kind: ReportKind, day: date) -> tuple[date, date]:
    """First and last day of the report that the day belongs to."""
    if kind == ReportKind.DAILY:
        return day, day
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _due_on(kind: ReportKind, last_day: date) -> date:
    rules = current_city().rules.reports
    return (rules.daily if kind == ReportKind.DAILY else rules.monthly).due_on(last_day)


def _wake(report_id: int) -> None:
    """Tell a worker at once. A broker that is down costs only time: the sweeper finds the request."""
    from reports.tasks import make

    try:
        make.delay(report_id)
    except Exception:  # noqa: BLE001 - whatever the broker's client raises, the request stands in the database
        logger.warning("report %s: no broker, the sweeper will find it", report_id)
