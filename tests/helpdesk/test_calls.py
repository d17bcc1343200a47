"""Calls: taken by hand, told of by a telephone system in any order, noted down, called back."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import permutations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actors import Actor
from audit.models import AuditEvent
from helpdesk.actions import (
    Event,
    Handled,
    Promise,
    call_answer,
    call_handle,
    call_take_by_hand,
    callback_give_up,
    callback_promise,
    callback_try,
    cti_take,
    rings_end,
)
from helpdesk.callback_times import Window
from helpdesk.errors import CallbackOver, CallNotTaken, CallOver, PersonalDataRefused, WindowWrong
from helpdesk.models import (
    Call,
    Callback,
    CallbackState,
    CallResult,
    CallState,
    CtiEvent,
    CtiKind,
    DeskCode,
    Line,
    Ticket,
    TicketKind,
)
from tests.helpdesk.conftest import Desks
from tests.people import sign_in
from tests.reservations.town import HANAKO, SYSTEM, make_slot

BY = Actor.system("telephone")
NUMBER = "00012345678"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-18T{text}+09:00")


NEW = Event("e1", CtiKind.NEW_CALL, "c1", at("09:50:00"), NUMBER)
ANSWERED = Event("e2", CtiKind.ANSWER, "c1", at("09:50:12"), NUMBER, "phone-1")
GONE = Event("e3", CtiKind.HANGUP, "c1", at("09:53:00"))


def taken_by_hand(desks: Desks, desk: DeskCode = DeskCode.CITIZEN) -> Call:
    return call_take_by_hand(desk=desk, number=NUMBER, line=Line.OUTSIDE, key=uuid.uuid4(), by=desks.by)


def as_said(call: Call) -> tuple[object, ...]:
    call.refresh_from_db()
    names = ("state", "offered_at", "answered_at", "ended_at", "caller_number", "operator_id")
    return tuple(getattr(call, name) for name in names)


@pytest.mark.parametrize("order", [*permutations([NEW, ANSWERED, GONE, ANSWERED, NEW], 5)][::7])
def test_events_in_any_order_and_any_number_make_one_log(desks: Desks, order: tuple[Event, ...]) -> None:
    for event in order:
        call = cti_take(desk=DeskCode.CITIZEN, event=event, by=BY)
    said = (CallState.ENDED, NEW.at, ANSWERED.at, GONE.at, NUMBER, desks.operator.pk)
    assert as_said(call) == said
    assert (Call.objects.count(), CtiEvent.objects.count()) == (1, 3)


def test_a_caller_who_gives_up_is_abandoned_whatever_came_first(desks: Desks) -> None:
    call = cti_take(desk=DeskCode.CITIZEN, event=GONE, by=BY)
    cti_take(desk=DeskCode.CITIZEN, event=NEW, by=BY)
    assert as_said(call)[0] == CallState.ABANDONED


@pytest.mark.requirement("fukuoka-17", "fukuoka-18")
@pytest.mark.parametrize("clock", ["08:59:59", "12:30:00", "17:00:00"])
def test_what_rings_outside_the_hours_is_counted_apart(desks: Desks, clock: str) -> None:
    event = Event("night", CtiKind.NEW_CALL, "night", at(clock))
    assert cti_take(desk=DeskCode.CITIZEN, event=event, by=BY).state == CallState.OUTSIDE_HOURS


def test_the_two_desks_calls_are_apart(desks: Desks) -> None:
    cti_take(desk=DeskCode.CITIZEN, event=NEW, by=BY)
    other = cti_take(desk=DeskCode.HELPDESK, event=NEW, by=BY)
    assert Call.objects.count() == 2
    assert other.caller_number == ""  # no personal data there


def test_a_ringing_call_is_taken_once(desks: Desks) -> None:
    call = cti_take(desk=DeskCode.CITIZEN, event=NEW, by=BY)
    assert call_answer(call=call, by=desks.by).operator == desks.operator
    assert call_answer(call=call, by=desks.by).operator == desks.operator
    with pytest.raises(CallOver):
        call_answer(call=call, by=Actor.staff(desks.colleague))


def test_a_call_that_was_given_up_cannot_be_taken(desks: Desks) -> None:
    call = cti_take(desk=DeskCode.CITIZEN, event=NEW, by=BY)
    cti_take(desk=DeskCode.CITIZEN, event=GONE, by=BY)
    with pytest.raises(CallOver):
        call_answer(call=call, by=desks.by)


def test_a_lost_hang_up_does_not_ring_for_ever(desks: Desks, ten: time_machine.Traveller) -> None:
    call = cti_take(desk=DeskCode.CITIZEN, event=NEW, by=BY)
    ten.shift(3600)
    assert rings_end(by=BY) == 1
    assert as_said(call)[0] == CallState.ABANDONED
    assert rings_end(by=BY) == 0


@pytest.mark.requirement("fukuoka-18", "kitakyushu-09")
def test_a_call_is_noted_down_with_category_and_result(desks: Desks, ten: time_machine.Traveller) -> None:
    call = taken_by_hand(desks)
    ten.shift(90)
    handled = Handled(category="card", result=CallResult.REFERRED, note="区役所を案内")
    done = call_handle(call=call, handled=handled, by=desks.by)
    assert (done.state, done.category, done.result, done.talked_seconds) == (CallState.ENDED, "card", "referred", 90)
    ten.shift(60)
    again = call_handle(call=call, handled=Handled(category="other", result=CallResult.ANSWERED), by=desks.by)
    assert (again.category, again.handled_at) == ("other", done.handled_at)


def test_somebody_elses_call_is_not_noted_down(desks: Desks) -> None:
    call = taken_by_hand(desks)
    with pytest.raises(CallNotTaken):
        call_handle(
            call=call, handled=Handled(category="card", result=CallResult.ANSWERED), by=Actor.staff(desks.colleague)
        )


def test_notes_of_the_post_offices_desk_hold_no_person(desks: Desks) -> None:
    call = taken_by_hand(desks, DeskCode.HELPDESK)
    assert call.caller_number == ""
    with pytest.raises(PersonalDataRefused):
        handled = Handled(category="terminal", result=CallResult.ANSWERED, note="090-1234-5678に電話")
        call_handle(call=call, handled=handled, by=desks.by)


def promise(**said: object) -> Promise:
    values = {"phone": NUMBER, "window": Window(at("13:00:00"), at("15:00:00")), **said}
    return Promise(**values)  # type: ignore[arg-type]


@pytest.mark.requirement("kurume-07")
def test_a_callback_is_tried_until_somebody_answers(desks: Desks, ten: time_machine.Traveller) -> None:
    back = callback_promise(desk=DeskCode.CITIZEN, promise=promise(), key=uuid.uuid4(), by=desks.by)
    assert back.next_at == at("13:00:00")
    ten.move_to(at("16:45:00"))
    back = callback_try(callback=back, reached=False, by=desks.by)
    # Half an hour of working time: a quarter today, a quarter tomorrow morning.
    assert back.next_at == at("09:15:00") + timedelta(days=1)
    back = callback_try(callback=back, reached=True, by=desks.by)
    assert (back.state, back.tries.count()) == (CallbackState.REACHED, 2)
    with pytest.raises(CallbackOver):
        callback_give_up(callback=back, by=desks.by)


def test_a_window_that_is_over_or_backwards_is_refused(desks: Desks) -> None:
    for wrong in (Window(at("08:00:00"), at("09:00:00")), Window(at("16:00:00"), at("15:00:00"))):
        with pytest.raises(WindowWrong):
            callback_promise(desk=DeskCode.CITIZEN, promise=promise(window=wrong), key=uuid.uuid4(), by=desks.by)


# -- on screen


@pytest.fixture
def screen(desks: Desks) -> Client:
    return sign_in(Client(), desks.operator)


def finish(screen: Client, call: Call, **typed: str) -> object:
    values = {"category": "card", "result": "answered", "line": "outside", **typed}
    return screen.post(reverse("helpdesk:call_finish", args=[call.pk]), values)


def test_a_call_from_the_key_to_the_note(desks: Desks, screen: Client) -> None:
    key = str(uuid.uuid4())
    for _twice in range(2):
        response = screen.post(
            reverse("helpdesk:call_take"), {"desk": "citizen", "key": key, "number": "000-1234-5678", "line": "outside"}
        )
    call = Call.objects.get()
    assert response["Location"] == reverse("helpdesk:call", args=[call.pk])
    assert finish(screen, call, note="更新の時期を案内").status_code == 302  # type: ignore[attr-defined]
    call.refresh_from_db()
    assert (call.note, call.result) == ("更新の時期を案内", "answered")


def test_the_callers_bookings_are_shown_and_that_is_written_down(desks: Desks, screen: Client) -> None:
    from reservations.actions import reservation_book, seat_hold

    slot = make_slot(desks.town.office, timezone.now() + timedelta(days=7))
    _, token = seat_hold(slot_id=slot.pk, procedure=desks.town.renewal, by=SYSTEM)
    booking = reservation_book(token=token, person=HANAKO, by=SYSTEM)
    page = screen.get(reverse("helpdesk:call", args=[taken_by_hand(desks).pk])).content.decode()
    assert "見本 花子" in page
    event = AuditEvent.objects.get(action="helpdesk.caller_looked_up")
    assert event.detail == {"bookings": 1, "calls": 0}
    call = Call.objects.get()
    finish(screen, call, result="booked", booking=booking.number)
    call.refresh_from_db()
    assert (call.reservation, call.office) == (booking, desks.town.office)


def test_a_call_becomes_an_inquiry_and_twice_the_same(desks: Desks, screen: Client) -> None:
    call = taken_by_hand(desks)
    for _twice in range(2):
        finish(screen, call, result="ticket", title="撮影の依頼", kind="press", priority="high", note="テレビ局から")
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.known_at, list(ticket.calls.all())) == (TicketKind.PRESS, call.answered_at, [call])


@pytest.mark.requirement("kurume-07")
def test_a_call_that_went_elsewhere_is_called_back(desks: Desks, screen: Client) -> None:
    call = taken_by_hand(desks)
    finish(screen, call, result="callback", line="elsewhere", phone="000-1234-5678", callback_from="13", title="")
    back = Callback.objects.get()
    assert (back.phone, back.window_from, back.call.line) == (NUMBER, at("13:00:00"), Line.ELSEWHERE)  # type: ignore[union-attr]
    assert NUMBER[-4:] in screen.get(reverse("helpdesk:callbacks")).content.decode()


@pytest.mark.requirement("kurume-07")
@pytest.mark.parametrize(
    ("day", "hours", "window"),
    [
        ("", {}, ("18T10:00", "18T12:00")),
        ("2026-11-19", {}, ("19T09:00", "19T17:00")),
        ("2026-11-20", {"callback_from": "1430"}, ("20T14:30", "20T16:30")),
        ("2026-11-23", {"callback_until": "11"}, ("23T09:00", "23T11:00")),
    ],
)
def test_a_call_back_is_promised_for_a_day_on_which_the_desk_works(
    desks: Desks, screen: Client, day: str, hours: dict[str, str], window: tuple[str, str]
) -> None:
    """On a Wednesday: this week, and Monday after the weekend, which is not offered."""
    call = taken_by_hand(desks)
    assert finish(screen, call, result="callback", phone=NUMBER, callback_day="2026-11-21").status_code == 422  # type: ignore[attr-defined]
    finish(screen, call, result="callback", phone=NUMBER, callback_day=day, **hours)
    back = Callback.objects.get()
    assert [f"{timezone.localtime(at):%dT%H:%M}" for at in (back.window_from, back.window_until)] == list(window)


def test_a_time_that_is_over_leaves_neither_note_nor_callback(desks: Desks, screen: Client) -> None:
    call = taken_by_hand(desks)
    response = finish(screen, call, result="callback", phone=NUMBER, callback_from="8", callback_until="9")
    assert response.status_code == 422  # type: ignore[attr-defined]
    call.refresh_from_db()
    assert (call.result, Callback.objects.count()) == ("", 0)


@pytest.mark.requirement("kurume-07")
def test_an_inside_call_names_who_took_it_over(desks: Desks, screen: Client) -> None:
    call = taken_by_hand(desks)
    page = finish(screen, call, result="passed", line="inside").content.decode()  # type: ignore[attr-defined]
    assert "引き継いだ職員か部署" in page
    finish(screen, call, result="passed", line="inside", passed_to="市民課 見本係")
    call.refresh_from_db()
    assert (call.line, call.passed_to) == (Line.INSIDE, "市民課 見本係")


def test_a_my_number_in_the_note_is_refused_and_the_rest_kept(desks: Desks, screen: Client) -> None:
    call = taken_by_hand(desks)
    response = finish(screen, call, note="番号は123456789018", result="referred")
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert "番号）と思われる数字" in response.content.decode()  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="helpdesk.call_handled").count() == 0


@pytest.mark.requirement("kurume-01", "yatsushiro-07", "fukutsu-02")
def test_one_search_answers_procedures_and_places(desks: Desks, screen: Client) -> None:
    address = reverse("helpdesk:find")
    answer = screen.post(address, {"q": "電子証明書 更新"}, headers={"HX-Request": "true"}).content.decode()
    assert "マイナンバーカード" in answer and "<html" not in answer
    assert "架空郵便局" in screen.post(address, {"q": "架空郵便局"}).content.decode()
    assert "見つかりませんでした" in screen.post(address, {"q": "ぬぬぬぬ"}).content.decode()


def test_the_helpdesk_agent_sees_no_citizens_calls(desks: Desks) -> None:
    call = taken_by_hand(desks)
    agent = sign_in(Client(), desks.agent)
    assert agent.get(reverse("helpdesk:call", args=[call.pk])).status_code == 404
    assert agent.get(reverse("helpdesk:calls") + "?desk=citizen").status_code == 404
    assert 'name="desk" value="helpdesk"' in agent.get(reverse("helpdesk:calls")).content.decode()


@pytest.mark.requirement("fukuoka-18", "kitakyushu-09")
def test_the_log_shows_every_call_of_a_day_with_its_times(
    desks: Desks, screen: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for event in (NEW, ANSWERED, GONE, Event("e9", CtiKind.NEW_CALL, "c2", at("08:00:00"))):
        call = cti_take(desk=DeskCode.CITIZEN, event=event, by=BY)
    cti_take(desk=DeskCode.CITIZEN, event=Event("old", CtiKind.HANGUP, "c3", NEW.at - timedelta(days=1)), by=BY)
    call = Call.objects.get(external_id="c1")
    call_handle(call=call, handled=Handled(category="card", result=CallResult.REFERRED), by=desks.by)
    with django_assert_max_num_queries(12):
        page = screen.get(reverse("helpdesk:call_log")).content.decode()
    assert page.count("<tr>") == 3
    assert all(said in page for said in ("9:50", "12秒", "2分48秒", "受付時間外", "ほかの窓口を案内", "見本 phone-1"))
    assert NUMBER[-4:] not in page
    yesterday = "?day_year=2026&day_month=11&day_day=17"
    assert "放棄" in screen.get(reverse("helpdesk:call_log") + yesterday).content.decode()
    assert screen.get(reverse("helpdesk:call_log") + "?day_year=x").status_code == 422
    assert "この日の電話はありません" in screen.get(reverse("helpdesk:call_log") + "?state=talking").content.decode()
