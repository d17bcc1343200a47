"""What the bureau decided on screen survives every later loading of the profile."""

from collections.abc import Callable
from datetime import date, time

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from postoffices.city import current_city
from postoffices.models import DayRule, DeadlineRule, DeadlineStep, HolidayDecision, Office, Stop, WeeklyHours
from postoffices.plan import Plan
from postoffices.supply.days import office_days
from postoffices.supply.deadlines import deadline_set
from postoffices.supply.edits import EditKind
from reservations.deadlines import start_of
from reservations.supply.holidays import holidays_decide
from tests.people import client_of
from tests.postoffices.conftest import edited, load
from tests.supply.bureau import BUREAU, apply, edit_of, stop

__all__ = ["edited", "load"]

DAY = date(2026, 12, 2)
CULTURE_DAY = date(2026, 11, 3)
Load = Callable[..., Plan]


@pytest.fixture
def office(load: Load) -> Office:
    load()
    with time_machine.travel(start_of(date(2026, 10, 1)), tick=False):
        office = Office.objects.select_related("calendar").get(code="mihon-higashi")
        apply([office], edit_of(EditKind.HOURS, DAY, periods=((time(10), time(11)),), reason="短縮"))
        apply([office], edit_of(EditKind.SEATS, DAY, seats=(7, 3)))
        stop(office, start_of(DAY), start_of(date(2026, 12, 3)))
        deadline_set(office=office, procedure=None, step=DeadlineStep.BOOK, days_before=9, at=time(12), by=BUREAU)
        holidays_decide(days={CULTURE_DAY: False}, by=BUREAU)
    return office


def kept(office: Office) -> list[object]:
    day = office_days([office], DAY, DAY)[office.pk][0]
    deadline = current_city().deadline("book", office_id=office.pk)
    counts = [model.objects.count() for model in (DayRule, Stop, DeadlineRule, HolidayDecision)]
    return [day.periods, day.note, (day.public_seats, day.internal_seats), deadline.days_before, *counts]


def test_loading_again_and_loading_another_profile_leave_the_edits(load: Load, office: Office) -> None:
    before = kept(office)
    assert before == [[(time(10), time(11))], "短縮", (7, 3), 9, 1, 1, 1, 1]
    assert load().changes == []
    hours = WeeklyHours.objects.filter(calendar=office.calendar).count()
    changed = load(("horizon_days = 30", "horizon_days = 31"))
    assert changed.changes
    assert WeeklyHours.objects.filter(calendar=office.calendar).count() == hours
    assert kept(office) == before


def test_the_offices_page_shows_the_edit(load: Load, office: Office) -> None:
    client: Client = client_of(Role.BUREAU)
    page = client.get(f"/staff/postoffices/{office.code}/?month=2026-12").content.decode()
    assert "短縮 10:00〜11:00" in page
