"""Meetings as they are read: what is still open from earlier ones, and whether this month's is planned."""

from calendar import monthrange
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from postoffices.city import current_city
from staffing.models import Meeting, MeetingTask, TaskState


def earlier_tasks(meeting: Meeting) -> QuerySet[MeetingTask]:
    """What earlier meetings left open: the first thing that a meeting looks at."""
    open_tasks = MeetingTask.objects.filter(state=TaskState.OPEN, meeting__starts_at__lt=meeting.starts_at)
    return open_tasks.select_related("owner", "meeting")


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def missing_this_month() -> int:
    """How many regular meetings the contract still asks for this month. One query."""
    first, last = month_of(timezone.localdate())
    planned = Meeting.objects.regular_in(first, last).count()
    return max(0, current_city().rules.staffing.meetings_each_month - planned)
