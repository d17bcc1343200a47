"""Classes of this room's fields. What is in an object is personal, but only its ciphertext lies outside."""

from audit.classification import classified

FIELDS = {
    "Bucket": classified(internal="id name erase_on erased_at", secret="wrapped_key", retention="audit"),
    "VaultObject": classified(
        internal="id kind bucket media_type size sha256 storage_name stored_at legal_hold erased_at",
        secret="wrapped_key",
        retention="audit",
    ),
}
