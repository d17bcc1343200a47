"""Setting up, replacement and erasure: the ways into use and out of it."""

import hashlib
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from devices.actions.faults import fault_moved, locked_fault
from devices.actions.moving import TOPIC, locked_device, locked_line, move, move_line, release_lines_of
from devices.errors import (
    ConsultationNeeded,
    ErasureUnderWay,
    KittingIncomplete,
    NothingToReplace,
    NotOwnErasure,
    PurgeNeeded,
    SuccessorNotReady,
)
from devices.models import (
    BEYOND_CLEAR,
    ERASURE_MOVES,
    IN_TABLET,
    WITH_STORAGE,
    Device,
    DeviceKind,
    DeviceState,
    Erasure,
    ErasureCause,
    ErasureState,
    Fault,
    FaultKind,
    FaultState,
    KittingCheck,
    Level,
    Line,
    LineState,
    Method,
    Replacement,
    ReplacementReason,
)
from devices.papers.erasure import certificate_pdf
from live.notify import notify
from postoffices.city import current_city
from postoffices.equipment import KittingPoint
from postoffices.rules import months_after

REASONS = {FaultKind.LOST: ReplacementReason.LOST, FaultKind.DEFECT: ReplacementReason.DEFECT}


def points_for(kind: str) -> list[KittingPoint]:
    """What the profile has checked before a device of this kind is delivered."""
    return [point for point in current_city().rules.devices.kitting if not point.kinds or kind in point.kinds]


@transaction.atomic
def device_kit(*, device: Device, checked: Collection[str], by: Actor) -> Device:
    """Everything was checked: the device may be delivered. Raises KittingIncomplete, MoveNotAllowed."""
    held = locked_device(device)
    points = points_for(held.kind)
    if missing := [point.words for point in points if point.code not in checked]:
        raise KittingIncomplete(f"まだ確認していないことがあります：{missing[0]}")
    KittingCheck.objects.bulk_create(
        KittingCheck(device=held, code=point.code, words=point.words[:200], by_id=by.user_id) for point in points
    )
    return move(held, DeviceState.KITTED, office=None, reason=f"初期設定の確認 {len(points)}項目", by=by)


# -- replacement ---------------------------------------------------------------------------------------------
def not_free_because(device: Device, kind: str, *, deliberate: bool) -> str:
    """Why a replacement goes to consultation; empty when it is free (kitakyushu-33)."""
    if deliberate:
        return "使用者の故意または重過失による故障は、市と協議して決めます。"
    months = current_city().rules.devices.lost_free_months
    if kind != FaultKind.LOST or not months:
        return ""
    free = Replacement.objects.filter(unit=device.unit, reason=ReplacementReason.LOST, free=True)
    last = free.values_list("at", flat=True).first()
    again = months_after(timezone.localdate(last), months) if last else None
    if again is None or timezone.localdate() >= again:
        return ""
    return f"この台は{months}か月以内に紛失で無償交換しています。{again:%Y年%-m月%-d日}までは、市と協議して決めます。"


@transaction.atomic
def device_replace(*, fault: Fault, successor: Device, deliberate: bool, terms: str, by: Actor) -> Replacement:
    """Another device in the place of a faulty or lost one; it takes over place, unit and, of a faulty one, the line.

    Raises NothingToReplace, SuccessorNotReady, and ConsultationNeeded when it is not free and nothing was agreed on.
    """
    held = locked_fault(fault)
    if held.device is None:
        raise NothingToReplace
    old, new = locked_device(held.device), locked_device(successor)
    if old.state not in (DeviceState.FAULTY, DeviceState.LOST):
        raise NothingToReplace
    if new.state != DeviceState.KITTED or new.kind != old.kind:
        raise SuccessorNotReady
    why = not_free_because(old, held.kind, deliberate=deliberate)
    if why and not terms:
        raise ConsultationNeeded(f"{why}協議の結果を入力してください。")
    made = Replacement.objects.create(
        old=old,
        new=new,
        unit=old.unit,
        fault=held,
        reason=REASONS.get(FaultKind(held.kind), ReplacementReason.BROKEN),
        deliberate=deliberate,
        free=not why,
        terms=terms,
        by_id=by.user_id,
    )
    _taken_over(old, new, held, by)
    held.measures, held.ended_at = f"{new.seal_number}（{new.serial}）と交換", timezone.now()
    fault_moved(held, FaultState.REPLACED, held.measures, by)
    record(
        action="device.replaced", subject=old, by=by, detail={"by": new.pk, "free": made.free, "reason": made.reason}
    )
    return made


def _taken_over(old: Device, new: Device, fault: Fault, by: Actor) -> None:
    office, lost, why = old.office, old.state == DeviceState.LOST, f"{fault.number} 交換"
    lines = list(Line.objects.filter(device=old, state__in=IN_TABLET))
    release_lines_of(old, why, by)
    new.unit = old.unit
    new.save(update_fields=["unit"])
    move(old, DeviceState.REPLACED, office=None, reason=why, by=by)
    if office:
        move(new, DeviceState.INSTALLED, office=office, reason=why, by=by)
    # A lost tablet's SIM is lost with it: its line waits for a new one.
    if not lost and new.kind == DeviceKind.TABLET:
        for line in lines:
            move_line(locked_line(line), LineState.ACTIVE, device=new, reason=why, by=by)


