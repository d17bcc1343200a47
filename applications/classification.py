"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "ExistenceCheck": classified(
        internal="id reservation state defect_reason answered_by answered_at handled_by handled_at next_step_at"
        " end_reason",
        personal="note",
        retention="reservation",
    ),
    "CheckBatch": classified(internal="id key made_at made_by office day", retention="reservation"),
    "CheckBatchRow": classified(internal="id batch position reservation", retention="reservation"),
    "CheckReturn": classified(
        internal="id batch received_at received_by sha256 taken_at taken_by",
        personal="answers",
        retention="reservation",
    ),
    "CheckAnswer": classified(
        internal="id reservation at by state reason returned held_back", personal="note", retention="reservation"
    ),
    "DefectContact": classified(
        internal="id key defect at by result next_at text_code message", personal="note", retention="reservation"
    ),
    "Application": classified(
        internal="id number reservation state drafted_at signature signed_at signed_before",
        retention="signature",
    ),
}
