"""Which state may follow which: written down a second time by hand, over every pair and every action."""

from collections.abc import Callable
from itertools import product

import pytest

from applications.actions import (
    application_sign,
    application_sign_on_paper,
    check_defect,
    check_give_up,
    checks_confirm,
    defect_resolve,
)
from applications.models import (
    APPLICATION_MOVES,
    CHECK_MOVES,
    Application,
    ApplicationState,
    CheckState,
    DefectReason,
    ExistenceCheck,
)
from audit.errors import Refused
from audit.moves import MoveNotAllowed, refuse_unless_allowed
from tests.counters.desk import STROKES, Desk

C = CheckState
A = ApplicationState
CHECKS_ALLOWED = {
    (C.WAITING, C.CONFIRMED),
    (C.WAITING, C.DEFECT),
    (C.WAITING, C.GIVEN_UP),
    (C.DEFECT, C.RESOLVED),
    (C.DEFECT, C.GIVEN_UP),
    (C.RESOLVED, C.CONFIRMED),
    (C.RESOLVED, C.DEFECT),
    (C.RESOLVED, C.GIVEN_UP),
    (C.CONFIRMED, C.DEFECT),
    (C.CONFIRMED, C.WAITING),
}
APPLICATIONS_ALLOWED = {
    (A.DRAFTED, A.SIGNED),
    (A.DRAFTED, A.PAPER_SIGNED),
    (A.SIGNED, A.ARCHIVED),
    (A.PAPER_SIGNED, A.ARCHIVED),
    (A.ARCHIVED, A.HANDED_OVER),
}


@pytest.mark.parametrize(("old", "new"), [*product(C, C)])
def test_every_pair_of_a_checks_states(old: C, new: C) -> None:
    if (old, new) in CHECKS_ALLOWED:
        refuse_unless_allowed(CHECK_MOVES, old, new)
        return
    with pytest.raises(MoveNotAllowed, match=str(old.label)):
        refuse_unless_allowed(CHECK_MOVES, old, new)


@pytest.mark.parametrize(("old", "new"), [*product(A, A)])
def test_every_pair_of_an_applications_states(old: A, new: A) -> None:
    if (old, new) in APPLICATIONS_ALLOWED:
        refuse_unless_allowed(APPLICATION_MOVES, old, new)
        return
    with pytest.raises(MoveNotAllowed, match=str(old.label)):
        refuse_unless_allowed(APPLICATION_MOVES, old, new)


CheckAct = Callable[[Desk, ExistenceCheck], object]
CHECK_ACTIONS: dict[C, CheckAct] = {
    C.CONFIRMED: lambda desk, check: checks_confirm(reservations=[check.reservation], by=desk.city),
    C.DEFECT: lambda desk, check: check_defect(
        reservation=check.reservation, reason=DefectReason.MOVED_OUT, by=desk.city
    ),
    C.RESOLVED: lambda desk, check: defect_resolve(check=check, by=desk.by),
    C.GIVEN_UP: lambda desk, check: check_give_up(check=check, by=desk.by),
}


@pytest.mark.parametrize(("old", "new"), [*product(C, CHECK_ACTIONS)])
def test_every_action_on_a_check_in_every_state(desk: Desk, old: C, new: C) -> None:
    check = ExistenceCheck.objects.create(
        reservation=desk.booking(days=1), state=old, defect_reason=DefectReason.NOT_FOUND if old == C.DEFECT else ""
    )
    again = (old, new) == (C.CONFIRMED, C.CONFIRMED)
    if (old, new) in CHECKS_ALLOWED or again:
        CHECK_ACTIONS[new](desk, check)
        check.refresh_from_db()
        assert check.state == new
        return
    before = ExistenceCheck.objects.values().get(pk=check.pk)
    with pytest.raises(MoveNotAllowed):
        CHECK_ACTIONS[new](desk, check)
    assert ExistenceCheck.objects.values().get(pk=check.pk) == before


@pytest.mark.parametrize("state", [*A])
def test_only_a_drafted_application_can_be_signed(desk: Desk, state: A) -> None:
    application = desk.signed().application
    assert application is not None
    signature, signed_at = application.signature, application.signed_at
    kept = {"document": signature, "archived_at": signed_at} if state == A.ARCHIVED else {}
    Application.objects.filter(pk=application.pk).update(state=state, **kept)
    if state == A.DRAFTED:
        assert application_sign(application=application, strokes=STROKES, by=desk.by).state == A.SIGNED
        return
    with pytest.raises(Refused):
        application_sign(application=application, strokes=STROKES, by=desk.by)
    with pytest.raises(Refused):
        application_sign_on_paper(application=application, by=desk.by)
    application.refresh_from_db()
    assert (application.state, application.signature, application.signed_at) == (state, signature, signed_at)
