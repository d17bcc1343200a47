"""Who has still to attend a course, and which offices still lack a session on site."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from postoffices.models import Office, OfficeKind, OfficeQuerySet
from postoffices.rules import months_after
from staffing.models import Worker
from training.models import Course, Enrolment, EnrolmentState, SessionState


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who is to attend. `last` is the day of an attendance that no longer counts, if there was one."""

    name: str
    affiliation: str
    last: date | None


def people_missing(course: Course) -> list[Missing]:
    """Accounts of the course's roles and workers of the roster without an attendance that counts. Three queries."""
    attended = _attended(course)
    limit = months_after(timezone.localdate(), -course.repeat_months) if course.repeat_months else date.min
    missing = []
    # A worker with an account is one person.
    for user in User.objects.filter(is_active=True, role__in=course.for_roles).select_related(
        "worker", "posting__office"
    ):
        keys = {("user", user.pk)} | ({("worker", user.worker.pk)} if hasattr(user, "worker") else set())
        office = user.posting.office.name if hasattr(user, "posting") else user.get_role_display()
        missing.append((keys, user.display_name, office))
    for worker in _workers(course):
        keys = {("worker", worker.pk)} | ({("user", worker.user_id)} if worker.user_id else set())
        missing.append((keys, worker.name, worker.employer))
    return [
        Missing(name, office, last)
        for keys, name, office in missing
        if (last := max((attended[key] for key in keys if key in attended), default=None)) is None or last < limit
    ]


def _workers(course: Course) -> list[Worker]:
    """Those whom the accounts of the course's roles do not name already."""
    if not course.for_workers:
        return []
    return list(Worker.objects.working().exclude(user__is_active=True, user__role__in=course.for_roles))


def _attended(course: Course) -> dict[tuple[str, int], date]:
    """The last attendance by account and by worker."""
    held = Enrolment.objects.filter(session__course=course, state=EnrolmentState.ATTENDED)
    last: dict[tuple[str, int], date] = {}
    for user, worker, at in held.order_by("session__starts_at").values_list("user", "worker", "session__starts_at"):
        if user or worker:
            last[("user", user) if user else ("worker", worker)] = timezone.localdate(at)
    return last


def offices_without_session(course: Course) -> OfficeQuerySet:
    """Post offices, in service or to come, for which no session on site is planned or held."""
    here = Q(pk__in=course.sessions.exclude(state=SessionState.CANCELLED).exclude(office=None).values("office"))
    in_service = Office.objects.filter(kind=OfficeKind.POST_OFFICE).exclude(closes_on__lt=timezone.localdate())
    return in_service.exclude(here).order_by("opens_on", "position")
