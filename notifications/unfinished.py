"""What this room hands over: messages that have not gone out, and those of which nobody knows."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.unfinished import Item, Stock
from notifications.models import Message, MessageState
from notifications.purposes import purpose_label


def messages_unfinished() -> Iterator[Stock]:
    rows = Message.objects.order_by("queued_at", "pk")
    address = reverse("notifications:list") + "?day=all"
    for state in (MessageState.QUEUED, MessageState.UNCERTAIN):
        held = rows.filter(state=state)
        yield Stock("通知", str(state.label), held, _message, "queued_at", address, "notifications.view")


def _message(message: Message) -> Item:
    return Item(
        f"通知 {message.pk}",
        since=message.queued_at,
        due=message.not_before,
        note=f"{message.get_channel_display()}　{purpose_label(message.purpose)}",
    )