# -- erasure -------------------------------------------------------------------------------------------------
@transaction.atomic
def erasure_plan(*, key: UUID, device: Device, cause: ErasureCause, due_on: date, by: Actor) -> Erasure:
    """Agree on a day for the certificate. The same `key` again gives the first one. Raises ErasureUnderWay."""
    if made := Erasure.objects.filter(key=key).first():
        return made
    held = locked_device(device)
    if held.kind not in WITH_STORAGE:
        raise NothingToReplace("この種類の機器には、消去する記憶媒体がありません。")
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(key=key, device=held, cause=cause, due_on=due_on)
    except IntegrityError as taken:
        raise ErasureUnderWay from taken
    record(action="erasure.planned", subject=erasure, by=by, detail={"device": held.pk, "cause": cause})
    return erasure


@transaction.atomic
def erasure_clear(*, erasure: Erasure, method: Method, level: Level, place: str, agreement: str, by: Actor) -> Erasure:
    """Erased on the premises, Clear or better. Raises MoveNotAllowed."""
    held = _moved(erasure, ErasureState.CLEARED)
    held.clear_method, held.clear_level, held.clear_place, held.agreement = method, level, place, agreement
    held.cleared_at, held.cleared_by_id = timezone.now(), by.user_id
    return _written(held, by)


@transaction.atomic
def erasure_confirm(*, erasure: Erasure, by: Actor) -> Erasure:
    """The city has seen that it is erased. Raises NotOwnErasure for whoever did it, MoveNotAllowed."""
    held = _moved(erasure, ErasureState.CONFIRMED)
    if held.cleared_by_id == by.user_id:
        raise NotOwnErasure
    held.confirmed_at, held.confirmed_by_id = timezone.now(), by.user_id
    return _written(held, by)


@transaction.atomic
def erasure_refuse(*, erasure: Erasure, remarks: str, by: Actor) -> Erasure:
    """The city finds it not erased, or the certificate wrong: back with the reason. Raises MoveNotAllowed."""
    held = _locked(erasure)
    new = ErasureState.PLANNED if held.state == ErasureState.CLEARED else ErasureState.RETURNED
    refuse_unless_allowed(ERASURE_MOVES, held.state, new)
    held.state, held.remarks = new, remarks
    if new == ErasureState.RETURNED:
        held.decided_at, held.decided_by_id = timezone.now(), by.user_id
    return _written(held, by)


@transaction.atomic
def erasure_purge(*, erasure: Erasure, method: Method | None, by: Actor) -> Erasure:
    """Purge, or without a `method` left out because it is reached already. Raises PurgeNeeded, MoveNotAllowed."""
    held = _moved(erasure, ErasureState.PURGED)
    if method is None and held.clear_level not in BEYOND_CLEAR:
        raise PurgeNeeded
    held.purge_method, held.purge_skipped = method or "", method is None
    held.purged_at, held.purged_by_id = timezone.now(), by.user_id
    return _written(held, by)


@transaction.atomic
def erasure_submit(*, erasure: Erasure, by: Actor) -> Erasure:
    """The certificate goes to the city. Raises MoveNotAllowed."""
    held = _moved(erasure, ErasureState.SUBMITTED)
    held.submitted_at, held.remarks = timezone.now(), ""
    return _written(held, by)


@transaction.atomic
def erasure_approve(*, erasure: Erasure, by: Actor) -> Erasure:
    """The city approves the certificate, which is kept as it was; a removed device is erased for good.

    Raises NotOwnErasure, and MoveNotAllowed, also while a device that is returned is not removed.
    """
    held = _moved(erasure, ErasureState.APPROVED)
    if by.user_id in (held.cleared_by_id, held.purged_by_id):
        raise NotOwnErasure
    held.decided_at, held.decided_by_id = timezone.now(), by.user_id
    if held.cause == ErasureCause.RETURN:
        move(locked_device(held.device), DeviceState.ERASED, office=None, reason=f"{held.number} 消去証明", by=by)
    held.certificate = certificate_pdf(held)
    held.certificate_sha256 = hashlib.sha256(held.certificate).hexdigest()
    return _written(held, by)


def _locked(erasure: Erasure) -> Erasure:
    return Erasure.objects.select_for_update(of=("self",)).select_related("device").get(pk=erasure.pk)


def _moved(erasure: Erasure, state: ErasureState) -> Erasure:
    """The erasure, locked and in its new state, not saved yet."""
    held = _locked(erasure)
    refuse_unless_allowed(ERASURE_MOVES, held.state, state)
    held.state = state
    return held


def _written(erasure: Erasure, by: Actor) -> Erasure:
    erasure.save()
    detail = {"device": erasure.device_id, "certificate_sha256": erasure.certificate_sha256}
    record(action=f"erasure.{erasure.state}", subject=erasure, by=by, detail=detail)
    notify(topic=TOPIC, kind="device", id=erasure.device_id)
    return erasure
