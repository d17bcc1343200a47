"""The only writers of this room."""

from review.actions.capture import (
    case_give_up,
    case_open,
    case_submit,
    case_withdraw,
    image_add,
    image_remove,
)
from review.actions.decide import case_decide
from review.actions.lease import case_claim, case_claim_next, case_extend, case_release, leases_release_expired

__all__ = [
    "case_claim",
    "case_claim_next",
    "case_decide",
    "case_extend",
    "case_give_up",
    "case_open",
    "case_release",
    "case_submit",
    "case_withdraw",
    "image_add",
    "image_remove",
    "leases_release_expired",
]
