"""Passing a free seat on to the first who waits for it.

An offer **is** a hold with a longer time: nobody is told of a seat that is not kept for them, so never more are told
than there are seats. Where a seat is given back, it is offered in the same transaction: nobody can snatch it between.
A family is offered a time at which all of them can begin, or none.
Two transactions at once take different people (SKIP LOCKED). Nobody's wishes get more seats at the same time than the
profile says, counted by contact and by network; whoever has as many already is passed over, not waited for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from postoffices.city import current_city
from postoffices.models import Procedure
from reservations.actions.seats import party_keep
from reservations.availability import has_room
from reservations.deadlines import refuse_beyond_horizon, refuse_when_late
from reservations.fairness.keys import offers_lock
from reservations.mails import NIGHT_BEGINS, NIGHT_ENDS
from reservations.models import SeatKind, Slot, Waiter, WaitState
from reservations.tokens import derived_token, new_token, token_hash
from reservations.waiting_list.mails import offered_queue

MOST_SLOTS = 200


def seats_offer(slot_ids: Iterable[int], *, by: Actor) -> int:
    """Offer what is free in these slots. Returns how many were told. Part of the action that gave the seats back."""
    if not Waiter.objects.filter(state=WaitState.WAITING).exists():
        return 0
    slots = Slot.objects.filter(pk__in=set(slot_ids), public_taken__lt=F("public_seats")).select_related("office")
    return sum(_slot_offer(slot, by=by) for slot in slots.order_by("pk"))


def free_seats_offer(*, by: Actor) -> int:
    """The same for all slots that somebody waits for: finds seats that came about in other ways.

    Each wish is a transaction of its own: slots are locked in id order within a wish, but not from one to the next.
    """
    told = 0
    wishes = Waiter.objects.filter(state=WaitState.WAITING).order_by()
    procedures = Procedure.objects.in_bulk()
    for wish in wishes.values_list("procedure", "office", "ward", "first_day", "last_day").distinct():
        with transaction.atomic():
            told += seats_offer(_free_slots(procedures[wish[0]], *wish[1:]), by=by)
    return told


def _free_slots(procedure: Procedure, office: int | None, ward: int | None, first: object, last: object) -> list[int]:
    place = {"office": office} if office else {"office__ward": ward}
    free = Slot.objects.serving(procedure).filter(
        **place,
        public_taken__lt=F("public_seats"),
        starts_at__gt=timezone.now(),
        starts_at__date__gte=first,
        starts_at__date__lte=last,
    )
    return list(free.order_by("starts_at").values_list("pk", flat=True)[:MOST_SLOTS])


def _slot_offer(slot: Slot, *, by: Actor) -> int:
    """Offer the slot to those who come first in the queue and for whom it will do. Returns how many were told."""
    told = 0
    passed: list[Q] = []
    while slot.public_taken < slot.public_seats:
        waiting = Waiter.objects.in_turn().served_by(slot, timezone.localdate(slot.starts_at)).exclude(_any(passed))
        waiting = waiting.select_related("procedure")
        waiter = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if waiter is None:
            break
        if reason := _passed_over(waiter, slot, by=by):
            passed.append(reason)
            continue
        told += 1
        slot.refresh_from_db(fields=["public_seats", "public_taken"])
    return told


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk=None))


def _passed_over(waiter: Waiter, slot: Slot, *, by: Actor) -> Q | None:
    """None once the slot is offered to the waiter; otherwise whom else the same reason passes over."""
    if not _is_open(slot, waiter):
        return Q(procedure=waiter.procedure_id)
    if full := _full(waiter):
        return Q(contact_key=full) | Q(network_key=full)
    if _offer(waiter, slot, by=by):
        return None
    # Where so many do not fit, more do not either; fewer, or people of another procedure, may.
    return Q(procedure=waiter.procedure_id, people__gte=waiter.people)


def _full(waiter: Waiter) -> str:
    """The waiter's contact or network, when it has as many offers as it may; empty when there is room.

    Who else offers a seat to the same contact or network is not waited for: this transaction may hold locks that
    the other one wants. It counts as full then, and the sweeper looks again.
    """
    rules = current_city().rules.waiting_list
    for field, most in (("contact_key", rules.offers_per_contact), ("network_key", rules.offers_per_network)):
        key = str(getattr(waiter, field))
        if key and not _has_room(waiter, field, key, most):
            return key
    return ""


def _has_room(waiter: Waiter, field: str, key: str, most: int) -> bool:
    """Everybody of a family counts. Whoever has no offer yet gets one, however many they are."""
    if not _alone_with(key):
        return False
    offered = Waiter.objects.filter(**{field: key}, state=WaitState.OFFERED)
    kept = offered.aggregate(people=Sum("people"))["people"] or 0
    return kept == 0 or kept + waiter.people <= most


def _alone_with(key: str) -> bool:
    """Whether nobody else offers to the contact or network until this transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [offers_lock(key)])
        return bool(cursor.fetchone()[0])


def offered_token(waiter: Waiter) -> str:
    """The token of the hold that keeps the offered seat: the same, however often and wherever it is taken up."""
    return derived_token("reservations.waiting_list.offer", waiter.link_hash or "")


def has_free_seats(wish: Waiter) -> bool:
    """Whether a citizen may book now what the wish, saved or not, names."""
    keys = _free_slots(wish.procedure, wish.office_id, wish.ward_id, wish.first_day, wish.last_day)
    return any(
        _is_open(slot, wish) and has_room(slot, wish.procedure, wish.people)
        for slot in Slot.objects.filter(pk__in=keys)
    )


def _is_open(slot: Slot, waiter: Waiter) -> bool:
    """Whether a citizen may still book the slot."""
    citizen = Actor.citizen()
    try:
        refuse_when_late("book", slot.starts_at, by=citizen, office_id=slot.office_id, procedure_id=waiter.procedure_id)
        refuse_beyond_horizon(slot.starts_at, by=citizen)
    except Refused:
        return False
    return True


def _offer(waiter: Waiter, slot: Slot, *, by: Actor) -> bool:
    """Hold the seat for a locked waiter and tell them; False when the seat went to somebody else."""
    now = timezone.now()
    token = new_token()
    waiter.link_hash = token_hash(token)
    hashed = token_hash(offered_token(waiter))
    until = answer_until(now, slot.starts_at)
    kept = party_keep(
        slot_id=slot.pk,
        kind=SeatKind.PUBLIC,
        procedure=waiter.procedure,
        party=waiter.party,
        hashed=hashed,
        now=now,
        expires_at=until,
    )
    if kept is None:
        return False
    waiter.state = WaitState.OFFERED
    waiter.offer_hash = hashed
    waiter.slot = slot
    waiter.offered_at = now
    waiter.answer_until = until
    waiter.save(update_fields=["state", "link_hash", "offer_hash", "slot", "offered_at", "answer_until"])
    record(action="reservations.seat_offered", subject=waiter, by=by, detail={"slot": slot.pk, "hold": kept.hold_id})
    offered_queue(waiter, token=token, by=by)
    return True


def answer_until(now: datetime, starts_at: datetime) -> datetime:
    """The city's minutes from now; a night's minutes count from its morning. Never later than the time itself."""
    local = timezone.localtime(now)
    morning = local.replace(hour=NIGHT_ENDS.hour, minute=NIGHT_ENDS.minute, second=0, microsecond=0)
    if local.time() >= NIGHT_BEGINS:
        begins = morning + timedelta(days=1)
    elif local.time() < NIGHT_ENDS:
        begins = morning
    else:
        begins = local
    return min(begins + timedelta(minutes=current_city().rules.waiting_list.offer_minutes), starts_at)
