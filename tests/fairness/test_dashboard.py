"""What looks suspicious is shown; whom it was is not."""

from dataclasses import replace

import pytest

from accounts.roles import Role
from audit.models import AuditEvent
from reservations.actions import reservation_cancel
from reservations.fairness import patterns
from reservations.fairness.errors import TooOften
from reservations.fairness.limits import hold_from
from reservations.models import CancelReason, Shield
from tests.fairness.test_one_booking import book
from tests.people import client_of
from tests.reservations.town import CITIZEN, HANAKO, Town


def test_a_network_that_holds_and_does_not_book_is_listed_without_its_address(town: Town) -> None:
    with pytest.raises(TooOften):
        for _ in range(1000):
            hold_from("203.0.113.9")
    network = patterns.networks_holding()[0]
    assert (network.bookings, network.refused) == (0, 1)
    page = client_of(Role.MANAGER).get("/staff/fairness/").content.decode()
    assert network.name in page
    assert "203.0.113" not in page


def test_a_few_holds_are_no_pattern(town: Town) -> None:
    for _ in range(5):
        hold_from("203.0.113.9")
    assert not patterns.networks_holding()


def test_booking_and_cancelling_again_and_again_is_listed(town: Town) -> None:
    for _ in range(3):
        reservation_cancel(reservation=book(town, HANAKO), reason=CancelReason.OTHER, by=CITIZEN)
    assert [found.count for found in patterns.churning_persons()] == [3]


def test_one_number_and_birth_date_under_several_names_is_listed(town: Town) -> None:
    for number in range(4):
        book(town, replace(HANAKO, name=f"見本 {number}"))
    assert [found.count for found in patterns.many_names()] == [4]
    crowded = patterns.crowded_contacts()
    assert [(found.who, found.count) for found in crowded] == [("…5678", 4)]


def test_the_switch_works_at_once_and_is_written_down(town: Town) -> None:
    manager = client_of(Role.MANAGER)
    manager.post("/staff/fairness/shield/", {"on": "1"})
    assert Shield.objects.get().on
    manager.post("/staff/fairness/shield/", {"on": "1"})
    manager.post("/staff/fairness/shield/", {"on": "0"})
    actions = AuditEvent.objects.about(Shield.objects.get()).values_list("action", flat=True)
    assert list(actions) == ["reservations.shield_lowered", "reservations.shield_raised"]
