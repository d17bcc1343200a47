"""The only writers of a closing."""

import hashlib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from keeping.closing.inventory import inventory, proof, stored_files
from keeping.closing.papers import certificate_pdf
from keeping.closing.records import CLOSING_MOVES, ClosingState, ContractClosing
from keeping.errors import GrownSince, NotConfirmed, NotExported, SamePerson, StillHeld
from keeping.models import RowErasure
from keeping.rows.plans import Plan, closing_plans
from notifications.models import Message, MessageState
from vault.actions import bucket_erase
from vault.contents import ciphertexts_delete
from vault.models import Bucket, VaultObject


@transaction.atomic
def closing_export_note(*, exports: dict[str, Any], by: Actor) -> ContractClosing:
    """Begin a closing, or begin it anew: what is exported now is what will be erased. Confirmations start over."""
    closing = _open_closing()
    if closing is None:
        closing = ContractClosing.objects.create()
    elif closing.state != ClosingState.EXPORTED:
        refuse_unless_allowed(CLOSING_MOVES, closing.state, ClosingState.EXPORTED)
    closing.state = ClosingState.EXPORTED
    closing.inventory, closing.exports, closing.exported_at = inventory(), exports, timezone.now()
    closing.requested_by = closing.confirmed_by = None
    closing.requested_at = closing.confirmed_at = None
    closing.save()
    record(action="keeping.closing_exported", subject=closing, by=by, detail={"exports": exports})
    return closing


@transaction.atomic
def closing_confirm(*, closing: ContractClosing, person: User, by: Actor) -> ContractClosing:
    """One of the two. Whoever calls this has asked `person` for the second factor just now.

    Raises SamePerson, GrownSince, MoveNotAllowed.
    """
    held = ContractClosing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
    _refuse_when_grown(held)
    now = timezone.now()
    if held.state == ClosingState.EXPORTED:
        held.requested_by, held.requested_at, held.state = person, now, ClosingState.REQUESTED
        action = "keeping.closing_requested"
    else:
        refuse_unless_allowed(CLOSING_MOVES, held.state, ClosingState.CONFIRMED)
        if held.requested_by_id == person.pk:
            raise SamePerson
        held.confirmed_by, held.confirmed_at, held.state = person, now, ClosingState.CONFIRMED
        action = "keeping.closing_confirmed"
    held.save()
    record(action=action, subject=held, by=by)
    return held


def closing_erase(*, keys: Path | None, by: Actor) -> ContractClosing:
    """Erase everything that speaks of people, and the keys. May be broken off and started again until it is done.

    Where the proof finds something left, there is no certificate yet and the closing stays open.
    Raises NotExported, NotConfirmed, GrownSince, StillHeld.
    """
    closing = _start(by)
    _stop_messages()
    for bucket in Bucket.objects.filter(erased_at__isnull=True).order_by("pk"):
        bucket_erase(bucket=bucket, by=by)
    ciphertexts_delete(stored_files())
    erased = {str(plan.model._meta.verbose_name): _empty(plan, by) for plan in closing_plans()}
    key_file = _destroy(keys) if keys else "指定なし"
    return _finish(closing, {name: rows for name, rows in erased.items() if rows}, key_file, by)


def _open_closing() -> ContractClosing | None:
    return ContractClosing.objects.select_for_update(of=("self",)).exclude(state=ClosingState.ERASED).first()


@transaction.atomic
def _start(by: Actor) -> ContractClosing:
    closing = _open_closing()
    if closing is None:
        raise NotExported
    if closing.state not in (ClosingState.CONFIRMED, ClosingState.ERASING):
        raise NotConfirmed
    if VaultObject.objects.readable().filter(legal_hold=True).exists():
        raise StillHeld
    if closing.state == ClosingState.CONFIRMED:
        _refuse_when_grown(closing)
        closing.state = ClosingState.ERASING
        closing.save(update_fields=["state"])
        record(action="keeping.closing_started", subject=closing, by=by, detail={"inventory": closing.inventory})
    return closing


def _refuse_when_grown(closing: ContractClosing) -> None:
    """What came after the export was not handed over: nobody may erase it unseen."""
    now = inventory()
    if any(count > closing.inventory.get(name, 0) for name, count in now.items()):
        raise GrownSince


def _stop_messages() -> None:
    """Nothing goes out any more: what waits would lose its address."""
    going_out = [MessageState.QUEUED, MessageState.CLAIMED]
    Message.objects.filter(state__in=going_out).update(state=MessageState.WITHDRAWN)


@transaction.atomic
def _empty(plan: Plan, by: Actor) -> int:
    speaking = plan.model._default_manager.filter(plan.held)
    rows = speaking.delete()[0] if plan.delete else speaking.update(**plan.values)
    if rows:
        erasure = RowErasure.objects.create(table=plan.label, rule="closing", until=timezone.localdate(), rows=rows)
        record(action="keeping.rows_erased", subject=erasure, by=by, detail={"table": plan.label, "rows": rows})
    return rows


def _destroy(keys: Path) -> str:
    """The key file of the backups: with it they lose their only way back."""
    if not keys.exists():
        return "ありません"
    keys.write_bytes(bytes(keys.stat().st_size))
    keys.unlink()
    return "消去しました"


@transaction.atomic
def _finish(closing: ContractClosing, rows: dict[str, int], key_file: str, by: Actor) -> ContractClosing:
    held = ContractClosing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
    held.result = {"rows": rows or held.result.get("rows", {}), "proof": proof(), "key_file": key_file}
    if any(held.result["proof"].values()):
        held.save()
        return held
    held.state, held.erased_at = ClosingState.ERASED, timezone.now()
    held.certificate = certificate_pdf(held)
    held.certificate_sha256 = hashlib.sha256(held.certificate).hexdigest()
    held.save()
    detail = {"certificate_sha256": held.certificate_sha256, "proof": held.result["proof"]}
    record(action="keeping.closing_erased", subject=held, by=by, detail=detail)
    return held
