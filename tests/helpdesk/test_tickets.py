"""Inquiries: states, clock, targets, owners, and what the city is told of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import product

import pytest
import time_machine

from audit.actors import Actor
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from helpdesk.actions import (
    city_answer,
    city_see,
    findings_write,
    note_add,
    step_do,
    ticket_hand_over,
    ticket_move,
    ticket_sort,
    ticket_split,
    ticket_take,
    ticket_watch,
    tickets_merge,
    tickets_relate,
)
from helpdesk.errors import (
    FindingsMissing,
    NotReported,
    OtherDesk,
    OtherKind,
    PersonalDataRefused,
    SameTicket,
    StepsLeft,
    TakenAlready,
)
from helpdesk.models import MOVES, DeskCode, NoteKind, Priority, TargetVersion, Ticket, TicketKind, TicketState
from notifications.models import Message
from postoffices.models import Calendar
from tests.helpdesk.conftest import Desks

S = TicketState
# How to bring a new inquiry into each state.
ROADS = {
    S.NEW: [],
    S.OPEN: [S.OPEN],
    S.WAITING: [S.WAITING],
    S.ESCALATED: [S.ESCALATED],
    S.RESOLVED: [S.RESOLVED],
    S.CLOSED: [S.CLOSED],
}
KEY = "00000000-0000-4000-8000-000000000001"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize(("old", "new"), [*product(S, S)])
def test_every_pair_of_states(desks: Desks, old: S, new: S) -> None:
    ticket = desks.asked()
    for step in ROADS[old]:
        ticket = ticket_move(ticket=ticket, to=step, by=desks.by)
    if new in MOVES[old]:
        assert ticket_move(ticket=ticket, to=new, by=desks.by).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            ticket_move(ticket=ticket, to=new, by=desks.by)
        assert fresh(ticket).state == old


def test_the_targets_are_counted_in_the_desks_working_time(desks: Desks) -> None:
    ticket = desks.asked()
    # 4 hours from 10:00 with an hour's lunch; 24 hours at 7 a day, with a weekend between.
    assert ticket.respond_due == at("2026-11-18T15:00:00")
    assert ticket.resolve_due == at("2026-11-23T14:00:00")


def test_an_inquiry_sent_twice_is_one(desks: Desks) -> None:
    assert desks.asked(key="same").pk == desks.asked(key="same").pk
    assert Ticket.objects.count() == 1


def test_waiting_stops_the_clock(desks: Desks, ten: time_machine.Traveller) -> None:
    ticket = ticket_take(ticket=desks.asked(priority=Priority.HIGH), by=desks.by)
    assert ticket.resolve_due == at("2026-11-19T11:00:00")  # 8 working hours of 7 a day
    ten.move_to(at("2026-11-18T11:00:00"))
    ticket_move(ticket=ticket, to=S.WAITING, by=desks.by)
    ten.move_to(at("2026-11-20T09:30:00"))
    ticket = ticket_move(ticket=ticket, to=S.OPEN, by=desks.by)
    # One hour was used before; seven are left from Friday 9:30.
    assert ticket.worked_seconds == 3600
    assert ticket.resolve_due == at("2026-11-23T09:30:00")
    ten.move_to(at("2026-11-20T10:30:00"))
    ticket = ticket_move(ticket=ticket, to=S.RESOLVED, by=desks.by)
    assert (ticket.worked_seconds, ticket.resolved_in_time) == (7200, True)


def test_what_was_late_stays_late_after_waiting(desks: Desks, ten: time_machine.Traveller) -> None:
    ticket = desks.asked(priority=Priority.URGENT)
    due = ticket.resolve_due
    ten.move_to(at("2026-11-18T16:00:00"))
    ticket = ticket_move(ticket=ticket, to=S.WAITING, by=desks.by)
    ten.move_to(at("2026-11-19T10:00:00"))
    ticket = ticket_move(ticket=ticket, to=S.OPEN, by=desks.by)
    assert ticket.resolve_due == due
    assert ticket_move(ticket=ticket, to=S.RESOLVED, by=desks.by).resolved_in_time is False


def test_an_answer_while_it_waits_leaves_the_clock_standing(desks: Desks) -> None:
    ticket = ticket_move(ticket=desks.asked(), to=S.WAITING, by=desks.by)
    note_add(ticket=ticket, kind=NoteKind.OUTSIDE, text="お調べしています", key=KEY, by=desks.by)
    assert fresh(ticket).running_since is None
    assert fresh(ticket).responded_in_time is True


def test_other_calendars_and_targets_change_no_old_figure(
    desks: Desks, ten: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = desks.asked()
    ten.shift(3600)
    done = ticket_move(ticket=old, to=S.RESOLVED, by=desks.by)
    before = (done.worked_seconds, done.resolved_in_time, done.resolve_due, done.target_id)
    Calendar.objects.get(code="helpdesk").weekly_hours.all().delete()
    Calendar.objects.get(code="helpdesk").dated_openings.create(day="2026-11-19", opens="09:00", closes="17:00")
    version = TargetVersion.objects.create(
        desk=DeskCode.CITIZEN, priority=Priority.NORMAL, respond_minutes=1, resolve_minutes=2
    )
    monkeypatch.setattr("helpdesk.actions.tickets.target_of", lambda desk, priority: version)
    new = desks.asked()
    assert new.target == version
    held = fresh(old)
    assert (held.worked_seconds, held.resolved_in_time, held.resolve_due, held.target_id) == before


def test_the_same_targets_make_no_second_version(desks: Desks) -> None:
    assert desks.asked().target_id == desks.asked().target_id
    assert TargetVersion.objects.count() == 1


def test_a_higher_priority_brings_the_due_time_forward_by_what_was_used(
    desks: Desks, ten: time_machine.Traveller
) -> None:
    ticket = desks.asked()
    ten.shift(3600)
    sorted_anew = ticket_sort(
        ticket=ticket, category="card", priority=Priority.URGENT, kind=TicketKind.INQUIRY, by=desks.by
    )
    # Two hours in all, one is used: due at noon.
    assert sorted_anew.resolve_due == at("2026-11-18T12:00:00")
    assert sorted_anew.target.priority == Priority.URGENT


def test_what_somebody_else_took_is_refused(desks: Desks) -> None:
    ticket = desks.asked()
    taken = ticket_take(ticket=ticket, by=desks.by)
    assert (taken.owner, taken.state) == (desks.operator, S.OPEN)
    assert ticket_take(ticket=ticket, by=desks.by).owner == desks.operator
    with pytest.raises(TakenAlready):
        ticket_take(ticket=ticket, by=Actor.staff(desks.colleague))
    ticket_hand_over(ticket=ticket, to=desks.colleague, by=desks.by)
    assert fresh(ticket).owner == desks.colleague


@pytest.mark.requirement("kitakyushu-05", "kitakyushu-08", "kitakyushu-15", "yatsushiro-13", "kurume-14")
@pytest.mark.parametrize("kind", [TicketKind.ESCALATION, TicketKind.PRESS, TicketKind.EQUIPMENT, TicketKind.INCIDENT])
def test_the_city_is_told_at_once_and_the_time_is_measured(
    desks: Desks, ten: time_machine.Traveller, kind: TicketKind
) -> None:
    """Known at 9:58 on the telephone, written down at 10:00, seen by the city at 10:05."""
    ticket = desks.asked(DeskCode.HELPDESK, kind=kind, known_at=at("2026-11-18T09:58:00"))
    assert ticket.reported_after_seconds == 120
    mail = Message.objects.get(recipient="officer@city.example.jp")
    assert ticket.number in mail.body and ticket.title not in mail.body
    ten.move_to(at("2026-11-18T10:05:00"))
    seen = city_see(ticket=ticket, by=Actor.staff(desks.officer))
    assert (seen.seen_after_seconds, seen.seen_by) == (300, desks.officer)
    ten.shift(60)
    assert city_see(ticket=ticket, by=Actor.staff(desks.officer)).seen_after_seconds == 300


@pytest.mark.requirement("kitakyushu-05", "kitakyushu-15")
def test_the_citys_own_kinds_lie_with_the_city_until_it_answers(desks: Desks) -> None:
    ticket = desks.asked(DeskCode.HELPDESK, kind=TicketKind.ESCALATION)
    assert ticket.state == S.ESCALATED
    city_answer(ticket=ticket, text="市から本人に連絡します", key=KEY, by=Actor.staff(desks.officer))
    again = city_answer(ticket=ticket, text="市から本人に連絡します", key=KEY, by=Actor.staff(desks.officer))
    assert fresh(ticket).state == S.OPEN
    assert [note.pk for note in ticket.notes.all()] == [again.pk]


def test_an_inquiry_escalated_later_is_told_then(desks: Desks, ten: time_machine.Traveller) -> None:
    ticket = desks.asked()
    with pytest.raises(NotReported):
        city_see(ticket=ticket, by=Actor.staff(desks.officer))
    ten.shift(600)
    assert ticket_move(ticket=ticket, to=S.ESCALATED, by=desks.by).state == S.ESCALATED
    assert fresh(ticket).reported_after_seconds == 600
    assert Message.objects.filter(purpose="city_told").count() == 1


def test_making_it_a_complaint_tells_the_city_and_begins_the_course(desks: Desks) -> None:
    ticket = desks.asked()
    ticket_sort(ticket=ticket, category="card", priority=Priority.NORMAL, kind=TicketKind.COMPLAINT, by=desks.by)
    assert fresh(ticket).reported_at is not None
    assert ticket.steps.count() == 6


def test_an_inquiry_that_turns_out_to_be_the_presss_goes_into_the_citys_hands(desks: Desks) -> None:
    ticket = ticket_take(ticket=desks.asked(), by=desks.by)
    ticket_sort(ticket=ticket, category="card", priority=Priority.NORMAL, kind=TicketKind.PRESS, by=desks.by)
    assert (fresh(ticket).state, fresh(ticket).reported_at is None) == (S.ESCALATED, False)
    city_answer(ticket=ticket, text="市がお答えします", key=KEY, by=Actor.staff(desks.officer))
    assert fresh(ticket).state == S.OPEN


@pytest.mark.requirement("kitakyushu-14", "fukuoka-36", "yatsushiro-14")
def test_a_complaint_is_solved_only_by_its_whole_course(desks: Desks) -> None:
    ticket = desks.complaint()
    assert ticket.reported_at is not None
    with pytest.raises(StepsLeft):
        ticket_move(ticket=ticket, to=S.RESOLVED, by=desks.by)
    for step in ticket.steps.all():
        step_do(step=step, done=True, by=desks.by)
    with pytest.raises(FindingsMissing):
        ticket_move(ticket=ticket, to=S.RESOLVED, by=desks.by)
    findings_write(ticket=ticket, analysis="案内表が古かった", measures="案内表を差し替えた", by=desks.by)
    assert ticket_move(ticket=ticket, to=S.RESOLVED, by=desks.by).state == S.RESOLVED


def test_a_complaint_cannot_be_closed_past_its_course(desks: Desks) -> None:
    with pytest.raises(StepsLeft):
        ticket_move(ticket=ticket_take(ticket=desks.complaint(), by=desks.by), to=S.CLOSED, by=desks.by)


def test_merging_moves_what_was_said_and_closes(desks: Desks) -> None:
    first, second = desks.asked(), desks.asked(title="同じこと")
    note_add(ticket=second, kind=NoteKind.INTERNAL, text="同じ方から", key=KEY, by=desks.by)
    tickets_merge(ticket=second, into=first, by=desks.by)
    assert [note.text for note in first.notes.all()] == ["同じ方から"]
    merged = fresh(second)
    assert (merged.state, merged.merged_into) == (S.CLOSED, first)
    with pytest.raises(MoveNotAllowed):
        tickets_merge(ticket=first, into=merged, by=desks.by)


def test_nothing_merges_with_itself_or_across_desks(desks: Desks) -> None:
    ticket, other = desks.asked(), desks.asked(DeskCode.HELPDESK)
    with pytest.raises(SameTicket):
        tickets_merge(ticket=ticket, into=ticket, by=desks.by)
    with pytest.raises(OtherDesk):
        tickets_merge(ticket=ticket, into=other, by=desks.by)


def test_what_the_city_was_told_of_does_not_end_in_something_else(desks: Desks) -> None:
    """Merging closes without the course: a complaint goes into a complaint only."""
    complaint, inquiry, other = desks.complaint(), desks.asked(), desks.complaint()
    with pytest.raises(OtherKind):
        tickets_merge(ticket=complaint, into=inquiry, by=desks.by)
    assert fresh(complaint).state == S.NEW
    ticket_watch(ticket=complaint, watching=True, by=Actor.staff(desks.manager))
    tickets_merge(ticket=complaint, into=other, by=desks.by)
    assert fresh(complaint).merged_into == other
    assert list(other.watchers.all()) == [desks.manager]


def test_splitting_takes_the_chosen_notes_along(desks: Desks) -> None:
    ticket = desks.asked(phone="00012345678")
    note = note_add(ticket=ticket, kind=NoteKind.RECEIVED, text="駐車場も知りたい", key=KEY, by=desks.by)
    made = ticket_split(ticket=ticket, title="駐車場", category="other", notes=[note], key="split", by=desks.by)
    assert (made.phone, made.notes.get().text) == ("00012345678", "駐車場も知りたい")
    assert not ticket.notes.exists()
    assert list(ticket.related.all()) == [made]


def test_relating_shows_on_both(desks: Desks) -> None:
    first, second = desks.asked(), desks.asked()
    tickets_relate(ticket=first, other=second, by=desks.by)
    tickets_relate(ticket=first, other=second, by=desks.by)
    assert (list(first.related.all()), list(second.related.all())) == ([second], [first])


@pytest.mark.requirement("fukuoka-17")
@pytest.mark.parametrize(
    "text",
    [
        "お客さまの番号は090-1234-5678です",
        "連絡先 hanako@example.jp",
        "生年月日は令和2年3月4日",
        "昭和60年4月2日生まれの方",
        "1985/4/2 の方",
        "マイナンバー 1234 5678 9018",
    ],
)
def test_the_post_offices_desk_refuses_personal_data(desks: Desks, text: str) -> None:
    with pytest.raises(PersonalDataRefused):
        desks.asked(DeskCode.HELPDESK, body=text)
    ticket = desks.asked(DeskCode.HELPDESK)
    with pytest.raises(PersonalDataRefused):
        note_add(ticket=ticket, kind=NoteKind.INTERNAL, text=text, key=KEY, by=desks.by)
    with pytest.raises(PersonalDataRefused):
        city_answer(ticket=ticket, text=text, key=KEY, by=Actor.staff(desks.officer))
    assert not ticket.notes.exists()


@pytest.mark.parametrize(
    "text",
    [
        "エラー番号 4021-55 が令和8年11月18日に出た",
        "2026/11/18 9:30に再起動",
        "機器 KT-000123456 の紙詰まり",
        "10分で直った",
    ],
)
def test_the_post_offices_desk_takes_dates_of_work_and_error_numbers(desks: Desks, text: str) -> None:
    assert desks.asked(DeskCode.HELPDESK, body=text).body == text


def test_an_offices_own_number_is_nobodys(desks: Desks) -> None:
    desks.town.office.phone = "000-999-0001"
    desks.town.office.save()
    assert desks.asked(DeskCode.HELPDESK, body="局の番号は000-999-0001").body
    with pytest.raises(PersonalDataRefused):
        desks.asked(DeskCode.HELPDESK, body="番号は000-999-0002")


def test_contacts_are_not_kept_at_the_post_offices_desk(desks: Desks) -> None:
    ticket = desks.asked(DeskCode.HELPDESK, contact_name="見本 花子", phone="00012345678", email="a@example.jp")
    assert (ticket.contact_name, ticket.phone, ticket.email) == ("", "", "")


def test_nothing_is_taken_in_without_its_event(
    desks: Desks, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    with audit_cannot_be_written():
        desks.asked()
    assert not Ticket.objects.exists()


def test_the_log_holds_nothing_that_was_said(desks: Desks) -> None:
    ticket = desks.asked(title="見本花子さんの件", body="秘密の中身", phone="00012345678")
    note_add(ticket=ticket, kind=NoteKind.INTERNAL, text="秘密のメモ", key=KEY, by=desks.by)
    logged = str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert not any(said in logged for said in ("見本花子", "秘密", "00012345678"))
