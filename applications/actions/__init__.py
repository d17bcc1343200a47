"""The only writers of this room."""

from applications.actions.checks import check_defect, check_give_up, checks_confirm, defect_resolve
from applications.actions.forms import (
    ApplicantData,
    AssistanceData,
    applicant_note,
    application_draft,
    application_sign,
    application_sign_assisted,
    application_sign_on_paper,
)
from applications.actions.papers import day_list_take_out, forms_draft, forms_take_out

__all__ = [
    "ApplicantData",
    "AssistanceData",
    "applicant_note",
    "application_draft",
    "application_sign",
    "application_sign_assisted",
    "application_sign_on_paper",
    "check_defect",
    "check_give_up",
    "checks_confirm",
    "day_list_take_out",
    "defect_resolve",
    "forms_draft",
    "forms_take_out",
]
