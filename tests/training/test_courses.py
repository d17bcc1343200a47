"""Training: sessions as the contract asks for them, approved material only, who attended and who has not yet."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from audit.errors import Refused
from audit.moves import MoveNotAllowed
from documents.actions import Content, version_approve, version_begin, version_publish, version_submit
from documents.models import DocumentKind
from tests.documents.made import TEXT, author, draft, officer, published_version, submitted_version
from tests.people import client_of, staff_member
from tests.staffing.made import worker
from tests.training.made import at, by_trainer, course, enrolled, people, session, session_facts, trainer
from training.actions import (
    Person,
    attendance_record,
    enrol,
    enrolment_withdraw,
    material_hand_out,
    session_cancel,
    session_change,
    session_hold,
)
from training.actions import sessions as writing
from training.errors import MaterialNotApproved, NotBegun, SessionFull, SessionOver
from training.missing import people_missing
from training.models import (
    ENROLMENT_MOVES,
    SESSION_MOVES,
    Course,
    Enrolment,
    EnrolmentState,
    Handout,
    Session,
    SessionState,
)
from training.papers import certificates_pdf, records_xlsx, session_pdf

pytestmark = pytest.mark.django_db
HOME = "/staff/training/"

MOVES: dict[SessionState, Callable[[Session], Session]] = {
    SessionState.HELD: lambda held: session_hold(session=held, by=by_trainer()),
    SessionState.CANCELLED: lambda held: session_cancel(session=held, by=by_trainer()),
}


@pytest.mark.parametrize("new", MOVES)
@pytest.mark.parametrize("old", SessionState)
def test_every_pair_of_states(old: SessionState, new: SessionState) -> None:
    held = session()
    Session.objects.filter(pk=held.pk).update(state=old)
    if new in SESSION_MOVES[old]:
        assert MOVES[new](held).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            MOVES[new](held)
        held.refresh_from_db()
        assert held.state == old


@pytest.mark.parametrize("new", EnrolmentState)
@pytest.mark.parametrize("old", EnrolmentState)
def test_every_pair_of_states_of_an_enrolment(old: EnrolmentState, new: EnrolmentState) -> None:
    held = enrolled(1)
    row = held.enrolments.get()
    Enrolment.objects.filter(pk=row.pk).update(state=old)
    came = {EnrolmentState.ATTENDED: True, EnrolmentState.ABSENT: False}
    if new in came:
        attendance_record(session=held, came={row.pk: came[new]}, by=by_trainer())
    elif new == EnrolmentState.ENROLLED:
        enrol(session=held, people=people(1), by=by_trainer())
    else:
        try:
            enrolment_withdraw(enrolment=row, by=by_trainer())
        except MoveNotAllowed:
            assert new not in ENROLMENT_MOVES[old]
    row.refresh_from_db()
    # Whoever withdrew is left out of the attendance; whoever is in already stays as they are.
    assert row.state == (new if new in ENROLMENT_MOVES[old] or new == old else old)


@pytest.mark.requirement("kitakyushu-02")
def test_only_what_the_city_approved_is_handed_out() -> None:
    held = session()
    for version in (draft(title="下書きの資料"), submitted_version(title="承認待ちの資料")):
        with pytest.raises(MaterialNotApproved, match="市が承認して"):
            material_hand_out(session=held, version=version, by=by_trainer())
    approved = version_approve(version=submitted_version(title="公開前の資料"), by=officer())
    with pytest.raises(MaterialNotApproved):
        material_hand_out(session=held, version=approved, by=by_trainer())
    assert not Handout.objects.exists()
    published = version_publish(version=approved, by=author())
    material_hand_out(session=held, version=published, by=by_trainer())
    material_hand_out(session=held, version=published, by=by_trainer())
    assert Handout.objects.get().version == published

    second = version_begin(document=published.document, content=Content(changes="改訂", text=TEXT), by=author())
    version_publish(
        version=version_approve(version=version_submit(version=second, by=author()), by=officer()), by=author()
    )
    with pytest.raises(MaterialNotApproved):
        material_hand_out(session=held, version=published, by=by_trainer())
    assert "新しい版があります" in client_of(Role.TRAINER).get(f"{HOME}sessions/{held.pk}/").content.decode()


@pytest.mark.requirement("kitakyushu-02")
def test_an_evening_session_with_its_material_on_screen() -> None:
    """Kitakyushu 5(1)イ: also in the evening."""
    material = published_version(kind=DocumentKind.MATERIAL, title="接遇の資料", audience=[Role.CLERK])
    waiting = submitted_version(kind=DocumentKind.MATERIAL, title="まだの資料")
    client = client_of(Role.TRAINER)
    form = {
        "key": str(uuid4()), "title": "夜間の事前研修", "kind": "classroom", "topics": "（ア）制度\n（イ）手順",
        "shortest_minutes": "60", "longest_minutes": "180", "for_roles": ["clerk"], "repeat_months": "",
        "materials": [material.document_id, waiting.document_id],
    }  # fmt: skip
    client.post(f"{HOME}new/", form)
    client.post(f"{HOME}new/", form)
    held = Course.objects.get()
    day = timezone.localdate() - timedelta(days=1)
    when = {
        "key": str(uuid4()), "group": "夜の組", "day_year": day.year, "day_month": day.month, "day_day": day.day,
        "begins": "19:00", "ends": "21:00", "place": "見本ホール", "office": "", "capacity": "50",
        "trainer": trainer().pk,
    }  # fmt: skip
    client.post(f"{HOME}{held.pk}/sessions/new/", when)
    made = Session.objects.get()
    page = client.get(f"{HOME}sessions/{made.pk}/hand-out/").content.decode()
    assert "接遇の資料" in page
    assert "まだの資料" not in page
    refused = client.post(f"{HOME}sessions/{made.pk}/hand-out/", {"version": waiting.pk})
    assert refused.status_code == 422
    client.post(f"{HOME}sessions/{made.pk}/hand-out/", {"version": material.pk})
    client.post(f"{HOME}sessions/{made.pk}/enrol/", {"names": "見本 局子　見本郵便局\n架空局男"})
    assert list(made.enrolments.values_list("name", "affiliation")) == [("架空局男", ""), ("見本 局子", "見本郵便局")]
    came = made.enrolments.get(name="見本 局子")
    client.post(f"{HOME}sessions/{made.pk}/attendance/", {"came": [came.pk]})
    made.refresh_from_db()
    assert made.state == SessionState.HELD
    text = PdfReader(BytesIO(client.get(f"{HOME}sessions/{made.pk}.pdf").content)).pages[0].extract_text()
    for said in ("19:00〜21:00", "接遇の資料 第1版", "見本 局子", "出席", "欠席"):
        assert said in text
    certificate = client.get(f"{HOME}sessions/{made.pk}/certificates.pdf").content
    pages = [page.extract_text() for page in PdfReader(BytesIO(certificate)).pages]
    assert sum("修了証" in page for page in pages) == 1
    assert "見本 局子" in pages[-1]


@pytest.mark.requirement("kitakyushu-19", "yatsushiro-12", "fukutsu-11", "kurume-09", "fukuoka-36")
def test_who_has_not_attended_yet_is_named_until_they_have() -> None:
    clerk = staff_member(Role.CLERK, "clerk", display_name="見本 窓口子")
    hand = worker("見本 働子")
    linked = worker("見本 窓口子", user=clerk)
    held = course(for_roles=[Role.CLERK], for_workers=True, title="従事者研修")
    assert [person.name for person in people_missing(held)] == ["見本 窓口子", "見本 働子"], "one person, one line"
    made = session(held)
    enrol(
        session=made, by=by_trainer(),
        people=[Person("見本 窓口子", user=clerk), Person("見本 働子", "見本受託株式会社", worker=hand)],
    )  # fmt: skip
    assert len(people_missing(held)) == 2, "to be enrolled is not to have attended"
    came = {row.pk: row.user_id == clerk.pk for row in made.enrolments.all()}
    attendance_record(session=made, came=came, by=by_trainer())
    assert [person.name for person in people_missing(held)] == ["見本 働子"]
    assert "研修をまだ受けていない人" in client_of(Role.MANAGER).get("/staff/").content.decode()
    assert "見本 働子" in client_of(Role.CITY_OFFICER).get(f"{HOME}{held.pk}/").content.decode()
    assert linked.user == clerk
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(records_xlsx())).active.iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert sorted((row[4], row[6]) for row in rows) == [("見本 働子", "欠席"), ("見本 窓口子", "出席")]
    found = client_of(Role.AUDITOR).get(f"{HOME}records/", {"q": "働"}).content.decode()
    assert "見本 働子" in found
    assert "見本 窓口子" not in found


@pytest.mark.requirement("kitakyushu-20", "kitakyushu-19")
def test_the_training_in_confidentiality_comes_round_again() -> None:
    hand = worker()
    held = course(for_roles=[], for_workers=True, title="秘密の保持の研修", repeat_months=12, shortest_minutes=30)
    day = timezone.localdate() - timedelta(days=364)
    made = session(held, day)
    enrol(session=made, people=[Person(hand.name, worker=hand)], by=by_trainer())
    attendance_record(session=made, came={made.enrolments.get().pk: True}, by=by_trainer())
    assert people_missing(held) == []
    Session.objects.update(starts_at=at(day - timedelta(days=30), 13), ends_at=at(day - timedelta(days=30), 14))
    person = people_missing(held)[0]
    assert (person.name, person.last) == (hand.name, day - timedelta(days=30))


def test_enrolled_twice_is_enrolled_once_and_may_come_back() -> None:
    held = enrolled(2)
    assert enrol(session=held, people=people(2), by=by_trainer()) == 0
    enrolment_withdraw(enrolment=held.enrolments.all()[0], by=by_trainer())
    assert enrol(session=held, people=people(2), by=by_trainer()) == 1
    assert held.enrolments.count() == 2


def test_before_it_began_nobody_attended_and_after_it_nobody_comes_in() -> None:
    ahead = enrolled(1, session(day=timezone.localdate() + timedelta(days=3)))
    with pytest.raises(NotBegun):
        attendance_record(session=ahead, came={ahead.enrolments.get().pk: True}, by=by_trainer())
    with pytest.raises(NotBegun):
        session_hold(session=ahead, by=by_trainer())
    session_cancel(session=ahead, by=by_trainer())
    with pytest.raises(SessionOver):
        enrol(session=ahead, people=people(3), by=by_trainer())
    with pytest.raises(SessionOver):
        material_hand_out(session=ahead, version=published_version(), by=by_trainer())


def test_fewer_seats_than_people_are_refused() -> None:
    held = enrolled(3)
    with pytest.raises(SessionFull):
        session_change(session=held, facts=session_facts(capacity=2), by=by_trainer())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "研修の名前を入力してください。"),
        ({"longest_minutes": "30"}, "最長は、最短以上の長さにしてください。"),
        ({"shortest_minutes": "長い"}, "10から600までの数字で入力してください。"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, Any], said: str) -> None:
    form = {
        "key": str(uuid4()), "title": "研修", "kind": "classroom", "topics": "見本の内容", "shortest_minutes": "60",
        "longest_minutes": "90", "repeat_months": "",
    } | changed  # fmt: skip
    answer = client_of(Role.TRAINER).post(f"{HOME}new/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "見本の内容" in answer.content.decode()
    assert not Course.objects.exists()


def test_a_time_that_the_rules_refuse_keeps_what_was_typed() -> None:
    held, day = course(), timezone.localdate()
    form = {
        "key": str(uuid4()), "group": "1組", "day_year": day.year, "day_month": day.month, "day_day": day.day,
        "begins": "9", "ends": "10", "place": "見本の場所", "office": "", "trainer": trainer().pk, "capacity": "50",
    }  # fmt: skip
    answer = client_of(Role.TRAINER).post(f"{HOME}{held.pk}/sessions/new/", form)
    assert answer.status_code == 422
    assert "180分から240分です（いまは60分です）" in answer.content.decode()
    assert "見本の場所" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 5])
def test_the_pages_ask_as_often_for_many_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = course(for_workers=True)
    for number in range(count):
        worker(f"見本 {number}子")
        staff_member(Role.CLERK, f"clerk-{number}")
        enrolled(2, session(held))
    client = client_of(Role.CITY_OFFICER)
    for address, queries in ((f"{HOME}{held.pk}/", 9), (f"{HOME}records/", 4), (HOME, 8)):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_the_papers_say_who_and_where() -> None:
    held = enrolled(2)
    assert "署名" in PdfReader(BytesIO(session_pdf(held))).pages[0].extract_text()
    assert "出席した人はいません。" in PdfReader(BytesIO(certificates_pdf(held))).pages[0].extract_text()


def test_the_database_holds_the_rules_too() -> None:
    held = enrolled(1)
    for wrong in ({"capacity": 0}, {"ends_at": held.starts_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.filter(pk=held.pk).update(**wrong)
    row = held.enrolments.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(session=held, name=row.name, affiliation=row.affiliation)


def _two_who_take_the_last_seat() -> int:
    """How many are in a session of one seat when two are enrolled at once."""
    held, start = session(capacity=1), Barrier(2)

    def come(person: Person) -> None:
        start.wait(10)
        try:
            enrol(session=held, people=[person], by=by_trainer())
        except Refused:
            pass
        finally:
            connection.close()

    threads = [Thread(target=come, args=[person]) for person in people(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return held.enrolments.count()


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_is_one_seat() -> None:
    trainer()
    assert _two_who_take_the_last_seat() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_last_seat_would_be_two(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer()
    counted = Barrier(2)
    count = writing._taken

    def unlocked(held: Session) -> Session:
        return Session.objects.select_related("course").get(pk=held.pk)

    def meet_then_count(held: Session) -> int:
        taken = count(held)
        counted.wait(10)
        return taken

    monkeypatch.setattr(writing, "_planned", unlocked)
    monkeypatch.setattr(writing, "_taken", meet_then_count)
    assert _two_who_take_the_last_seat() == 2
