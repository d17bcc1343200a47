"""The web process dies between two clicks, or in the middle of one: no time is lost, nothing is booked by half."""

import http.client

import psycopg
import pytest
from django.db import connection

from reservations.models import Hold, Reservation, Slot
from tests.citizen.road import TYPED
from tests.races.conftest import Web
from tests.races.dying import killed_at, row
from tests.reservations.town import Town, make_slot, make_town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(web: Web) -> Town:
    return make_town()


def press(web: Web, town: Town, slot: Slot) -> str:
    """Hold the time; the address of the form."""
    status, address = web.post(f"/book/{town.renewal.code}/{town.office.code}/", {"slot": str(slot.pk)})
    assert status == 302
    return address


def confirm(web: Web, form_address: str) -> tuple[int, str]:
    path, query = form_address.split("?")
    return web.post(f"{path}book/?{query}", TYPED)


def counts(slot: Slot) -> tuple[int, int, int]:
    """(taken seats, holds, bookings): the first is always the sum of the others."""
    slot.refresh_from_db()
    return slot.public_taken, Hold.objects.count(), Reservation.objects.count()


def test_a_hold_outlives_the_web_process_and_is_booked_after_its_restart(web: Web, town: Town) -> None:
    slot = make_slot(town.office)
    form_address = press(web, town, slot)
    web.kill()
    assert counts(slot) == (1, 1, 0)
    web.start()
    status, address = confirm(web, form_address)
    assert (status, counts(slot)) == (302, (1, 0, 1))
    assert confirm(web, form_address) == (302, address), "sent again, it is the same booking"
    assert counts(slot) == (1, 0, 1)


def test_a_held_seat_is_nobody_elses_while_the_web_process_is_down_and_after(web: Web, town: Town) -> None:
    slot = make_slot(town.office)
    press(web, town, slot)
    web.kill()
    web.start()
    status, _ = web.post(f"/book/{town.renewal.code}/{town.office.code}/", {"slot": str(slot.pk)})
    assert (status, counts(slot)) == (409, (1, 1, 0))


def test_killed_in_the_middle_of_booking_nothing_is_booked_by_half(web: Web, town: Town) -> None:
    """The booking stands still at the hold's row, which this test has locked, when its process dies."""
    slot = make_slot(town.office)
    form_address = press(web, town, slot)
    lost = killed_at(row(Hold.objects.all()), lambda: confirm(web, form_address), web.kill)
    assert isinstance(lost, OSError | http.client.HTTPException)
    assert counts(slot) == (1, 1, 0)
    web.start()
    assert confirm(web, form_address)[0] == 302
    assert counts(slot) == (1, 0, 1)


def test_without_one_transaction_the_same_death_leaves_a_seat_to_nobody(town: Town) -> None:
    """The canary: seat and hold in two transactions, and the session dies in between."""
    slot = make_slot(town.office)
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"], user=database["USER"], dbname=database["NAME"], autocommit=True
    ) as careless:
        careless.execute("UPDATE reservations_slot SET public_taken = public_taken + 1 WHERE id = %s", [slot.pk])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [careless.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            careless.execute("INSERT INTO reservations_hold (slot_id) VALUES (%s)", [slot.pk])
    assert counts(slot) == (1, 0, 0)
