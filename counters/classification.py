"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "Visit": classified(
        internal="id office procedure reservation application key state arrived_at serving_at finished_at "
        "review_result outcome received_by finished_by",
        personal="note",
        retention="visit",
    ),
}
