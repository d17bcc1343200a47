"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "Course": classified(
        internal="id key title kind topics shortest_minutes longest_minutes for_roles for_workers repeat_months"
        " materials made_at",
        retention="master",
    ),
    "Session": classified(
        internal="id key course group starts_at ends_at place office trainer capacity state planned_at",
        retention="staff",
    ),
    "Handout": classified(internal="id session version handed_out_at", retention="staff"),
    "Enrolment": classified(
        internal="id session user worker state enrolled_at", personal="name affiliation", retention="staff"
    ),
    "Patrol": classified(
        internal="id office month at visitor state arrived_at left_at planned_at",
        personal="met remarks cancel_reason",
        retention="report",
    ),
    "PatrolAnswer": classified(internal="id patrol position words verdict", personal="note", retention="report"),
    "Finding": classified(internal="id key patrol due_on ticket noted_at", personal="text", retention="report"),
}
