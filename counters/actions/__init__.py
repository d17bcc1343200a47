"""The only writers of this room: from arrival to outcome (fukuoka-25), and what is taken and counted on the way."""

from counters.actions.arrival import visit_arrive, visit_miss, visit_walk_in, visits_mark_missed
from counters.actions.calling import visit_call, visit_call_back, visit_call_next
from counters.actions.cash import cash_up_close, cash_up_see
from counters.actions.ending import visit_finish, visit_leave
from counters.actions.receipts import fees_take, receipt_print, receipt_void
from counters.actions.screens import screen_close, screen_make
from counters.actions.serving import visit_await_review, visit_review_answered, visit_serve, visit_terminal_begin
from counters.actions.support import support_count, support_take_back

__all__ = [
    "cash_up_close",
    "cash_up_see",
    "fees_take",
    "receipt_print",
    "receipt_void",
    "screen_close",
    "screen_make",
    "support_count",
    "support_take_back",
    "visit_arrive",
    "visit_await_review",
    "visit_call",
    "visit_call_back",
    "visit_call_next",
    "visit_finish",
    "visit_leave",
    "visit_miss",
    "visit_review_answered",
    "visit_serve",
    "visit_terminal_begin",
    "visit_walk_in",
    "visits_mark_missed",
]
