"""What a member of staff may reach in this room: one closing at a time, and lists handed over."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from keeping.closing.records import ContractClosing
from keeping.handover.records import HandoverList


def newest_closing(user: User) -> ContractClosing | None:
    """The closing under way, or the last one. Raises Http404 for whoever has nothing to do with it."""
    if not user.may("keeping.close"):
        raise Http404
    return ContractClosing.objects.select_related("requested_by", "confirmed_by").defer("certificate").first()


def certificate_of(user: User, pk: int) -> ContractClosing:
    """An erased closing with its certificate. Raises Http404."""
    if not user.may("keeping.close"):
        raise Http404
    return get_object_or_404(ContractClosing, pk=pk, certificate__isnull=False)


def handover_for(user: User, pk: int) -> HandoverList:
    """A list of what was unfinished. Raises Http404."""
    if not user.may("keeping.handover"):
        raise Http404
    return get_object_or_404(HandoverList.objects.select_related("made_by", "decided_by"), pk=pk)
