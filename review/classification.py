"""Classes of this room's fields. The pictures themselves lie in the vault."""

from audit.classification import classified

FIELDS = {
    "Case": classified(
        internal="id visit office state attempt version captured_by opened_at submitted_at due_at claimed_by "
        "lease_until meant_for meant_until first_look_by decided_at",
        secret="lease_token",
        retention="visit",
    ),
    "CaseImage": classified(
        internal="id case kind document boxes attempt sent_sha256 picture uploaded_at removed_at", retention="image"
    ),
    "CapturePlan": classified(internal="id case documents pin_forgotten chosen_at", retention="visit"),
    "PendingUpload": classified(
        internal="id case kind document boxes sha256 size received begun_at touched_at",
        secret="wrapped_key",
        retention="image",
    ),
    "UploadPiece": classified(internal="id upload offset", personal="sealed", retention="image"),
    "TabletKey": classified(internal="id visit user made_at", secret="wrapped_key", retention="image"),
    "Decision": classified(
        internal="id case attempt verdict reason next_step checks submitted_at decided_by decided_at",
        personal="remarks say",
        retention="visit",
    ),
    "ImageRemark": classified(internal="id decision image reason", personal="note", retention="visit"),
    "FirstLook": classified(
        internal="id case attempt rule verdict reason checks decided_by decided_at",
        personal="remarks",
        retention="visit",
    ),
    "CaseMessage": classified(
        internal="id case attempt kind key written_by written_at", personal="text", retention="visit"
    ),
    "Presence": classified(internal="id user came_at seen_at away", retention="staff"),
}
