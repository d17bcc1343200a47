"""The only writers of slots, holds and bookings."""

from reservations.actions.booking import reservation_book
from reservations.actions.cancelling import party_cancel, reservation_cancel
from reservations.actions.correcting import reservation_correct
from reservations.actions.desk import bookings_look_up, details_send
from reservations.actions.holds import hold_extend, hold_release, holds_release_expired, seat_hold
from reservations.actions.lists import list_take_out
from reservations.actions.moving import reservation_move
from reservations.actions.slots import slots_materialise
from reservations.actions.states import reservation_mark_no_show, reservation_mark_visited, reservation_restore
from reservations.person import Person

__all__ = [
    "Person",
    "bookings_look_up",
    "details_send",
    "hold_extend",
    "hold_release",
    "holds_release_expired",
    "list_take_out",
    "party_cancel",
    "reservation_book",
    "reservation_cancel",
    "reservation_correct",
    "reservation_mark_no_show",
    "reservation_mark_visited",
    "reservation_move",
    "reservation_restore",
    "seat_hold",
    "slots_materialise",
]
