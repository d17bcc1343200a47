"""The only writers of this room."""

from vault.actions.erasing import bucket_erase, object_erase, object_hold, object_unhold, objects_erase_due
from vault.actions.reading import object_check, object_opened, object_opens, object_read
from vault.actions.storing import object_store, object_store_large, picture_store

__all__ = [
    "bucket_erase",
    "object_check",
    "object_erase",
    "object_hold",
    "object_opened",
    "object_opens",
    "object_read",
    "object_store",
    "object_store_large",
    "object_unhold",
    "objects_erase_due",
    "picture_store",
]
