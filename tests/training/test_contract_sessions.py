"""Sessions as Fukuoka's contract counts them: where, when, how often, for how many."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from accounts.roles import Role
from postoffices.models import Office
from tests.people import client_of
from tests.training.made import by_trainer, course, people, session, session_facts
from training.actions import Person, enrol, session_change
from training.errors import NotAClosingDay, NotAWorkday, OfficeMissing, SessionFull, WrongLength
from training.missing import offices_without_session
from training.models import CourseKind, Session

pytestmark = pytest.mark.django_db
HOME = "/staff/training/"


@pytest.fixture
def fukuoka() -> None:
    call_command("load_city", "fukuoka", verbosity=0)


@pytest.mark.requirement("fukuoka-01")
def test_six_classroom_sessions_in_two_groups_of_fifty(fukuoka: None) -> None:
    """Fukuoka 4(1)ア: about 50 people, 3 to 4 hours, two groups each in early August, November and February."""
    held = course()
    days = [
        date(2026, 8, 3),
        date(2026, 8, 4),
        date(2026, 11, 4),
        date(2026, 11, 5),
        date(2027, 2, 2),
        date(2027, 2, 3),
    ]
    for number, day in enumerate(days):
        made = session(held, day, hours=3 + number % 2, group=f"{number % 2 + 1}組")
        enrol(session=made, people=people(50), by=by_trainer())
        with pytest.raises(SessionFull, match="定員は50人です（いま50人、合わせて51人になります）。"):
            enrol(session=made, people=[Person("見本 余子", "見本郵便局")], by=by_trainer())
    rows = list(held.sessions.all().for_list())
    assert [row.enrolments.count() for row in rows] == [50] * 6
    assert client_of(Role.CITY_OFFICER).get(f"{HOME}{held.pk}/").content.decode().count("50／50") == 6
    for hours in (2.5, 4.5):
        with pytest.raises(WrongLength, match="180分から240分"):
            session(held, days[0], hours=hours)


@pytest.mark.requirement("fukuoka-02")
def test_hands_on_only_on_the_card_centre_s_closing_days(fukuoka: None) -> None:
    """Fukuoka 4(1)イ: six sessions at the centre, only on a Monday or Tuesday on which it is closed."""
    held = course(kind=CourseKind.HANDS_ON, title="統合端末の操作")
    closing = [
        date(2026, 8, 3), date(2026, 8, 4), date(2026, 11, 2), date(2026, 11, 10), date(2027, 2, 1), date(2027, 2, 2),
    ]  # fmt: skip
    for day in closing:
        assert day.isoweekday() in (1, 2)
        session(held, day)
    assert held.sessions.count() == 6
    with pytest.raises(NotAClosingDay, match="月曜日・火曜日だけ"):
        session(held, date(2026, 8, 5))
    with pytest.raises(NotAClosingDay):
        session_change(
            session=Session.objects.order_by("pk")[0], facts=session_facts(date(2026, 8, 6)), by=by_trainer()
        )


@pytest.mark.requirement("fukuoka-02")
def test_a_monday_on_which_the_centre_opens_is_no_closing_day(fukuoka: None) -> None:
    from postoffices.models import Calendar, DatedOpening

    DatedOpening.objects.create(
        calendar=Calendar.objects.get(code="card-centre"), day=date(2026, 8, 3), opens="10:00", closes="18:00"
    )
    held = course(kind=CourseKind.HANDS_ON)
    with pytest.raises(NotAClosingDay, match="閉庁日だけ"):
        session(held, date(2026, 8, 3))
    session(held, date(2026, 8, 4))


@pytest.mark.requirement("fukuoka-03")
def test_on_site_at_each_of_the_twelve_offices_on_weekdays(fukuoka: None) -> None:
    """Fukuoka 4(1)ウ: once at each of the 12 offices of table 1, 3 hours, on weekdays in late August."""
    held = course(kind=CourseKind.ON_SITE, shortest_minutes=180, longest_minutes=180)
    table1 = list(Office.objects.filter(code__startswith="table1").order_by("position"))
    assert len(table1) == 12
    weekdays = [date(2026, 8, 17) + timedelta(days=number) for number in range(12)]
    for office, day in zip(table1, weekdays, strict=True):
        if day.isoweekday() > 5:
            with pytest.raises(NotAWorkday):
                session(held, day, office=office)
            day = date(2026, 8, 31) - timedelta(days=day.isoweekday())
        session(held, day, office=office)
    assert held.sessions.count() == 12
    missing = offices_without_session(held)
    assert missing.filter(code__startswith="table1").count() == 0
    assert missing.count() == 24
    with pytest.raises(OfficeMissing):
        session(held, date(2026, 8, 17))
    # A national holiday is no weekday of the contract.
    with pytest.raises(NotAWorkday):
        session(held, date(2026, 9, 21), office=table1[0])
