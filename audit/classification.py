"""Every stored field has a class. One table per room drives export, masking, erasure and the log's silence.

A room's `classification.py` holds `FIELDS = {"Model": classified(public="...", ...)}` with the names of
the model's concrete fields separated by spaces, and the rule by which its rows are kept.
"""

from dataclasses import dataclass
from enum import StrEnum


class Sensitivity(StrEnum):
    PUBLIC = "public"  # may stand on the city's web site
    INTERNAL = "internal"  # work data without a person in it
    PERSONAL = "personal"  # says something about a person: never in logs, masked in exports, erased by rule
    SECRET = "secret"  # noqa: S105 -- keys, tokens, hashes: never shown, exported (but see docs/handover.md) or logged


@dataclass(frozen=True, slots=True)
class Classified:
    """`fields` maps a field's name to its class; `retention` names a rule of the city profile's `retention`."""

    fields: dict[str, Sensitivity]
    retention: str

    def of(self, sensitivity: Sensitivity) -> list[str]:
        return [name for name, held in self.fields.items() if held is sensitivity]


def classified(
    *, public: str = "", internal: str = "", personal: str = "", secret: str = "", retention: str
) -> Classified:
    """Raises ValueError when a field stands in two classes."""
    fields: dict[str, Sensitivity] = {}
    for sensitivity, names in zip(Sensitivity, (public, internal, personal, secret), strict=True):
        for name in names.split():
            if name in fields:
                raise ValueError(f"{name} is classified twice")
            fields[name] = sensitivity
    return Classified(fields, retention)


FIELDS = {
    "AuditEvent": classified(
        internal="id at action actor_kind actor_user_id actor_role subject_type subject_id detail",
        personal="actor_label",
        retention="audit",
    ),
    "Unsealed": classified(internal="event_id", retention="audit"),
    "AuditSeal": classified(
        internal="id made_at first_event_id last_event_id event_ids root previous_root", retention="audit"
    ),
}
