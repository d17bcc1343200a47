"""Classes of this room's fields. Documents name those responsible by their names, which is their purpose."""

from audit.classification import classified

FIELDS = {
    "Document": classified(
        internal="id key kind title audience must_confirm created_at",
        retention="document",
    ),
    "Version": classified(
        internal="id document number state file file_name changes authors drafted_at submitted_at decided_by "
        "decided_at published_at malware",
        personal="text shown pages remarks",
        retention="document",
    ),
    "Reading": classified(internal="id version reader confirmed_at", retention="document"),
    "Distribution": classified(
        internal="id key version office place day quantity recorded_by recorded_at",
        personal="note",
        retention="document",
    ),
}
