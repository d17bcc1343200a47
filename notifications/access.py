"""Which messages a member of staff may reach. Whoever may see the list works for the whole city."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from notifications.models import Message, MessageQuerySet


def messages_for(user: User) -> MessageQuerySet:
    return Message.objects.all() if user.may("notifications.view") else Message.objects.none()


def message_for(user: User, pk: int) -> Message:
    """Raises Http404 for a message that is not there or not this person's to see."""
    try:
        return get_object_or_404(messages_for(user), pk=pk)
    except OverflowError as error:
        raise Http404 from error
