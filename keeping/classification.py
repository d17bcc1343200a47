"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "RowErasure": classified(internal="id at table rule until rows", retention="audit"),
    "StorageMeasure": classified(internal="id day measured_at used limit parts rules", retention="audit"),
    "HandoverList": classified(
        internal="id state made_at made_by stocks total decided_at decided_by",
        personal="note remarks",
        retention="report",
    ),
    "ContractClosing": classified(
        internal="id state inventory exports exported_at requested_by requested_at confirmed_by confirmed_at erased_at "
        "result certificate certificate_sha256",
        retention="audit",
    ),
}
