"""What is taught, to whom, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from documents.models import Document
from training.models import Course, CourseKind

PLAIN = ("title", "kind", "topics", "shortest_minutes", "longest_minutes", "for_roles", "for_workers", "repeat_months")


@dataclass(frozen=True, slots=True)
class CourseFacts:
    title: str
    kind: CourseKind
    topics: str
    shortest_minutes: int
    longest_minutes: int
    for_roles: Sequence[Role]
    for_workers: bool
    repeat_months: int | None
    materials: Sequence[Document] = ()


@transaction.atomic
def course_add(*, key: UUID, facts: CourseFacts, by: Actor) -> Course:
    """A new course. The same `key` again gives the first one."""
    if found := Course.objects.filter(key=key).first():
        return found
    return _written(Course(key=key), facts, "training.course_added", by)


@transaction.atomic
def course_change(*, course: Course, facts: CourseFacts, by: Actor) -> Course:
    return _written(Course.objects.select_for_update().get(pk=course.pk), facts, "training.course_changed", by)


def _written(course: Course, facts: CourseFacts, action: str, by: Actor) -> Course:
    for name in PLAIN:
        setattr(course, name, getattr(facts, name))
    course.save()
    course.materials.set(facts.materials)
    record(action=action, subject=course, by=by, detail={"kind": facts.kind})
    return course
