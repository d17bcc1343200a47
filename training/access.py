"""What a member of staff may reach here: whoever holds the permission reaches every course and every office."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from training.models import Course, Enrolment, Patrol, Session

Row = TypeVar("Row", bound=Model)


def course_for(user: User, pk: int) -> Course:
    """Raises Http404."""
    return _found(user, Course.objects.all(), pk)


def session_for(user: User, pk: int) -> Session:
    """Raises Http404."""
    return _found(user, Session.objects.select_related("course", "trainer", "office"), pk)


def enrolment_for(user: User, pk: int) -> Enrolment:
    """Raises Http404."""
    return _found(user, Enrolment.objects.select_related("session"), pk)


def patrol_for(user: User, pk: int) -> Patrol:
    """Raises Http404."""
    return _found(user, Patrol.objects.select_related("office__calendar", "visitor"), pk)


def _found(user: User, rows: QuerySet[Row], pk: int) -> Row:
    row = rows.filter(pk=pk).first() if user.may("training.view") else None
    if row is None:
        raise Http404
    return row
