"""The only writers of this room."""

from helpdesk.actions.callbacks import Promise, callback_give_up, callback_promise, callback_try
from helpdesk.actions.calls import (
    Event,
    Handled,
    call_answer,
    call_handle,
    call_take_by_hand,
    cti_take,
    rings_end,
)
from helpdesk.actions.city import city_answer, city_see
from helpdesk.actions.joining import ticket_split, tickets_merge, tickets_relate
from helpdesk.actions.notes import attachment_add, findings_write, moment_add, note_add, step_do
from helpdesk.actions.tickets import (
    Asked,
    ticket_hand_over,
    ticket_move,
    ticket_open,
    ticket_sort,
    ticket_take,
    ticket_watch,
)

__all__ = [
    "Asked",
    "Event",
    "Handled",
    "Promise",
    "attachment_add",
    "call_answer",
    "call_handle",
    "call_take_by_hand",
    "callback_give_up",
    "callback_promise",
    "callback_try",
    "city_answer",
    "city_see",
    "cti_take",
    "findings_write",
    "moment_add",
    "note_add",
    "rings_end",
    "step_do",
    "ticket_hand_over",
    "ticket_move",
    "ticket_open",
    "ticket_sort",
    "ticket_split",
    "ticket_take",
    "ticket_watch",
    "tickets_merge",
    "tickets_relate",
]
