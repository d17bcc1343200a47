"""What the start page says about the outbox: messages that only a person can get any further."""

from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from notifications.access import messages_for
from notifications.models import Channel, MessageState


def messages_waiting(user: User) -> list[Waiting]:
    """Messages of which nobody knows whether they arrived. Failed ones have a receipt and wait for nobody."""
    count = messages_for(user).filter(state=MessageState.UNCERTAIN).exclude(channel=Channel.CALL).count()
    return [Waiting("届いたか分からない通知", count, f"{reverse('notifications:list')}?day=all&state=uncertain")]
