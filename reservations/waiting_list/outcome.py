"""What became of an offered seat. The sweeper writes it down a little later; pages say it at once."""

from collections.abc import Iterable

from reservations.models import Hold, Reservation, Waiter, WaitState


def booked_among(offers: Iterable[Waiter]) -> set[str]:
    """The `offer_hash` of those offers that became a booking, or the new time of one."""
    rows = list(offers)
    hashes = {waiter.offer_hash for waiter in rows if waiter.offer_hash}
    booked = set(Reservation.objects.filter(token_hash__in=hashes).values_list("token_hash", flat=True))
    if not (left := hashes - booked):
        return booked
    # By the slot, for which there is an index.
    moved = Reservation.objects.filter(slot__in={waiter.slot_id for waiter in rows}, moved_token_hash__in=left)
    return booked | set(moved.values_list("moved_token_hash", flat=True))


def has_become(waiter: Waiter) -> WaitState:
    """The state as it is now: an offer whose hold is gone has been booked, or its time is over."""
    if waiter.state != WaitState.OFFERED or not waiter.offer_hash:
        return WaitState(waiter.state)
    if Hold.objects.filter(token_hash=waiter.offer_hash).exists():
        return WaitState.OFFERED
    return WaitState.BOOKED if booked_among([waiter]) else WaitState.LAPSED
