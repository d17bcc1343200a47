"""A town with bookings in every state, and the folder that hands it over."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from audit.models import AuditEvent
from postoffices.models import City, Procedure
from postoffices.neutral import NEUTRAL_RULES
from reservations.actions import (
    reservation_book,
    reservation_cancel,
    reservation_mark_no_show,
    reservation_move,
    seat_hold,
)
from reservations.models import CancelReason, Reservation, SeatKind
from tests.reservations.handover.parcel import Booked, book, decided_on_screen, empty, handed_over, person, waits
from tests.reservations.town import CITIZEN, SYSTEM, TARO, Town, a_time, make_slot, make_town, slots_in_a_row


@pytest.fixture
def booked(transactional_db: None) -> Booked:
    City.objects.create(id=1, slug="mihon", name="見本市", settings=NEUTRAL_RULES.model_dump(mode="json"))
    town = make_town()
    slot = make_slot(town.office, seats=5, internal=1)
    later = make_slot(town.elsewhere, a_time(8, 10), seats=2)
    confirmed, token = book(slot, town)
    cancelled, _ = book(slot, town, person=person("見本 二郎"))
    reservation_cancel(reservation=cancelled, reason=CancelReason.DONE_ELSEWHERE, by=CITIZEN)
    moved, _ = book(slot, town, person=TARO)
    _, wish = seat_hold(slot_id=later.pk, procedure=town.renewal, by=CITIZEN)
    reservation_move(reservation=moved, token=wish, by=CITIZEN)
    missed, _ = book(slot, town, seat_kind=SeatKind.INTERNAL, person=person("見本 三郎"))
    reservation_mark_no_show(reservation=missed, by=SYSTEM)
    seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    family_of_two_units(town)
    decided_on_screen(town, missed)
    waits(town)
    return Booked(town, slot, confirmed, token)


def family_of_two_units(town: Town) -> None:
    """Two people, one after another, each for two slots; and a hold like it, which stays behind."""
    long = Procedure.objects.create(code="long", name="長い手続き", summary="見本", position=3, units=2)
    town.elsewhere.procedures.add(long)
    first, *_others = slots_in_a_row(town.elsewhere, 1, 1, 1, 1, first=a_time(9))
    again, *_others = slots_in_a_row(town.elsewhere, 1, 1, 1, 1, first=a_time(10))
    _, token = seat_hold(slot_id=first.pk, procedure=long, people=2, by=CITIZEN)
    reservation_book(token=token, person=person("見本 四郎"), companions=[person("見本 五郎")], by=CITIZEN)
    seat_hold(slot_id=again.pk, procedure=long, people=2, by=CITIZEN)


@pytest.fixture(scope="session")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that needs a handover leaves it for the others."""
    return tmp_path_factory.mktemp("handover") / "out"


@pytest.fixture
def folder(
    transactional_db: None, written_once: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """A handover, and an empty database to take it over; afterwards nothing may stand there."""
    if not written_once.exists():
        request.getfixturevalue("booked")
        handed_over(written_once)
        empty()
    copytree(written_once, tmp_path / "out")
    yield tmp_path / "out"
    assert not Reservation.objects.exists()
    assert not City.objects.exists()
    assert not AuditEvent.objects.exists()
