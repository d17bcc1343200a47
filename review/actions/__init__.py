"""The only writers of this room."""

from review.actions.assign import case_hand_over, case_reassign
from review.actions.capture import (
    case_give_up,
    case_open,
    case_submit,
    case_withdraw,
    image_add,
    image_remove,
)
from review.actions.decide import Findings, Remark, case_decide
from review.actions.lease import case_claim, case_claim_next, case_extend, case_release, leases_release_expired
from review.actions.plan import plan_choose
from review.actions.presence import presence_sign, presence_step_out
from review.actions.tablet import tablet_key_get, tablet_keys_erase, tablet_keys_erase_old
from review.actions.talk import question_answer, question_ask
from review.actions.uploads import upload_begin, upload_take, uploads_abandon_old

__all__ = [
    "Findings",
    "Remark",
    "case_claim",
    "case_claim_next",
    "case_decide",
    "case_extend",
    "case_give_up",
    "case_hand_over",
    "case_open",
    "case_reassign",
    "case_release",
    "case_submit",
    "case_withdraw",
    "image_add",
    "image_remove",
    "leases_release_expired",
    "plan_choose",
    "presence_sign",
    "presence_step_out",
    "question_answer",
    "question_ask",
    "tablet_key_get",
    "tablet_keys_erase",
    "tablet_keys_erase_old",
    "upload_begin",
    "upload_take",
    "uploads_abandon_old",
]
