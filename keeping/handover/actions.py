"""Freezing the list of what is unfinished, and the city's word on it (fukuoka-38, kurume-10, fukutsu-13)."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.unfinished import Item, Stock, stocks
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from keeping.handover.records import HANDOVER_MOVES, HandoverList, HandoverState

# Any number will do, as long as nothing else in the product locks it.
MAKING = 7_203_021
SAME_PRESS = timedelta(minutes=1)


@transaction.atomic
def handover_make(*, note: str, by: Actor) -> HandoverList:
    """Write down what is unfinished now, for the city to confirm. A second press gives what the first one made."""
    _wait_for_the_other_press()
    since = timezone.now() - SAME_PRESS
    twins = HandoverList.objects.filter(made_by_id=by.staff_id, note=note, made_at__gte=since)
    if (twin := twins.filter(state=HandoverState.SUBMITTED).first()) is not None:
        return twin
    frozen = [_frozen(stock) for stock in stocks()]
    total = sum(stock["count"] for stock in frozen)
    made = HandoverList.objects.create(made_by_id=by.staff_id, note=note, stocks=frozen, total=total)
    record(action="handover.made", subject=made, by=by, detail={"total": total})
    return made


def _wait_for_the_other_press() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])


def _frozen(stock: Stock) -> dict[str, Any]:
    items = [_written(item) for item in stock.items()]
    oldest = min((item["since"] for item in items if item["since"]), default="")
    return {"kind": stock.kind, "state": stock.state, "count": len(items), "oldest": oldest, "items": items}


def _written(item: Item) -> dict[str, str]:
    return {name: _text(value) for name, value in asdict(item).items()}


def _text(value: str | datetime | None) -> str:
    # All in one zone, so that the earliest is also the first in order.
    return timezone.localtime(value).isoformat() if isinstance(value, datetime) else value or ""


@transaction.atomic
def handover_confirm(*, handover: HandoverList, remarks: str, by: Actor) -> HandoverList:
    """The city has seen it and agrees. Raises MoveNotAllowed when somebody was quicker."""
    return _decided(handover, HandoverState.CONFIRMED, remarks, by)


@transaction.atomic
def handover_return(*, handover: HandoverList, remarks: str, by: Actor) -> HandoverList:
    """The city wants something done first; `remarks` say what. Raises MoveNotAllowed when somebody was quicker."""
    return _decided(handover, HandoverState.RETURNED, remarks, by)


def _decided(handover: HandoverList, state: HandoverState, remarks: str, by: Actor) -> HandoverList:
    present = HandoverList.objects.select_for_update().get(pk=handover.pk)
    refuse_unless_allowed(HANDOVER_MOVES, present.state, state)
    present.state, present.remarks = state, remarks
    present.decided_by_id, present.decided_at = by.staff_id, timezone.now()
    present.save(update_fields=["state", "remarks", "decided_by", "decided_at"])
    record(action=f"handover.{state}", subject=present, by=by)
    return present
