"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "TargetVersion": classified(
        internal="id desk priority respond_minutes resolve_minutes first_used_at", retention="master"
    ),
    "Call": classified(
        internal="id desk source line external_id key offered_at answered_at ended_at handled_at state operator"
        " category result office reservation ticket day month hour",
        personal="caller_number passed_to note",
        retention="inquiry",
    ),
    "CtiEvent": classified(internal="id desk event_id kind call at received_at", retention="inquiry"),
    "CallFile": classified(
        internal="id desk name sha256 faults read_count taken_count read_at read_by taken_at",
        personal="rows",
        retention="inquiry",
    ),
    "Ticket": classified(
        internal="id desk kind channel state priority category language office reservation device_label owner"
        " watchers related merged_into target opened_at respond_due resolve_due responded_at responded_in_time"
        " running_since worked_seconds left_seconds resolved_at resolved_in_time closed_at known_at reported_at"
        " seen_at seen_by key asked_by answered_at office_read_at",
        personal="title body contact_name phone email analysis measures grams",
        retention="inquiry",
    ),
    "Note": classified(internal="id ticket kind at by mailed key", personal="text", retention="inquiry"),
    "Attachment": classified(internal="id ticket held malware at by", personal="name", retention="inquiry"),
    # Sender and subject stay only with mails that became no inquiry.
    "Mail": classified(
        internal="id desk fingerprint state reason ticket held received_at settled_at settled_by",
        personal="message_id sender subject",
        retention="inquiry",
    ),
    "Step": classified(internal="id ticket position text done_at done_by", retention="inquiry"),
    "Moment": classified(internal="id ticket at written_at by", personal="text", retention="inquiry"),
    # Answers are read by everybody at the desk, so personal data is refused in them.
    "Question": classified(
        internal="id key desk category state title other_words answer source grams helped not_helped written_by"
        " written_at",
        retention="document",
    ),
    "MissedSearch": classified(internal="id desk words count last_at answered_by", retention="inquiry"),
    "Callback": classified(
        internal="id desk call ticket window_from window_until next_at state promised_at owner ended_at key",
        personal="contact_name phone note",
        retention="inquiry",
    ),
    "CallbackTry": classified(internal="id callback at by reached", retention="inquiry"),
}
