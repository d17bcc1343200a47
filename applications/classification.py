"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "ExistenceCheck": classified(
        internal="id reservation state defect_reason answered_by answered_at handled_by handled_at",
        personal="note",
        retention="reservation",
    ),
    "Application": classified(
        internal="id number reservation state drafted_at signature signed_at signed_before",
        retention="signature",
    ),
}
