"""Whether there is room for more: the vault asks before it keeps something."""

from keeping.storage.records import StorageMeasure


def room_left() -> int | None:
    """Bytes that may still be kept, as the last look found; None before the first one. One query."""
    newest = StorageMeasure.objects.only("used", "limit").first()
    return None if newest is None else newest.limit - newest.used
