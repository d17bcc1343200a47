"""The roster: one named manager, roles with their days, what the city was told and what it does not know yet."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from audit.errors import Refused
from audit.models import AuditEvent
from documents.roster import filled_in, known, outdated
from postoffices.city import current_city
from postoffices.rules import Rules
from postoffices.staff_rules import StaffingRules, Titles
from staffing.actions import (
    absence_cover,
    absence_record,
    assignment_end,
    roster_submit,
    worker_add,
    worker_change,
    worker_leave,
)
from staffing.errors import (
    AccountTaken,
    AssignedAlready,
    BeforeJoining,
    EndsBeforeItBegins,
    HasLeft,
    ManagerNotPermanent,
    ManagerTaken,
    NotAbsent,
    NothingToSubmit,
)
from staffing.models import Absence, Assignment, ContractRole, Employment, Submission, Worker
from staffing.roster import in_charge, roster_changes, roster_rows, title_of
from tests.documents.made import publish, submitted_version
from tests.people import client_of, staff_member
from tests.staffing.made import assigned, days_from_now, facts, keeper, worker

pytestmark = pytest.mark.django_db


def staffing_rules(monkeypatch: pytest.MonkeyPatch, **rules: object) -> None:
    """The city's rules with others for its people."""
    changed: Rules = current_city().rules.model_copy(update={"staffing": StaffingRules(**rules)})  # type: ignore[arg-type]
    monkeypatch.setattr("staffing.roster.current_city", lambda: _City(changed))
    monkeypatch.setattr("staffing.actions.workers.current_city", lambda: _City(changed))


class _City:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.name = "見本市"


@pytest.mark.requirement("kitakyushu-13", "kurume-13")
def test_one_named_manager_at_a_time() -> None:
    first, second = worker("見本 先子"), worker("見本 次子")
    held = assigned(first, ContractRole.MANAGER)
    with pytest.raises(ManagerTaken, match="最終日を決めて"):
        assigned(second, ContractRole.MANAGER, first=0)
    assignment_end(assignment=held, last_day=days_from_now(9), by=keeper())
    with pytest.raises(ManagerTaken):
        assigned(second, ContractRole.MANAGER, first=9)
    assigned(second, ContractRole.MANAGER, first=10)
    assert in_charge().name == "見本 先子"
    assert in_charge(days_from_now(10)).name == "見本 次子"
    # The general manager above them is another one, of whom there is one, too.
    assigned(first, ContractRole.GENERAL)
    with pytest.raises(ManagerTaken):
        assigned(second, ContractRole.GENERAL, first=0)


def test_an_end_does_not_reach_into_the_next_manager_s_days() -> None:
    held = assigned(worker("見本 先子"), ContractRole.MANAGER, last=5)
    assigned(worker("見本 次子"), ContractRole.MANAGER, first=6)
    with pytest.raises(ManagerTaken):
        assignment_end(assignment=held, last_day=days_from_now(6), by=keeper())
    held.refresh_from_db()
    assert held.last_day == days_from_now(5)


@pytest.mark.requirement("kitakyushu-13")
def test_where_the_contract_says_so_the_manager_is_permanently_employed(monkeypatch: pytest.MonkeyPatch) -> None:
    staffing_rules(monkeypatch, manager_full_time=True, titles=Titles(manager="管理者"))
    with pytest.raises(ManagerNotPermanent):
        assigned(worker(employment=Employment.AGENCY), ContractRole.MANAGER)
    assigned(worker(employment=Employment.PERMANENT), ContractRole.MANAGER)
    assert title_of(ContractRole.MANAGER) == "管理者"
    assert roster_rows()[0]["title"] == "管理者"


@pytest.mark.requirement("yatsushiro-09", "fukutsu-15")
def test_a_deputy_stands_in_while_the_manager_is_missing() -> None:
    lead, deputy = worker("見本 責任子"), worker("見本 副子", qualifications="自治体の窓口業務 5年")
    assigned(lead, ContractRole.MANAGER)
    assigned(deputy, ContractRole.DEPUTY)
    absence = absence_record(
        key=uuid4(), worker=lead, first_day=days_from_now(0), last_day=days_from_now(2),
        substitute=None, note="", by=keeper(),
    )  # fmt: skip
    client = client_of(Role.BUREAU)
    assert "代わりの人が決まっていない休み" in client.get("/staff/").content.decode()
    assert "代わりの人を決めてください" in client.get("/staff/staffing/").content.decode()

    client.post(f"/staff/staffing/absences/{absence.pk}/cover/", {"substitute": deputy.pk})
    assert in_charge().name == "見本 副子"
    assert in_charge(days_from_now(3)).name == "見本 責任子"
    assert "代わりの人が決まっていない休み" not in client.get("/staff/").content.decode()
    assert "自治体の窓口業務 5年" in client.get(f"/staff/staffing/workers/{deputy.pk}/").content.decode()


