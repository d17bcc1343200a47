"""The only writers of this room."""

from training.actions.courses import CourseFacts, course_add, course_change
from training.actions.patrols import (
    Answer,
    finding_note,
    patrol_cancel,
    patrol_schedule,
    patrol_visit,
    patrols_plan,
)
from training.actions.sessions import (
    Person,
    SessionFacts,
    attendance_record,
    enrol,
    enrolment_withdraw,
    material_hand_out,
    session_cancel,
    session_change,
    session_hold,
    session_plan,
)

__all__ = [
    "Answer",
    "CourseFacts",
    "Person",
    "SessionFacts",
    "attendance_record",
    "course_add",
    "course_change",
    "enrol",
    "enrolment_withdraw",
    "finding_note",
    "material_hand_out",
    "patrol_cancel",
    "patrol_schedule",
    "patrol_visit",
    "patrols_plan",
    "session_cancel",
    "session_change",
    "session_hold",
    "session_plan",
]
