"""Patrols: every opened office each month, the visit's record, findings that become tickets."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from audit.moves import MoveNotAllowed
from helpdesk.errors import PersonalDataRefused
from helpdesk.models import DeskCode, Ticket, TicketState
from postoffices.city import current_city
from postoffices.models import Office
from tests.people import client_of
from tests.reservations.town import make_town
from tests.training.made import at, by_trainer, patrol, trainer
from training.actions import Answer, finding_note, patrol_cancel, patrol_schedule, patrol_visit, patrols_plan
from training.errors import NotVisited, OfficeClosed, OutsideMonth, WrongVisit
from training.models import PATROL_MOVES, Finding, Patrol, PatrolState, Verdict
from training.overview import year_of_patrols
from training.papers import patrol_pdf, patrols_pdf

pytestmark = pytest.mark.django_db
HOME = "/staff/training/patrols/"


def visited(held: Patrol) -> Patrol:
    now = timezone.now()
    return patrol_visit(
        patrol=held, arrived_at=now - timedelta(minutes=70), left_at=now - timedelta(minutes=10), met="見本 局長",
        remarks="よい運営でした。", by=by_trainer(),
        answers=[Answer("手順", Verdict.GOOD), Answer("用紙", Verdict.FINDING, "残り少ない")],
    )  # fmt: skip


def scheduled_again(held: Patrol) -> Patrol:
    return patrol_schedule(patrol=held, at=held.at, visitor=trainer(), by=by_trainer())


MOVES: dict[PatrolState, Callable[[Patrol], Patrol]] = {
    PatrolState.PLANNED: scheduled_again,
    PatrolState.VISITED: visited,
    PatrolState.CANCELLED: lambda held: patrol_cancel(patrol=held, reason="休業のため", by=by_trainer()),
}


@pytest.mark.parametrize("new", MOVES)
@pytest.mark.parametrize("old", PatrolState)
def test_every_pair_of_states(old: PatrolState, new: PatrolState) -> None:
    held, now = patrol(), timezone.now()
    Patrol.objects.filter(pk=held.pk).update(
        state=old, cancel_reason="見本", arrived_at=now - timedelta(hours=1), left_at=now
    )
    if new in PATROL_MOVES[old]:
        assert MOVES[new](held).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            MOVES[new](held)
        held.refresh_from_db()
        assert held.state == old


@pytest.mark.requirement("fukuoka-04", "kitakyushu-06")
def test_every_opened_office_each_month_makes_144_visits() -> None:
    """Fukuoka 4(2): 12 offices from September, 12 more from December, 12 more from March: 12x7 + 12x4 + 12x1."""
    call_command("load_city", "fukuoka", verbosity=0)
    assert patrols_plan(month=date(2026, 4, 1), months=12, visitor=trainer(), by=by_trainer()) == 144
    assert patrols_plan(month=date(2026, 4, 1), months=12, visitor=trainer(), by=by_trainer()) == 0, "twice is once"
    by_month = {
        month: Patrol.objects.filter(month=date(2026 + (month < 4), month, 1)).count() for month in range(1, 13)
    }
    assert by_month == {4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 12, 10: 12, 11: 12, 12: 24, 1: 24, 2: 24, 3: 36}
    for table, visits in (("table1", 12 * 7), ("table2", 12 * 4), ("table3", 12 * 1)):
        assert Patrol.objects.filter(office__code__startswith=table).count() == visits

    year = year_of_patrols(2026)
    assert (year.wanted, year.planned, year.visited) == (144, 144, 0)
    assert [wanted for wanted, _ in year.monthly] == [0, 0, 0, 0, 0, 12, 12, 12, 24, 24, 24, 36]
    page = client_of(Role.CITY_OFFICER).get(f"{HOME}year/", {"year": "2026"}).content.decode()
    assert "144" in page
    assert "0／36" in page


@pytest.mark.requirement("fukuoka-04")
def test_visits_lie_on_open_days_after_the_opening_and_never_at_the_same_time() -> None:
    call_command("load_city", "fukuoka", verbosity=0)
    patrols_plan(month=date(2026, 9, 1), months=7, visitor=trainer(), by=by_trainer())
    from postoffices.calendars import timetable

    table = timetable(Office.objects.get(code="table1-01").calendar)
    moments = [timezone.localtime(held.at) for held in Patrol.objects.all()]
    assert all(table.day(moment.date()).is_open for moment in moments)
    assert len(set(moments)) == 144, "one visitor is at one place"
    assert all(held.at.date() >= held.office.opens_on for held in Patrol.objects.select_related("office"))
    most = max(moments.count(moment) for moment in moments)
    assert most == 1


def test_an_office_that_closed_is_not_visited_any_more() -> None:
    town = make_town()
    month = timezone.localdate().replace(day=1)
    town.elsewhere.closes_on = month - timedelta(days=1)
    town.elsewhere.save()
    assert patrols_plan(month=month, months=1, visitor=trainer(), by=by_trainer()) == 1
    assert Patrol.objects.get().office == town.office


def test_another_time_lies_in_the_month_on_an_open_day() -> None:
    held = patrol()
    saturday = next(
        day for day in (held.month + timedelta(days=number) for number in range(7)) if day.isoweekday() == 6
    )
    with pytest.raises(OfficeClosed):
        patrol_schedule(patrol=held, at=at(saturday, 10), visitor=trainer(), by=by_trainer())
    with pytest.raises(OutsideMonth):
        patrol_schedule(patrol=held, at=at(held.month - timedelta(days=1), 10), visitor=trainer(), by=by_trainer())
    monday = saturday + timedelta(days=2)
    assert patrol_schedule(patrol=held, at=at(monday, 15), visitor=trainer(), by=by_trainer()).at == at(monday, 15)


@pytest.mark.requirement("kitakyushu-06", "fukuoka-04")
def test_a_finding_becomes_a_ticket_and_is_settled_with_it() -> None:
    held = patrol()
    with pytest.raises(NotVisited):
        finding_note(key=uuid4(), patrol=held, text="用紙の補充", category="other", due_on=date.max, by=by_trainer())
    held, key, due = visited(held), uuid4(), timezone.localdate() + timedelta(days=14)
    made = finding_note(key=key, patrol=held, text="用紙の補充", category="other", due_on=due, by=by_trainer())
    assert finding_note(key=key, patrol=held, text="用紙の補充", category="other", due_on=due, by=by_trainer()) == made
    ticket = Ticket.objects.get()
    assert (ticket.desk, ticket.office, ticket.title) == (DeskCode.HELPDESK, held.office, "巡回：用紙の補充")
    manager = client_of(Role.MANAGER)
    assert "巡回で見つかった改善（未完了）" in manager.get("/staff/").content.decode()
    assert f"/staff/helpdesk/tickets/{ticket.pk}/" in manager.get(HOME).content.decode()
    assert ticket.number in client_of(Role.HELPDESK_AGENT).get("/staff/helpdesk/tickets/").content.decode()

    Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.RESOLVED, running_since=None)
    assert Finding.objects.select_related("ticket").get().is_settled
    assert "巡回で見つかった改善" not in manager.get("/staff/").content.decode()


def test_a_person_s_number_does_not_reach_the_desk_that_handles_none() -> None:
    held = visited(patrol())
    with pytest.raises(PersonalDataRefused):
        finding_note(
            key=uuid4(), patrol=held, text="080-1234-5678 に折り返す", category="other", due_on=timezone.localdate(),
            by=by_trainer(),
        )  # fmt: skip
    assert not Finding.objects.exists()


def typed_visit(held: Patrol, **changed: object) -> dict[str, object]:
    day = timezone.localdate()
    checks = {f"verdict_{check.code}": "good" for check in current_city().rules.training.patrol_checks}
    return {
        "day_year": day.year, "day_month": day.month, "day_day": day.day, "arrived": "0:00", "left": "0:01",
        "met": "見本 局長", "remarks": "とくになし",
    } | checks | changed  # fmt: skip


@pytest.mark.requirement("kitakyushu-06", "fukuoka-04")
def test_from_the_plan_to_the_report_on_screen() -> None:
    make_town()
    client = client_of(Role.TRAINER)
    assert "この月の巡回はまだ計画されていません。" in client.get(HOME).content.decode()
    assert "今月の巡回が計画されていない拠点" in client.get("/staff/").content.decode()
    today = timezone.localdate()
    client.post(f"{HOME}plan/", {"year": today.year, "month": today.month, "months": "1", "visitor": trainer().pk})
    held = Patrol.objects.order_by("office__position")[0]
    page = f"{HOME}{held.pk}/"
    yesterday = timezone.localtime() - timedelta(days=1)
    when = {"day_year": yesterday.year, "day_month": yesterday.month, "day_day": yesterday.day, "arrived": "10:00"}
    early = client.post(f"{page}visit/", typed_visit(held, **when, left="9:00"))
    assert early.status_code == 422
    assert "出た時刻は、着いた時刻より後" in early.content.decode()
    bare = client.post(f"{page}visit/", typed_visit(held, **when, left="11:00", verdict_supplies="finding"))
    assert "指導や改善の内容を入力してください。" in bare.content.decode()
    noted = {"verdict_supplies": "finding", "note_supplies": "用紙が残り少ない"}
    client.post(f"{page}visit/", typed_visit(held, **when, left="11:00", **noted))
    held.refresh_from_db()
    assert (held.state, held.stayed_minutes, held.answers.count()) == (PatrolState.VISITED, 60, 7)
    shown = client.get(page).content.decode()
    assert "用紙が残り少ない" in shown
    assert "滞在が予定より短い" not in shown

    due = today + timedelta(days=7)
    finding = {
        "key": str(uuid4()), "text": "用紙を補充する", "category": "other", "due_on_year": due.year,
        "due_on_month": due.month, "due_on_day": due.day,
    }  # fmt: skip
    client.post(f"{page}findings/", finding)
    client.post(f"{page}findings/", finding)
    assert Finding.objects.count() == 1
    wrong = client.post(f"{page}findings/", finding | {"key": str(uuid4()), "text": "080-1234-5678 に電話する"})
    assert wrong.status_code == 422
    assert "080-1234-5678" in wrong.content.decode(), "what was typed stays"
    text = PdfReader(BytesIO(client.get(f"{HOME}{held.pk}.pdf").content)).pages[0].extract_text()
    for said in ("巡回指導記録", "60分", "用紙が残り少ない", "用紙を補充する"):
        assert said in text
    month = PdfReader(BytesIO(patrols_pdf(held.month))).pages[0].extract_text()
    assert "計画 2回のうち、実施 1回" in month
    assert client.get("/staff/training/patrols.pdf", {"month": "nonsense"}).status_code == 200


def test_a_visit_shorter_than_the_contract_asks_is_marked() -> None:
    held, now = patrol(), timezone.now()
    patrol_visit(
        patrol=held,
        arrived_at=now - timedelta(minutes=30),
        left_at=now,
        met="",
        remarks="",
        answers=[],
        by=by_trainer(),
    )
    assert "滞在が予定より短い" in client_of(Role.MANAGER).get(f"{HOME}{held.pk}/").content.decode()
    assert "30分" in PdfReader(BytesIO(patrol_pdf(Patrol.objects.get(pk=held.pk)))).pages[0].extract_text()


def test_a_visit_that_is_not_over_is_refused() -> None:
    held, now = patrol(), timezone.now()
    with pytest.raises(WrongVisit):
        patrol_visit(
            patrol=held, arrived_at=now, left_at=now + timedelta(hours=1), met="", remarks="", answers=[],
            by=by_trainer(),
        )  # fmt: skip


@pytest.mark.parametrize("visits", [0, 2])
def test_the_pages_ask_as_often_for_many_as_for_none(
    visits: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_town()
    if visits:
        patrol()
    client = client_of(Role.CITY_OFFICER)
    for address, queries in ((HOME, 6), (f"{HOME}year/", 5)):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_the_database_holds_the_rules_too() -> None:
    held = patrol()
    wrong: list[dict[str, object]] = [
        {"month": held.month + timedelta(days=1)},
        {"state": "visited"},
        {"state": "cancelled"},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Patrol.objects.filter(pk=held.pk).update(**fields)
