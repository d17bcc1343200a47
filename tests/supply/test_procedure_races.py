"""A procedure loses a time while somebody takes it: two connections, and a canary."""

import pytest

from postoffices.models import Procedure
from reservations.actions import seat_hold, seats
from reservations.errors import SlotClosed
from reservations.models import Hold, Slot
from reservations.supply.plan import SupplyPlan
from tests.reservations.test_races import Rival, race
from tests.reservations.town import CITIZEN, Town, make_town
from tests.supply.bureau import (
    a_monday,
    apply,
    assert_counters_tell_the_truth,
    assert_no_procedure_where_it_may_not_be,
    open_days,
    week_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
BESIDE_THE_ROW = """AND NOT EXISTS (
    SELECT 1 FROM reservations_slot other WHERE other.id = %(slot)s AND %(code)s = ANY (other.barred))"""


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    town.office.procedures.add(town.other)
    return town


@pytest.fixture
def afternoon(town: Town) -> Slot:
    return open_days(town, a_monday())[8]


def narrow(town: Town) -> SupplyPlan:
    return apply([town.office], week_of(town.other, mon="9:00-12:00"))


def hold(slot: Slot, procedure: Procedure, people: int = 1) -> Hold:
    return seat_hold(slot_id=slot.pk, procedure=procedure, people=people, by=CITIZEN)[0]


@pytest.mark.parametrize("people", [1, 2])
def test_nobody_holds_a_time_that_the_procedure_is_losing(town: Town, afternoon: Slot, people: int) -> None:
    _, later = race(Rival(lambda: narrow(town)), lambda: hold(afternoon, town.other, people))
    assert isinstance(later.exception(), SlotClosed)
    assert not Hold.objects.exists()


def test_a_hold_made_in_between_is_given_up(town: Town, afternoon: Slot) -> None:
    _, later = race(Rival(lambda: hold(afternoon, town.other)), lambda: narrow(town))
    assert later.result().counts()["released"] == 1
    assert_no_procedure_where_it_may_not_be()
    assert_counters_tell_the_truth()


def test_a_rule_read_beside_the_row_lets_a_hold_slip_past(
    town: Town, afternoon: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary: the other table is read as it stood when the statement began to wait."""
    beside = {kind: sql.replace("AND %(code)s <> ALL (barred)", BESIDE_THE_ROW) for kind, sql in seats.KEEP.items()}
    assert beside != seats.KEEP
    monkeypatch.setattr(seats, "KEEP", beside)
    _, later = race(Rival(lambda: narrow(town)), lambda: hold(afternoon, town.other))
    assert later.exception() is None
    with pytest.raises(AssertionError):
        assert_no_procedure_where_it_may_not_be()
