"""People of the contract for tests, made through the actions."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from staffing.actions import ContactFacts, WorkerFacts, assignment_begin, contact_add, worker_add
from staffing.models import Assignment, Contact, ContractRole, Employment, Worker
from tests.people import staff_member


def keeper() -> Actor:
    """The manager who keeps the roster."""
    user = User.objects.filter(username="keeper").first() or staff_member(Role.MANAGER, "keeper")
    return Actor.staff(user)


def days_from_now(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def facts(name: str = "見本 働子", **changed: Any) -> WorkerFacts:
    values: dict[str, Any] = {
        "name": name,
        "reading": "ミホン ハタラコ",
        "employer": "見本受託株式会社",
        "employment": Employment.PERMANENT,
        "phone": "00011112222",
        "email": "",
        "qualifications": "窓口業務 3年",
        "joined_on": days_from_now(-100),
    }
    return WorkerFacts(**values | changed)


def worker(name: str = "見本 働子", **changed: Any) -> Worker:
    return worker_add(key=uuid4(), facts=facts(name, **changed), by=keeper())


def assigned(
    who: Worker, role: ContractRole = ContractRole.STAFF, first: int = -100, last: int | None = None
) -> Assignment:
    """From `first` to `last` days from today."""
    ends = None if last is None else days_from_now(last)
    return assignment_begin(
        worker=who, role=role, office=None, first_day=days_from_now(first), last_day=ends, by=keeper()
    )


def contact(title: str, above: Contact | None = None, **changed: Any) -> Contact:
    values: dict[str, Any] = {
        "above": above,
        "position": 1,
        "title": title,
        "worker": None,
        "name": f"見本 {title}",
        "day_phone": "00012345678",
        "night_phone": "",
        "deputy_name": "",
        "deputy_phone": "",
    }
    return contact_add(key=uuid4(), facts=ContactFacts(**values | changed), by=keeper())
