"""Courses, sessions and patrols for tests, made through the actions."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from postoffices.models import Office
from tests.people import staff_member
from tests.reservations.town import make_town
from training.actions import CourseFacts, Person, SessionFacts, course_add, enrol, patrols_plan, session_plan
from training.models import Course, CourseKind, Patrol, Session


def trainer() -> User:
    return User.objects.filter(username="trainer-1").first() or staff_member(Role.TRAINER, "trainer-1")


def by_trainer() -> Actor:
    return Actor.staff(trainer())


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def course(**changed: Any) -> Course:
    values: dict[str, Any] = {
        "title": "郵便局員の事前研修",
        "kind": CourseKind.CLASSROOM,
        "topics": "制度\n手続き\n接遇",
        "shortest_minutes": 180,
        "longest_minutes": 240,
        "for_roles": [Role.CLERK],
        "for_workers": False,
        "repeat_months": None,
    }
    return course_add(key=uuid4(), facts=CourseFacts(**values | changed), by=by_trainer())


def session_facts(day: date | None = None, *, hours: float = 3, begins: int = 13, **changed: Any) -> SessionFacts:
    day = day or timezone.localdate() - timedelta(days=1)
    starts = at(day, begins)
    values: dict[str, Any] = {
        "group": "1組",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=hours),
        "place": "見本ホール",
        "office": None,
        "trainer": trainer(),
        "capacity": 50,
    }
    return SessionFacts(**values | changed)


def session(of: Course | None = None, day: date | None = None, **changed: Any) -> Session:
    return session_plan(key=uuid4(), course=of or course(), facts=session_facts(day, **changed), by=by_trainer())


def people(count: int, office: str = "見本郵便局") -> list[Person]:
    return [Person(f"見本 局子{number}", office) for number in range(count)]


def enrolled(count: int = 2, of: Session | None = None) -> Session:
    held = of or session()
    enrol(session=held, people=people(count), by=by_trainer())
    return held


def patrol() -> Patrol:
    """The first office's visit of this month."""
    office = Office.objects.order_by("position").first() or make_town().office
    month = timezone.localdate().replace(day=1)
    patrols_plan(month=month, months=1, visitor=trainer(), by=by_trainer())
    return Patrol.objects.get(office=office, month=month)
