"""Classes of this room's fields. Reports hold counts, no persons; remarks are free text."""

from audit.classification import classified

FIELDS = {
    "Report": classified(
        internal="id kind first_day last_day state due_on requested_at requested_by claimed_until attempts step steps "
        "doing figures pdf xlsx made_at trouble",
        personal="remarks",
        secret="claim_token",
        retention="report",
    ),
}
