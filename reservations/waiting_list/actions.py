"""Withdrawing, taking up an offer, and what the sweeper does. Registering stands in registering.py."""

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from reservations.actions.holds import hold_release_row
from reservations.deadlines import first_bookable_day
from reservations.models import Hold, Waiter, WaitState
from reservations.tokens import token_hash
from reservations.waiting_list.errors import NotWaiting, OfferBooked, OfferOver
from reservations.waiting_list.mails import lapsed_queue
from reservations.waiting_list.offers import free_seats_offer, offered_token
from reservations.waiting_list.outcome import booked_among, has_become
from reservations.waiting_list.records import LIVE

BATCH = 200


@transaction.atomic
def wait_withdraw(*, waiter: Waiter, by: Actor) -> Waiter:
    """Stop waiting; an offered seat goes on to the next. Withdrawing twice changes nothing. Raises NotWaiting."""
    hold = _hold_of(waiter)
    current = _locked(waiter)
    if current.state == WaitState.WITHDRAWN:
        return current
    if current.state not in LIVE:
        raise NotWaiting
    current.end(WaitState.WITHDRAWN)
    record(action="reservations.wait_withdrawn", subject=current, by=by)
    if hold is not None:
        hold_release_row(hold, by=by)
    return current


@transaction.atomic
def offer_take_up(*, waiter: Waiter, by: Actor) -> str:
    """Go on to the form with the offered seat; returns the token of its hold, the same each time.

    Raises OfferOver, or OfferBooked when the seat was taken up already and is a booking now.
    """
    hold = _hold_of(waiter)
    current = _locked(waiter)
    if hold is None or current.state != WaitState.OFFERED:
        raise OfferBooked if has_become(current) == WaitState.BOOKED else OfferOver
    token = offered_token(current)
    if token_hash(token) != hold.token_hash:  # SECRET_KEY was changed since the offer
        hold.token_hash = current.offer_hash = token_hash(token)
        hold.save(update_fields=["token_hash"])
        current.save(update_fields=["offer_hash"])
    record(action="reservations.offer_taken_up", subject=current, by=by, detail={"hold": hold.pk})
    return token


@transaction.atomic
def waiter_called(*, waiter: Waiter, by: Actor) -> Waiter:
    """The desk has told the person by telephone. Raises NotWaiting when there is no offer to tell of."""
    current = _locked(waiter)
    if current.state != WaitState.OFFERED:
        raise NotWaiting
    if current.called_at is None:
        current.called_at = timezone.now()
        current.save(update_fields=["called_at"])
        record(action="reservations.waiter_called", subject=current, by=by)
    return current


@transaction.atomic
def offers_settle(*, by: Actor) -> int:
    """Close the offers whose hold is gone: booked, or over. Returns how many."""
    held = Hold.objects.values("token_hash")
    offered = Waiter.objects.filter(state=WaitState.OFFERED).exclude(offer_hash__in=held).order_by("pk")
    settled = list(offered.select_for_update(skip_locked=True)[:BATCH])
    booked = booked_among(settled)
    for waiter in settled:
        waiter.end(WaitState.BOOKED if waiter.offer_hash in booked else WaitState.LAPSED)
        record(action=f"reservations.wait_{waiter.state}", subject=waiter, by=by)
        if waiter.state == WaitState.LAPSED:
            lapsed_queue(waiter, by=by)
    return len(settled)


@transaction.atomic
def waits_end(*, by: Actor) -> int:
    """Close the entries whose last day cannot be booked any more. Returns how many."""
    last = first_bookable_day(timezone.now())
    over = Waiter.objects.filter(state=WaitState.WAITING, last_day__lt=last).order_by("pk")
    ended = list(over.select_for_update(skip_locked=True)[:BATCH])
    for waiter in ended:
        waiter.end(WaitState.OVER)
        record(action="reservations.wait_over", subject=waiter, by=by)
    return len(ended)


def free_seats_pass_on(*, by: Actor) -> int:
    """Offer every free seat that somebody waits for, wish by wish. Returns how many were told; each has its event."""
    return free_seats_offer(by=by)


def _hold_of(waiter: Waiter) -> Hold | None:
    """The hold of the offer, locked: holds come before everything else in the order of locks.

    The hash is read anew each time: it may have been renewed while we waited for the hold it named.
    """
    looked_for = None
    while (newest := Waiter.objects.values_list("offer_hash", flat=True).get(pk=waiter.pk)) != looked_for:
        looked_for = newest
        hold = Hold.objects.select_for_update().filter(token_hash=looked_for).first()
        if hold is not None:
            return hold
    return None


def _locked(waiter: Waiter) -> Waiter:
    return Waiter.objects.select_for_update(of=("self",)).get(pk=waiter.pk)