def test_nobody_stands_in_for_themselves_or_after_leaving() -> None:
    missing, gone = worker("見本 休子"), worker("見本 去子")
    worker_leave(worker=gone, left_on=days_from_now(-1), reminded_on=None, by=keeper())
    day = days_from_now(1)
    for substitute in (missing, gone):
        with pytest.raises(NotAbsent):
            absence_record(
                key=uuid4(), worker=missing, first_day=day, last_day=day, substitute=substitute, note="", by=keeper()
            )
    with pytest.raises(EndsBeforeItBegins):
        absence_record(
            key=uuid4(), worker=missing, first_day=day, last_day=days_from_now(0), substitute=None, note="", by=keeper()
        )
    held = absence_record(
        key=uuid4(), worker=missing, first_day=day, last_day=day, substitute=None, note="", by=keeper()
    )
    with pytest.raises(NotAbsent):
        absence_cover(absence=held, substitute=gone, by=keeper())
    assert Absence.objects.get().substitute is None


def test_days_outside_a_worker_s_time_are_refused() -> None:
    who = worker()
    with pytest.raises(BeforeJoining):
        assigned(who, first=-101)
    with pytest.raises(EndsBeforeItBegins):
        assigned(who, first=0, last=-1)
    assigned(who, first=0)
    with pytest.raises(AssignedAlready):
        assigned(who, first=0)
    with pytest.raises(BeforeJoining):
        worker_change(worker=who, facts=facts(joined_on=days_from_now(1)), by=keeper())
    worker_leave(worker=who, left_on=days_from_now(5), reminded_on=None, by=keeper())
    with pytest.raises(HasLeft):
        assigned(who, first=1)
    with pytest.raises(HasLeft):
        assignment_end(assignment=Assignment.objects.get(), last_day=days_from_now(6), by=keeper())


def test_leaving_ends_every_role_and_takes_away_those_to_come() -> None:
    who = worker()
    assigned(who, ContractRole.STAFF)
    assigned(who, ContractRole.SITE_LEAD, first=30)
    worker_leave(worker=who, left_on=days_from_now(3), reminded_on=days_from_now(0), by=keeper())
    held = Assignment.objects.get()
    assert (held.role, held.last_day) == (ContractRole.STAFF, days_from_now(3))


def test_one_account_belongs_to_one_worker() -> None:
    user = staff_member(Role.OPERATOR, "operator")
    worker("見本 一子", user=user)
    with pytest.raises(AccountTaken):
        worker("見本 二子", user=user)
    assert Worker.objects.count() == 1


@pytest.mark.requirement("kitakyushu-13", "fukutsu-11")
def test_a_change_is_due_until_the_city_has_been_told() -> None:
    who = worker()
    held = assigned(who)
    assert [change.what for change in roster_changes()] == ["追加"]
    roster_submit(note="メールで提出", by=keeper())
    assert roster_changes() == []
    with pytest.raises(NothingToSubmit):
        roster_submit(note="", by=keeper())

    worker_change(worker=who, facts=facts("見本 改姓子"), by=keeper())
    change = roster_changes()[0]
    assert (change.what, change.details) == ("変更", ("氏名：見本 働子 → 見本 改姓子",))
    assignment_end(assignment=held, last_day=days_from_now(-1), by=keeper())
    assert [change.what for change in roster_changes()] == ["終了"]
    roster_submit(note="", by=keeper())
    # What the city was told stays as it was.
    assert Submission.objects.order_by("pk")[0].rows[0]["name"] == "見本 働子"
    assert [row["name"] for row in Submission.objects.order_by("pk")[1].rows] == []


def test_an_end_that_the_city_was_told_of_is_no_change_when_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    assigned(worker(), last=0)
    roster_submit(note="", by=keeper())
    tomorrow = days_from_now(1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: tomorrow)
    assert roster_rows() == []
    assert roster_changes() == []


