"""Both desks on a Wednesday at ten: calendars, people, and an inquiry of each desk."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

import pytest
import time_machine

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from helpdesk.actions import Asked, ticket_open
from helpdesk.models import DeskCode, Ticket, TicketChannel, TicketKind
from postoffices.models import Calendar, CalendarKind, Closure, WeeklyHours
from tests.people import staff_member
from tests.reservations.town import Town, make_town

TEN = datetime.fromisoformat("2026-11-18T10:00:00+09:00")


@dataclass(frozen=True)
class Desks:
    """Everybody who works with inquiries."""

    town: Town
    operator: User
    colleague: User
    agent: User
    officer: User
    bureau: User
    manager: User

    @property
    def by(self) -> Actor:
        return Actor.staff(self.operator)

    def asked(self, desk: DeskCode = DeskCode.CITIZEN, *, key: str = "", **what: object) -> Ticket:
        """An inquiry that just came in by telephone."""
        values = {"title": "受け取りの時期", "category": "card" if desk == DeskCode.CITIZEN else "terminal", **what}
        asked = Asked(**values)  # type: ignore[arg-type]
        key = key or str(uuid.uuid4())
        return ticket_open(desk=desk, channel=TicketChannel.CALL, asked=asked, key=key, by=self.by)

    def complaint(self) -> Ticket:
        return self.asked(kind=TicketKind.COMPLAINT, title="案内が違っていた")


@pytest.fixture
def ten() -> Iterator[time_machine.Traveller]:
    """A Wednesday at ten; `move_to` and `shift` go on from there."""
    with time_machine.travel(TEN, tick=False) as traveller:
        yield traveller


def make_desks() -> Desks:
    helpdesk = Calendar.objects.create(code="helpdesk", kind=CalendarKind.HELPDESK, name="窓口")
    for weekday in range(5):
        WeeklyHours.objects.create(calendar=helpdesk, weekday=weekday, opens=time(9), closes=time(12))
        WeeklyHours.objects.create(calendar=helpdesk, weekday=weekday, opens=time(13), closes=time(17))
    year_end = {"first_day": "2025-12-29", "last_day": "2026-01-03", "yearly": True, "reason": "年末年始"}
    Closure.objects.create(calendar=helpdesk, **year_end)
    return Desks(
        town=make_town(),
        operator=staff_member(Role.OPERATOR, "phone-1"),
        colleague=staff_member(Role.OPERATOR, "phone-2"),
        agent=staff_member(Role.HELPDESK_AGENT, "agent"),
        officer=staff_member(Role.CITY_OFFICER, "officer", email="officer@city.example.jp"),
        bureau=staff_member(Role.BUREAU, "bureau-1"),
        manager=staff_member(Role.MANAGER, "manager-1"),
    )


@pytest.fixture
def desks(ten: time_machine.Traveller, db: None) -> Desks:
    return make_desks()
