"""What a successor finds unfinished about the contract's people, its meetings and what was lent to it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from staffing.actions import (
    absence_cover,
    absence_record,
    good_lose,
    good_return,
    meeting_hold,
    meeting_notify,
    oath_hand_in,
    oath_sign,
    stocktake_begin,
    task_agree,
    task_settle,
)
from staffing.models import Provider, TaskState
from staffing.unfinished import goods_unfinished, meetings_unfinished, people_unfinished
from tests.staffing.made import days_from_now, keeper, worker
from tests.staffing.test_goods import in_use, registered
from tests.staffing.test_meetings import city_person, planned
from tests.staffing.test_oaths import prepared
from tests.unfinished import left, numbers

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_oaths_until_the_city_has_them_and_absences_until_somebody_stands_in() -> None:
    unsworn, waits, signed, done = (worker(f"見本 {name}子") for name in "甲乙丙丁")
    oaths = [prepared(who) for who in (waits, signed, done)]
    for oath in oaths[1:]:
        oath_sign(oath=oath, signed_on=days_from_now(0), scan=b"", by=keeper())
    oath_hand_in(oath=oaths[2], handed_in_on=days_from_now(0), by=keeper())
    absences = [
        absence_record(
            key=uuid4(), worker=who, first_day=days_from_now(3), last_day=days_from_now(4), substitute=None, note="",
            by=keeper(),
        )
        for who in (signed, waits)
    ]  # fmt: skip
    absence_cover(absence=absences[1], substitute=done, by=keeper())
    assert numbers(people_unfinished) == {
        "誓約書：誓約書のない従事者": [f"従事者 {unsworn.pk}", f"従事者 {waits.pk}"],
        "誓約書：署名待ち": [f"誓約書 {oaths[0].pk}"],
        "誓約書：署名済み（提出前）": [f"誓約書 {oaths[1].pk}"],
        "欠員：代わりの人が決まっていない": [f"欠員 {absences[0].pk}"],
    }
    assert "見本" not in str(left(people_unfinished))


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_meetings_until_their_minutes_stand_and_what_they_agreed_on() -> None:
    coming = planned(days=3)
    told, past, held = planned(days=5), planned(days=-1), planned(days=-2)
    for meeting in (told, past, held):
        meeting_notify(meeting=meeting, by=keeper())
    meeting_hold(meeting=held, came=[city_person()], guests="", by=keeper())
    open_task, done = (
        task_agree(key=uuid4(), meeting=held, text=text, owner=city_person(), due_on=days_from_now(9), by=keeper())
        for text in ("掲示を直す", "集計を送る")
    )
    task_settle(task=done, state=TaskState.DONE, by=keeper())
    assert numbers(meetings_unfinished) == {
        "会議：予定（開催の通知前）": [f"会議 {coming.pk}"],
        "会議：開催を通知済み": [f"会議 {told.pk}"],
        "会議：出席を記録していない": [f"会議 {past.pk}"],
        "会議：議事録が確定していない": [f"会議 {held.pk}"],
        "会議で決めたこと：これから行う": [f"決めたこと {open_task.pk}"],
    }


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_what_the_city_lent_until_it_is_back() -> None:
    expected = registered(number="見本-10")
    used, lost, back = (in_use(number=f"見本-{number}") for number in (11, 12, 13))
    in_use(number="見本-14", provider=Provider.CONTRACTOR)
    good_lose(good=lost, quantity=3, on=days_from_now(0), note="見本", by=keeper())
    good_return(good=back, quantity=3, on=days_from_now(0), by=keeper())
    stocktake = stocktake_begin(by=keeper())
    assert numbers(goods_unfinished) == {
        "貸与品：受領前": [expected.number],
        "貸与品：使用中（市へ返す前）": [used.number],
        "貸与品：紛失（見つかっていない）": [lost.number],
        "貸与品：進行中の棚卸し": [f"棚卸し {stocktake.pk}"],
    }
    assert stocktake.begun_at > timezone.now() - timedelta(minutes=1)
