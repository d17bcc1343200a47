"""What a successor finds unfinished about training and patrols."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.roles import Role
from helpdesk.actions import ticket_move
from helpdesk.models import Ticket, TicketState
from postoffices.models import Office
from tests.people import staff_member
from tests.training.made import by_trainer, course, enrolled, patrol, session
from tests.training.test_patrols import visited
from tests.unfinished import left, numbers
from training.actions import finding_note, session_cancel
from training.models import Enrolment, Patrol
from training.unfinished import patrols_unfinished, training_unfinished

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_sessions_people_in_them_and_people_who_never_came() -> None:
    of, tomorrow = course(), timezone.localdate() + timedelta(days=1)
    past, coming, off = enrolled(1, session(of)), enrolled(1, session(of, tomorrow)), enrolled(1, session(of, tomorrow))
    session_cancel(session=off, by=by_trainer())
    staff_member(Role.CLERK, "untrained")
    found = left(training_unfinished)
    people = [f"受講 {one.pk}" for one in Enrolment.objects.filter(session__in=[past, coming]).order_by("pk")]
    assert {words: [item.number for item in items] for words, items in found.items()} == {
        "研修：これから行う研修": [f"研修の回 {coming.pk}"],
        "研修：出席を記録していない研修": [f"研修の回 {past.pk}"],
        "研修：受講の予定": people,
        "研修：まだ受けていない人がいる研修": [f"研修 {of.pk}"],
    }
    assert found["研修：まだ受けていない人がいる研修"][0].note == f"{of.title}　1人"


@pytest.mark.requirement("fukuoka-38", "kurume-10")
def test_offices_without_a_visit_visits_to_make_and_findings_to_settle() -> None:
    held = patrol()
    Patrol.objects.exclude(pk=held.pk).delete()
    held = visited(held)
    finding = finding_note(
        key=uuid4(), patrol=held, text="用紙が残り少ない", category="other",
        due_on=timezone.localdate() + timedelta(days=7), by=by_trainer(),
    )  # fmt: skip
    unplanned = Office.objects.exclude(pk=held.office_id).get()
    assert numbers(patrols_unfinished) == {
        "巡回：今月の巡回が計画されていない拠点": [unplanned.name],
        "巡回：見つかった改善（未完了）": [f"指摘 {finding.pk}"],
    }
    for step in (TicketState.OPEN, TicketState.RESOLVED):
        ticket_move(ticket=Ticket.objects.get(), to=step, by=by_trainer())
    assert "巡回：見つかった改善（未完了）" not in numbers(patrols_unfinished)
