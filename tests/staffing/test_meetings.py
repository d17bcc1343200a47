"""Meetings: noticed, held, minuted; what was agreed waits for its owner."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from audit.moves import MoveNotAllowed
from notifications.models import Message
from staffing.actions import (
    MeetingFacts,
    meeting_cancel,
    meeting_change,
    meeting_close,
    meeting_hold,
    meeting_notify,
    meeting_plan,
    minutes_write,
    task_agree,
    task_settle,
)
from staffing.errors import MeetingClosed, NotOverYet
from staffing.meeting import missing_this_month
from staffing.models import (
    MEETING_MOVES,
    TASK_MOVES,
    Meeting,
    MeetingKind,
    MeetingState,
    MeetingTask,
    TaskState,
)
from staffing.papers import minutes_pdf
from tests.people import client_of, sign_in, staff_member
from tests.staffing.made import days_from_now, keeper

pytestmark = pytest.mark.django_db
HOME = "/staff/staffing/meetings/"


def city_person() -> User:
    found = User.objects.filter(username="city").first()
    return found or staff_member(Role.CITY_OFFICER, "city", display_name="見本 市子", email="city@example.jp")


def meeting_facts(*, days: float = -1, **changed: Any) -> MeetingFacts:
    values: dict[str, Any] = {
        "kind": MeetingKind.REGULAR,
        "title": "11月の定例会議",
        "starts_at": timezone.now() + timedelta(days=days),
        "minutes": 60,
        "place": "見本会議室",
        "guests": "",
        "agenda": ["実績の報告", "課題と改善"],
        "people": [city_person()],
    }
    return MeetingFacts(**values | changed)


def planned(**changed: Any) -> Meeting:
    return meeting_plan(key=uuid4(), facts=meeting_facts(**changed), by=keeper())


def held_meeting() -> Meeting:
    meeting = meeting_notify(meeting=planned(), by=keeper())
    return meeting_hold(meeting=meeting, came=[city_person()], guests="", by=keeper())


MOVES: dict[MeetingState, Callable[[Meeting], Meeting]] = {
    MeetingState.NOTIFIED: lambda meeting: meeting_notify(meeting=meeting, by=keeper()),
    MeetingState.HELD: lambda meeting: meeting_hold(meeting=meeting, came=[], guests="", by=keeper()),
    MeetingState.CLOSED: lambda meeting: meeting_close(meeting=meeting, by=keeper()),
    MeetingState.CANCELLED: lambda meeting: meeting_cancel(meeting=meeting, by=keeper()),
}


@pytest.mark.parametrize("new", MOVES)
@pytest.mark.parametrize("old", MeetingState)
def test_every_pair_of_states(old: MeetingState, new: MeetingState) -> None:
    meeting = planned()
    Meeting.objects.filter(pk=meeting.pk).update(state=old, closed_at=timezone.now())
    if new in MEETING_MOVES[old]:
        assert MOVES[new](meeting).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            MOVES[new](meeting)
        meeting.refresh_from_db()
        assert meeting.state == old


def a_task(meeting: Meeting, owner: User, due: int = 7) -> MeetingTask:
    return task_agree(
        key=uuid4(), meeting=meeting, text="手順書を直す", owner=owner, due_on=days_from_now(due), by=keeper()
    )


@pytest.mark.parametrize("new", TaskState)
@pytest.mark.parametrize("old", TaskState)
def test_every_pair_of_states_of_a_task(old: TaskState, new: TaskState) -> None:
    task = a_task(held_meeting(), city_person())
    settled = None if old == TaskState.OPEN else timezone.now()
    MeetingTask.objects.filter(pk=task.pk).update(state=old, settled_at=settled)
    if new in TASK_MOVES[old]:
        assert task_settle(task=task, state=new, by=keeper()).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            task_settle(task=task, state=new, by=keeper())


@pytest.mark.requirement("kitakyushu-07")
def test_a_notice_goes_to_everybody_asked_and_again_when_it_changes() -> None:
    meeting = meeting_notify(meeting=planned(days=3), by=keeper())
    message = Message.objects.get()
    assert message.recipient == "city@example.jp"
    assert "実績の報告" in message.body
    assert f"{HOME}{meeting.pk}/" in message.body
    assert "出席を求められている会議" in sign_in(Client(), city_person()).get("/staff/").content.decode()
    meeting_change(meeting=meeting, facts=meeting_facts(days=4, place="見本第2会議室"), by=keeper())
    assert Message.objects.count() == 2
    assert "見本第2会議室" in Message.objects.order_by("-pk")[0].body
    with pytest.raises(NotOverYet):
        meeting_hold(meeting=meeting, came=[], guests="", by=keeper())


@pytest.mark.requirement("kitakyushu-07", "fukuoka-36")
def test_from_the_agenda_to_minutes_and_a_task_that_waits_for_its_owner() -> None:
    manager, city = client_of(Role.MANAGER), city_person()
    begins = timezone.localtime(timezone.now() - timedelta(hours=2))
    form = {
        "key": str(uuid4()), "kind": "regular", "title": "11月の定例会議", "at": f"{begins:%H:%M}", "minutes": "60",
        "day_year": begins.year, "day_month": begins.month, "day_day": begins.day, "place": "見本会議室",
        "agenda": "実績の報告\n課題と改善", "people": [city.pk], "guests": "",
    }  # fmt: skip
    manager.post(f"{HOME}new/", form)
    manager.post(f"{HOME}new/", form)
    meeting = Meeting.objects.get()
    page = f"{HOME}{meeting.pk}/"
    manager.post(f"{page}notify/")
    manager.post(f"{page}hold/", {"came": [city.pk], "guests": "架空 客子"})
    first, second = meeting.items.all()
    texts = {f"item_{first.pk}": "来局は120件でした。", f"item_{second.pk}": "待ち時間を短くします。"}
    manager.post(f"{page}minutes/", texts)
    today = days_from_now(0)
    due = {"due_on_year": today.year, "due_on_month": today.month, "due_on_day": today.day}
    task = {"key": str(uuid4()), "text": "案内文を直す", "owner": city.pk} | due
    manager.post(f"{page}tasks/", task)
    manager.post(f"{page}tasks/", task)
    manager.post(f"{page}close/")
    assert "議事録を確定済み" in manager.get(page).content.decode()

    owner = sign_in(Client(), city)
    assert "会議で決まった自分の宿題" in owner.get("/staff/").content.decode()
    text = PdfReader(BytesIO(owner.get(f"{HOME}{meeting.pk}.pdf").content)).pages[0].extract_text()
    for said in ("議事録", "来局は120件でした。", "案内文を直す", "架空 客子", "見本 市子"):
        assert said in text
    owner.post(f"/staff/staffing/tasks/{MeetingTask.objects.get().pk}/done/")
    assert MeetingTask.objects.get().state == TaskState.DONE
    assert "会議で決まった自分の宿題" not in owner.get("/staff/").content.decode()


def test_somebody_else_s_task_is_out_of_reach() -> None:
    task = a_task(held_meeting(), city_person())
    assert client_of(Role.TRAINER).post(f"/staff/staffing/tasks/{task.pk}/done/").status_code == 404
    assert client_of(Role.BUREAU).post(f"/staff/staffing/tasks/{task.pk}/elsewhere/").status_code == 404
    assert client_of(Role.MANAGER).post(f"/staff/staffing/tasks/{task.pk}/done/").status_code == 302


@pytest.mark.requirement("kitakyushu-07")
def test_the_next_meeting_begins_with_what_is_still_open() -> None:
    task = a_task(held_meeting(), city_person())
    after = planned(days=0.5)
    assert "前回までの宿題" in client_of(Role.MANAGER).get(f"{HOME}{after.pk}/").content.decode()
    assert "手順書を直す" in PdfReader(BytesIO(minutes_pdf(after))).pages[0].extract_text()
    task_settle(task=task, state=TaskState.DONE, by=keeper())
    assert "前回までの宿題" not in PdfReader(BytesIO(minutes_pdf(after))).pages[0].extract_text()


@pytest.mark.requirement("fukuoka-36")
def test_a_month_without_a_meeting_with_the_city_is_noticed() -> None:
    client = client_of(Role.MANAGER)
    assert missing_this_month() == 1
    assert "今月まだ予定されていない定例会議" in client.get("/staff/").content.decode()
    planned(kind=MeetingKind.SPECIAL, days=0)
    assert missing_this_month() == 1
    meeting = planned(days=0)
    assert missing_this_month() == 0
    meeting_cancel(meeting=meeting, by=keeper())
    assert missing_this_month() == 1


def test_final_minutes_stay_and_nothing_is_agreed_before_a_meeting() -> None:
    with pytest.raises(MeetingClosed):
        a_task(planned(days=1), city_person())
    meeting = held_meeting()
    meeting_close(meeting=meeting, by=keeper())
    with pytest.raises(MeetingClosed):
        minutes_write(meeting=meeting, texts={}, by=keeper())
    with pytest.raises(MeetingClosed):
        meeting_change(meeting=meeting, facts=meeting_facts(), by=keeper())


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_asks_as_often_for_many_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        a_task(held_meeting(), city_person())
        planned(days=3)
    client = client_of(Role.CITY_OFFICER)
    client.get(HOME)
    with django_assert_num_queries(7):
        client.get(HOME)


def test_what_is_wrong_is_said_and_what_was_typed_stays() -> None:
    answer = client_of(Role.MANAGER).post(f"{HOME}new/", {"key": str(uuid4()), "title": "見本の会議", "at": "25:00"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for said in (
        "見本の会議",
        "開催日を入力してください。",
        "時刻は、13、1330、13:30のように",
        "出席を求める人を選んで",
    ):
        assert said in page
    assert not Meeting.objects.exists()
