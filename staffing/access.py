"""What a member of staff may reach here: whoever holds the permission reaches the whole contract."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from staffing.models import (
    Absence,
    Assignment,
    Contact,
    Good,
    Meeting,
    MeetingTask,
    Oath,
    Stocktake,
    Submission,
    Worker,
)

Row = TypeVar("Row", bound=Model)


def worker_for(user: User, pk: int) -> Worker:
    """Raises Http404."""
    return _found(user, "staffing.view", Worker.objects.select_related("user"), pk)


def assignment_for(user: User, pk: int) -> Assignment:
    """Raises Http404."""
    return _found(user, "staffing.view", Assignment.objects.select_related("worker", "office"), pk)


def absence_for(user: User, pk: int) -> Absence:
    """Raises Http404."""
    return _found(user, "staffing.view", Absence.objects.select_related("worker", "substitute"), pk)


def submission_for(user: User, pk: int) -> Submission:
    """Raises Http404."""
    return _found(user, "staffing.view", Submission.objects.select_related("submitted_by"), pk)


def contact_for(user: User, pk: int) -> Contact:
    """Raises Http404."""
    return _found(user, "staffing.contacts", Contact.objects.select_related("worker"), pk)


def oath_for(user: User, pk: int) -> Oath:
    """Raises Http404."""
    return _found(user, "staffing.view", Oath.objects.select_related("worker", "form__document", "scan__bucket"), pk)


def meeting_for(user: User, pk: int) -> Meeting:
    """Raises Http404."""
    return _found(user, "staffing.meetings", Meeting.objects.all(), pk)


def task_for(user: User, pk: int) -> MeetingTask:
    """One's own, or any for those who keep the minutes. Raises Http404."""
    tasks = MeetingTask.objects.select_related("meeting", "owner")
    reach = tasks if user.may("staffing.manage") else tasks.filter(owner=user)
    return _found(user, "staffing.meetings", reach, pk)


def good_for(user: User, pk: int) -> Good:
    """Raises Http404."""
    return _found(user, "staffing.view", Good.objects.select_related("office"), pk)


def stocktake_for(user: User, pk: int) -> Stocktake:
    """Raises Http404."""
    return _found(user, "staffing.view", Stocktake.objects.select_related("begun_by"), pk)


def _found(user: User, permission: str, rows: QuerySet[Row], pk: int) -> Row:
    row = rows.filter(pk=pk).first() if user.may(permission) else None
    if row is None:
        raise Http404
    return row
