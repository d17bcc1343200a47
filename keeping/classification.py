"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "RowErasure": classified(internal="id at table rule until rows", retention="audit"),
}
