"""Two connections at once on one booking. One test shows that the fault is real when the guard is off."""

import pytest

from applications.actions import application_draft, check_give_up, checks_confirm
from applications.errors import BookingNotLive
from applications.models import Application, CheckState, DefectReason, ExistenceCheck
from audit.models import AuditEvent
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation, ReservationState, Slot
from tests.counters.desk import Desk
from tests.reservations.test_races import Rival, race
from tests.reservations.town import CITIZEN

pytestmark = pytest.mark.django_db(transaction=True)


def cancel(booking: Reservation) -> Rival:
    return Rival(lambda: reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN))


def test_a_cancellation_under_way_is_waited_for(desk: Desk) -> None:
    booking = desk.booking(days=7)
    _, confirmed = race(cancel(booking), lambda: checks_confirm(reservations=[booking], by=desk.city))
    assert isinstance(confirmed.exception(), BookingNotLive)
    assert not ExistenceCheck.objects.exists()


def test_without_the_lock_a_cancelled_booking_is_confirmed(desk: Desk) -> None:
    """The canary: the answer looks at the booking as it was read before."""
    booking = desk.booking(days=7)

    def confirm_unguarded() -> None:
        seen = Reservation.objects.get(pk=booking.pk)
        if seen.state == ReservationState.CONFIRMED:
            ExistenceCheck.objects.update_or_create(reservation_id=seen.pk, defaults={"state": CheckState.CONFIRMED})

    race(cancel(booking), confirm_unguarded)
    booking.refresh_from_db()
    assert (booking.state, ExistenceCheck.objects.get().state) == (ReservationState.CANCELLED, CheckState.CONFIRMED)


def test_two_batches_with_one_booking_answer_it_once(desk: Desk) -> None:
    first, second = desk.booking(days=7), desk.booking(days=8)
    _, later = race(
        Rival(lambda: checks_confirm(reservations=[first, second], by=desk.city)),
        lambda: checks_confirm(reservations=[second, first], by=desk.city),
    )
    assert later.result() == 0
    assert AuditEvent.objects.filter(action="existence.confirmed").count() == 2


def test_giving_up_while_the_citizen_cancels_gives_one_seat_back(desk: Desk) -> None:
    booking = desk.booking(days=7)
    check = ExistenceCheck.objects.create(
        reservation=booking, state=CheckState.DEFECT, defect_reason=DefectReason.MOVED_OUT
    )
    _, given_up = race(cancel(booking), lambda: check_give_up(check=check, by=desk.by))
    assert given_up.exception() is None
    assert Slot.objects.get().public_taken == 0
    booking.refresh_from_db()
    assert booking.cancel_reason == CancelReason.OTHER


def test_two_screens_make_one_form(desk: Desk) -> None:
    booking = desk.booking(days=7)

    def draft() -> Application:
        return application_draft(reservation=booking, by=desk.by)

    first, later = race(Rival(draft), draft)
    assert later.result() == first
    assert Application.objects.count() == 1
