"""Which places in the queue somebody reaches: citizens by their link, staff the whole city's."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from reservations.models import Waiter
from reservations.tokens import token_hash
from reservations.waiting_list.records import WaiterQuerySet


def waiter_by_link(token: str) -> Waiter:
    """By the link of the registration or of the offer. Raises Http404."""
    hashed = token_hash(token)
    found = Waiter.objects.filter(Q(token_hash=hashed) | Q(link_hash=hashed))
    return get_object_or_404(found.select_related("procedure", "office__ward", "ward", "slot__office"))


def waiters_in_scope(user: User) -> WaiterQuerySet:
    """Everybody who waits, for those who look after the list; nobody otherwise."""
    waiters = Waiter.objects.all() if user.may("reservations.waiting_list") else Waiter.objects.none()
    return waiters.select_related("procedure", "office", "ward", "slot__office")


def waiter_for_staff(user: User, pk: int) -> Waiter:
    """Raises Http404."""
    waiter = waiters_in_scope(user).filter(pk=pk).first()
    if waiter is None:
        raise Http404
    return waiter
