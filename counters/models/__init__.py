"""What this room holds: visits, numbers, money, support, screens."""

from counters.models.money import CashUp, Charge, Receipt, VoidReason
from counters.models.numbering import NumberSeries, SeriesKind
from counters.models.reasons import REASONS, Outcome, Reason
from counters.models.screens import ScreenKind, WallScreen
from counters.models.support import Referral, SupportKind, SupportWork
from counters.models.visits import OVER, VISIT_MOVES, ReviewResult, Visit, VisitState, start_of

__all__ = [
    "OVER",
    "REASONS",
    "VISIT_MOVES",
    "CashUp",
    "Charge",
    "NumberSeries",
    "Outcome",
    "Reason",
    "Receipt",
    "Referral",
    "ReviewResult",
    "ScreenKind",
    "SeriesKind",
    "SupportKind",
    "SupportWork",
    "Visit",
    "VisitState",
    "VoidReason",
    "WallScreen",
    "start_of",
]
