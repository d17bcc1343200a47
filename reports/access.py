"""What a member of staff may reach: reports are the whole city's, for everyone who may see any."""

from django.http import Http404

from accounts.models import User
from reports.models import Report


def report_for(user: User, pk: int) -> Report:
    """The report with this number. Raises Http404 when there is none."""
    report = Report.objects.filter(pk=pk).select_related("pdf__bucket", "xlsx__bucket", "requested_by").first()
    if report is None:
        raise Http404
    return report
