"""What the start page says of this room."""

from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from keeping.storage.measuring import mark_reached
from keeping.storage.records import StorageMeasure


def storage_running_out(user: User) -> list[Waiting]:
    """A mark of the profile is reached. One query."""
    newest = StorageMeasure.objects.first()
    if newest is None or not mark_reached(newest):
        return []
    return [Waiting(f"保存容量の残りが少なくなっています（{newest.percent:.0f}%）", 1, reverse("keeping:storage"))]
