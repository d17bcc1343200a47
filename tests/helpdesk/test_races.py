"""Two operators press at the same moment. The canary shows what the guard is for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from helpdesk.actions import Event, call_answer, cti_take, ticket_take
from helpdesk.errors import CallOver, TakenAlready
from helpdesk.models import Call, CtiEvent, CtiKind, DeskCode, Ticket
from tests.helpdesk.conftest import TEN, Desks, make_desks

pytestmark = pytest.mark.django_db(transaction=True)
TWO = 2


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """The acts' results or refusals, each on a connection of its own, begun together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return act()
        except (TakenAlready, CallOver) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def take(ticket: Ticket, user: User) -> Callable[[], object]:
    return lambda: ticket_take(ticket=ticket, by=Actor.staff(user))


def owners_after(desks: Desks, rounds: int) -> int:
    """In how many rounds both were told that the inquiry is theirs."""
    both = 0
    for _round in range(rounds):
        ticket = desks.asked()
        results = at_once([take(ticket, desks.operator), take(ticket, desks.colleague)])
        both += sum(isinstance(result, Ticket) for result in results) == TWO
    return both


def test_one_of_two_gets_the_inquiry() -> None:
    desks = make_desks()
    assert owners_after(desks, 8) == 0
    taken = AuditEvent.objects.filter(action="helpdesk.ticket_taken").count()
    assert taken == Ticket.objects.count()


def test_canary_a_look_before_the_write_gives_it_to_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the conditional UPDATE both see that nobody owns it, and both are told that they do."""
    desks = make_desks()
    seen = Barrier(TWO)

    def looked_up_first(*, ticket: Ticket, by: Actor) -> Ticket:
        current = Ticket.objects.get(pk=ticket.pk)
        seen.wait(timeout=30)
        if current.owner_id is not None:
            raise TakenAlready
        Ticket.objects.filter(pk=ticket.pk).update(owner=by.staff_id)
        return current

    monkeypatch.setattr("tests.helpdesk.test_races.ticket_take", looked_up_first)
    assert owners_after(desks, 1) == 1


def test_one_of_two_gets_the_call() -> None:
    desks = make_desks()
    event = Event("e1", CtiKind.NEW_CALL, "c1", TEN)
    call = cti_take(desk=DeskCode.CITIZEN, event=event, by=Actor.system("telephone"))
    people = [desks.operator, desks.colleague]
    results = at_once([lambda who=who: call_answer(call=call, by=Actor.staff(who)) for who in people])  # type: ignore[misc]
    assert sum(isinstance(result, Call) for result in results) == 1


def test_an_event_delivered_twice_at_once_is_one() -> None:
    make_desks()
    event = Event("e1", CtiKind.NEW_CALL, "c1", TEN)
    deliver = lambda: cti_take(desk=DeskCode.CITIZEN, event=event, by=Actor.system("telephone"))  # noqa: E731
    results = at_once([deliver, deliver, deliver])
    assert all(isinstance(result, Call) for result in results)
    assert (Call.objects.count(), CtiEvent.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="helpdesk.call_event").count() == 1
