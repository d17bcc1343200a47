"""Who waits for a seat, as the next installation gets them.

An offered seat is a hold, and holds stay behind: who had an offer waits again, in the same turn. The mail about that
offer stays behind too. Its link leads nowhere, and the mail of the next offer would be taken for the same one.
"""

from collections.abc import Mapping

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from reservations.fairness.keys import contact_key
from reservations.models import Hold, Reservation, Waiter, WaitState

OFFERED = Q(state=WaitState.OFFERED)
TAKEN_BACK = OFFERED & Q(Exists(Hold.objects.filter(token_hash=OuterRef("offer_hash"))))
# What the sweeper would have written down a minute later.
BOOKED = OFFERED & (
    Q(Exists(Reservation.objects.filter(token_hash=OuterRef("offer_hash"))))
    | Q(Exists(Reservation.objects.filter(slot=OuterRef("slot"), moved_token_hash=OuterRef("offer_hash"))))
)
OF_THE_OFFER = ("slot_id", "link_hash", "offer_hash", "offered_at", "answer_until", "called_at")


def shown_values() -> Mapping[str, Combinable]:
    """The state as it is without holds, and nothing of an offer whose hold stays behind."""
    state = Case(
        When(TAKEN_BACK, then=Value(WaitState.WAITING)),
        When(BOOKED, then=Value(WaitState.BOOKED)),
        default=F("state"),
        output_field=CharField(),
    )
    return {"state": state} | {name: Case(When(~TAKEN_BACK, then=F(name))) for name in OF_THE_OFFER}


def of_taken_back_offer(message: str = "") -> Q:
    """Mails about such an offer; `message` leads to the mail, where rows of another table are asked."""
    told = Waiter.objects.filter(TAKEN_BACK).annotate(told=Cast("pk", CharField()))
    about = told.filter(told=OuterRef(f"{message}subject_id"))
    return Q(
        Exists(about),
        **{f"{message}subject_type": Waiter._meta.label_lower, f"{message}purpose": "wait_offered"},
    )


def own_contact_key(waiter: Waiter) -> None:
    """The contact's hash is made with a key of this installation: of another, nobody would be recognised by it."""
    waiter.contact_key = contact_key(waiter.email or waiter.phone)
