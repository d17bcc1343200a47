"""Claiming: a case is in one reviewer's hands for a limited time (kitakyushu-24).

A claim is a compare-and-set on state, version and expiry, so two reviewers never hold one case.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city
from review.announce import announce
from review.errors import AlreadyClaimed, LeaseLost, MeantForColleague, NothingToClaim, OwnFirstLook, OwnPicture
from review.models import Case, CaseState


@transaction.atomic
def case_claim_next(*, by: Actor) -> Case:
    """Take what a colleague handed over, else the most urgent case that nobody holds. Raises NothingToClaim."""
    free = Case.objects.claimable_by(by.staff_id).order_by(F("meant_for").asc(nulls_last=True), "due_at", "id")
    case = free.select_for_update(skip_locked=True, of=("self",)).select_related("office").first()
    if case is None:
        raise NothingToClaim
    return _claim(case, by)


@transaction.atomic
def case_claim(*, case: Case, by: Actor) -> Case:
    """Take this case; one's own claim is kept.

    Raises AlreadyClaimed, OwnPicture, OwnFirstLook or MeantForColleague.
    """
    if case.captured_by_id == by.user_id:
        raise OwnPicture
    held = Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=case.pk)
    now = timezone.now()
    if (
        held.state == CaseState.CLAIMED
        and held.claimed_by_id == by.user_id
        and held.lease_until
        and held.lease_until > now
    ):
        return held
    if not Case.objects.claimable(now).filter(pk=held.pk).exists():
        raise AlreadyClaimed
    if held.first_look_by_id == by.user_id:
        raise OwnFirstLook
    if not Case.objects.claimable_by(by.staff_id, now).filter(pk=held.pk).exists():
        raise MeantForColleague
    return _claim(held, by)


@transaction.atomic
def case_extend(*, case: Case, token: uuid.UUID, by: Actor) -> Case:
    """More time for the one who holds the case. Raises LeaseLost."""
    until = lease_end()
    if not own_lease(case, token, by).update(lease_until=until):
        raise LeaseLost
    case.refresh_from_db()
    record(action="case.lease_extended", subject=case, by=by)
    return case


@transaction.atomic
def case_release(*, case: Case, token: uuid.UUID, by: Actor) -> Case:
    """Give the case back to the queue. Raises LeaseLost."""
    if not own_lease(case, token, by).update(**RELEASED, version=F("version") + 1):
        raise LeaseLost
    case.refresh_from_db()
    record(action="case.released", subject=case, by=by)
    announce(case)
    return case


@transaction.atomic
def leases_release_expired(*, by: Actor) -> int:
    """Put cases whose lease ran out back into the queue. Returns how many."""
    overdue = Case.objects.filter(state=CaseState.CLAIMED, lease_until__lt=timezone.now())
    cases = list(overdue.select_for_update(skip_locked=True, of=("self",)).select_related("office"))
    for case in cases:
        Case.objects.filter(pk=case.pk).update(**RELEASED, version=F("version") + 1)
        record(action="case.lease_expired", subject=case, by=by, detail={"reviewer": case.claimed_by_id})
        announce(case)
    return len(cases)


RELEASED = {"state": CaseState.SUBMITTED, "claimed_by": None, "lease_token": None, "lease_until": None}


def _claim(case: Case, by: Actor) -> Case:
    case.state = CaseState.CLAIMED
    case.claimed_by_id = by.user_id
    case.lease_token = uuid.uuid4()
    case.lease_until = lease_end()
    case.meant_for_id = case.meant_until = None
    case.version += 1
    case.save()
    record(action="case.claimed", subject=case, by=by, detail={"attempt": case.attempt})
    announce(case)
    return case


def own_lease(case: Case, token: uuid.UUID, by: Actor) -> QuerySet[Case]:
    """The case if it is in this person's hands at this moment, to be updated at once."""
    return Case.objects.filter(
        pk=case.pk,
        state=CaseState.CLAIMED,
        claimed_by_id=by.user_id,
        lease_token=token,
        lease_until__gt=timezone.now(),
    )


def lease_end() -> datetime:
    """When a claim made now, or meant for somebody from now on, lapses."""
    return timezone.now() + timedelta(minutes=current_city().rules.review.lease_minutes)