@pytest.mark.requirement("kitakyushu-13", "fukuoka-35")
def test_the_notice_runs_ahead_of_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fukuoka 5(3)エ: seven days before the work begins."""
    staffing_rules(monkeypatch, roster_notice_days=7)
    assigned(worker(), first=10)
    assert roster_changes()[0].due == days_from_now(3)
    assert not roster_changes()[0].is_late
    assigned(worker("見本 急子"), first=6)
    assert roster_changes()[0].due == days_from_now(-1)
    assert roster_changes()[0].is_late


def test_an_action_without_its_record_saves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper()

    def broken(**_: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr("staffing.actions.workers.record", broken)
    with pytest.raises(RuntimeError):
        worker_add(key=uuid4(), facts=facts(), by=keeper())
    assert not Worker.objects.exists()


def test_the_log_names_fields_but_nothing_personal() -> None:
    who = worker()
    worker_change(worker=who, facts=facts("見本 改姓子", phone="00099998888"), by=keeper())
    event = AuditEvent.objects.get(action="staffing.worker_changed")
    assert event.detail == {"fields": ["name", "phone"]}


@pytest.mark.requirement("yatsushiro-11")
def test_manuals_name_those_of_the_contract_s_roster() -> None:
    account = staff_member(Role.MANAGER, "manager", display_name="見本 口座子")
    assert filled_in("{{業務責任者}}") == account.display_name, "as long as the roster names nobody"
    held = assigned(worker("見本 責任子"), ContractRole.MANAGER)
    assigned(worker("見本 現場子"), ContractRole.SITE_LEAD)
    text = "責任者は{{業務責任者}}、現場は{{現場責任者}}です。"
    version = publish(submitted_version(text=text))
    assert version.shown == "責任者は見本 責任子、現場は見本 現場子です。"
    assert not outdated(version)
    assignment_end(assignment=held, last_day=days_from_now(-1), by=keeper())
    assigned(worker("見本 交代子"), ContractRole.MANAGER, first=0)
    assert outdated(version)
    assert {"業務責任者", "副責任者", "現場責任者", "従事者", "市担当者"} <= set(known())


def typed(**changed: object) -> dict[str, object]:
    return {
        "key": str(uuid4()), "name": "見本 働子", "reading": "みほん はたらこ", "employer": "見本受託株式会社",
        "employment": "permanent", "joined_on_year": "2025", "joined_on_month": "4", "joined_on_day": "1",
        "phone": "000-1111-2222", "email": "", "qualifications": "窓口業務 3年", "user": "",
    } | changed  # fmt: skip


@pytest.mark.requirement("kitakyushu-13", "fukutsu-11", "fukutsu-15", "fukuoka-35")
def test_from_the_first_worker_to_the_roster_in_the_city_s_hands() -> None:
    client = client_of(Role.MANAGER)
    assert "名簿にはまだ誰もいません。" in client.get("/staff/staffing/").content.decode()
    form = typed()
    client.post("/staff/staffing/workers/new/", form)
    client.post("/staff/staffing/workers/new/", form)
    who = Worker.objects.get()
    assert (who.reading, who.phone) == ("ミホン ハタラコ", "00011112222")
    assert "役割が登録されていない人" in client.get("/staff/staffing/").content.decode()

    role = {"role": "manager", "office": "", "first_day_year": "2025", "first_day_month": "4", "first_day_day": "1"}
    client.post(f"/staff/staffing/workers/{who.pk}/assign/", role)
    page = client.get("/staff/staffing/").content.decode()
    assert "市に届け出ていない変更 1件" in page
    assert "市に届け出ていない名簿の変更" in client.get("/staff/").content.decode()

    again = client.post(f"/staff/staffing/workers/{who.pk}/assign/", role)
    assert again.status_code == 422
    assert "すでに登録されています" in again.content.decode()
    client.post("/staff/staffing/submit/", {"note": "メールで提出"})
    page = client.get("/staff/staffing/").content.decode()
    assert "市に届け出ていない変更" not in page
    assert "メールで提出" in page
    handed_in = client.get(f"/staff/staffing/submissions/{Submission.objects.get().pk}.pdf")
    assert handed_in.headers["Content-Type"] == "application/pdf"
    assert client.get("/staff/staffing/roster.xlsx").status_code == 200
    assert client.get("/staff/staffing/roster.docx").status_code == 404
    assert AuditEvent.objects.filter(action="staffing.taken_out").count() == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "氏名を入力してください。"),
        ({"phone": "12"}, "電話番号"),
        ({"joined_on_month": "13"}, "月は1から12まで"),
        ({"qualifications": "1234 5678 9018"}, "マイナンバー"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(changed: dict[str, object], said: str) -> None:
    answer = client_of(Role.MANAGER).post("/staff/staffing/workers/new/", typed(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "見本受託株式会社" in page
    assert not Worker.objects.exists()


@pytest.mark.parametrize("people", [1, 6])
def test_the_list_asks_as_often_for_many_as_for_one(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(Role.CITY_OFFICER)
    for number in range(people):
        assigned(worker(f"見本 {number}子"))
    client.get("/staff/staffing/")
    with django_assert_num_queries(11):
        client.get("/staff/staffing/")


def test_the_database_holds_the_rules_too() -> None:
    who = worker()
    wrong = [
        {"first_day": days_from_now(2), "last_day": days_from_now(1), "role": "staff"},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(worker=who, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.filter(pk=who.pk).update(left_on=days_from_now(-101))
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.filter(pk=who.pk).update(reminded_on=days_from_now(0))


def _two_managers_at_once() -> int:
    """How many of two who register a manager at the same moment get through."""
    people, start, made = [worker("見本 先子"), worker("見本 次子")], Barrier(2), []

    def register(who: Worker) -> None:
        start.wait(10)
        try:
            made.append(assigned(who, ContractRole.MANAGER, first=0))
        except Refused:
            pass
        finally:
            connection.close()

    threads = [Thread(target=register, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return len(made)


@pytest.mark.django_db(transaction=True)
def test_two_managers_registered_at_once_are_one() -> None:
    keeper()
    assert _two_managers_at_once() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_there_would_be_two() -> None:
    keeper()
    constraint = next(held for held in Assignment._meta.constraints if held.name == "assignment_one_manager_a_day")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Assignment, constraint)
    try:
        assert _two_managers_at_once() == 2
    finally:
        Assignment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Assignment, constraint)
