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
        internal="id number reservation state drafted_at signature signed_at signed_before sign_kind document"
        " archived_at printed_at printed_for printed_office",
        secret="printed_mark",
        retention="signature",
    ),
    "Applicant": classified(
        internal="application", personal="name reading birth_date address phone", retention="signature"
    ),
    "Assistance": classified(
        internal="application",
        personal="reason note proxy_name proxy_relation witness_name",
        retention="signature",
    ),
    "Sealing": classified(internal="application due_at tries trouble", retention="signature"),
    "FormBatch": classified(
        internal="id office day state requested_by requested_at claim_token claimed_until attempts done total content"
        " made_at trouble",
        retention="signature",
    ),
    "ScanFile": classified(
        internal="id received_at received_by content sha256 state malware trouble due_at tries"
        " fingerprint pages_total pages_found",
        personal="filename",
        retention="signature",
    ),
    "ScanUpload": classified(
        internal="id begun_by fingerprint size received digests begun_at touched_at",
        personal="filename",
        secret="wrapped_key",
        retention="signature",
    ),
    "ScanUploadPiece": classified(internal="id upload offset", personal="sealed", retention="signature"),
    "ScanPage": classified(
        internal="id file number state reason found turned application decided_by decided_at", retention="signature"
    ),
    "OriginalBatch": classified(
        internal="id ward made_at made_by sent_at sent_by received_at received_by", retention="signature"
    ),
    "Original": classified(internal="application batch state", retention="signature"),
    "ArchiveEntry": classified(
        internal="application number signed_on sign_kind office ward procedure forgotten_at",
        personal="reservation_number name reading name_key reading_key",
        retention="signature",
    ),
    "ArchiveHold": classified(
        internal="id application held_by held_at lifted_by lifted_at",
        personal="reason lifted_reason",
        retention="signature",
    ),
    "IntegrityRun": classified(
        internal="id started_at finished_at last_application cursor claimed_until checked erased failed failures"
        " asked_by",
        retention="audit",
    ),
}
