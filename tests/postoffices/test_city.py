"""`current_city()`: neutral before a profile, then the profile's, quickly and not for long."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from postoffices import city as module
from postoffices.city import current_city, forget_city
from postoffices.models import City

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.django_db
def test_without_a_profile_pages_still_work() -> None:
    found = current_city()
    assert found.slug == "none"
    assert found.rules.hold_minutes == 10
    assert not found.citizen_desk.open_now


@pytest.mark.django_db
def test_without_a_profile_reports_still_have_a_due_day() -> None:
    reports = current_city().rules.reports
    assert reports.daily.due_on(date(2026, 11, 20)) == date(2026, 11, 21)
    assert reports.monthly.due_on(date(2026, 10, 31)) == date(2026, 11, 20)


def test_loaded_city_speaks_its_profile(city: City) -> None:
    found = current_city()
    assert (found.name, found.slug) == ("見本市", "mihon")
    assert found.citizen_desk.phone == "000-222-0100"
    assert found.helpdesk.name == "郵便局員専用ヘルプデスク"
    assert found.rules.contract.begins.isoformat() == "2026-07-01"


@pytest.mark.parametrize(
    ("moment", "answers"),
    [
        (datetime(2026, 11, 20, 8, 59, tzinfo=TOKYO), False),
        (datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO), True),
        (datetime(2026, 11, 20, 16, 59, tzinfo=TOKYO), True),
        (datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO), False),
        (datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO), False),
        (datetime(2026, 11, 23, 10, 0, tzinfo=TOKYO), False),
        (datetime(2026, 12, 28, 10, 0, tzinfo=TOKYO), False),
    ],
)
def test_desk_answers_in_its_calendars_hours_only(city: City, moment: datetime, answers: bool) -> None:
    with time_machine.travel(moment, tick=False):
        forget_city()
        assert current_city().citizen_desk.open_now is answers


def test_second_reading_needs_no_query(city: City, django_assert_num_queries: object) -> None:
    current_city()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert current_city().citizen_desk.open_now in {True, False}


def test_reading_again_follows_another_process_after_the_cached_seconds(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    current_city()
    City.objects.update(name="新見本市")
    assert current_city().name == "見本市"
    monkeypatch.setattr(module, "CACHED_SECONDS", 0.0)
    forget_city()
    assert current_city().name == "新見本市"
    City.objects.update(name="真見本市")
    assert current_city().name == "真見本市"
