"""Classes of this room's fields. The pictures themselves lie in the vault."""

from audit.classification import classified

FIELDS = {
    "Case": classified(
        internal="id visit office state attempt version captured_by opened_at submitted_at due_at claimed_by "
        "lease_until decided_at",
        secret="lease_token",
        retention="visit",
    ),
    "CaseImage": classified(
        internal="id case kind attempt sent_sha256 picture uploaded_at removed_at", retention="image"
    ),
    "Decision": classified(
        internal="id case attempt verdict reason submitted_at decided_by decided_at",
        personal="remarks",
        retention="visit",
    ),
}
