"""Two kinds of links to one's booking: the lasting one of the mail, and a short one after number and birth date."""

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404

from reservations.access import reservation_by_link
from reservations.models import Reservation

SHORT_SECONDS = 30 * 60
_SALT = "reservations.citizen.link"


class LinkOver(Exception):
    """A short link is older than SHORT_SECONDS."""


def short_link_token(reservation: Reservation) -> str:
    """A token that opens the booking for half an hour. It holds the row's id, signed, and nothing of the person."""
    return signing.dumps(reservation.pk, salt=_SALT)


def reservation_behind(token: str) -> Reservation:
    """The booking of either kind of link. Raises Http404, or LinkOver for a short link past its time.

    Only signed tokens hold a colon; the random ones are made of letters, digits, - and _.
    """
    if ":" not in token:
        return reservation_by_link(token)
    try:
        key = signing.loads(token, salt=_SALT, max_age=SHORT_SECONDS)
    except signing.SignatureExpired:
        raise LinkOver from None
    except signing.BadSignature:
        raise Http404 from None
    return get_object_or_404(Reservation.objects.select_related("slot", "office__ward", "procedure"), pk=key)
