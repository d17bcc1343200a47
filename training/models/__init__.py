"""Training and patrols."""

from training.models.courses import (
    ENROLMENT_MOVES,
    SESSION_MOVES,
    Course,
    CourseKind,
    Enrolment,
    EnrolmentState,
    Handout,
    Session,
    SessionState,
)
from training.models.patrols import (
    PATROL_MOVES,
    SETTLED,
    Finding,
    Patrol,
    PatrolAnswer,
    PatrolState,
    Verdict,
)

__all__ = [
    "ENROLMENT_MOVES",
    "PATROL_MOVES",
    "SESSION_MOVES",
    "SETTLED",
    "Course",
    "CourseKind",
    "Enrolment",
    "EnrolmentState",
    "Finding",
    "Handout",
    "Patrol",
    "PatrolAnswer",
    "PatrolState",
    "Session",
    "SessionState",
    "Verdict",
]
