"""What the start page says about reports: those that a worker could not make."""

from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from reports.models import Report, ReportState


def reports_failed(user: User) -> list[Waiting]:
    """Reports to be looked at and asked for again. One query."""
    count = Report.objects.filter(state=ReportState.FAILED).count()
    return [Waiting("作成できなかった報告書", count, reverse("reports:list"))]
