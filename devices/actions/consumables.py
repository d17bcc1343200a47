"""Consumables: ordered, received, delivered to offices."""

from datetime import date
from uuid import UUID

from django.db import connection, transaction

from audit.actions import record
from audit.actors import Actor
from devices.errors import NotEnough, NotOrdered
from devices.models import Supply, SupplyKind
from devices.stock import stock_of
from postoffices.models import Office

# Any number will do, as long as nothing else in the product locks it.
STORE = 7_203_133


@transaction.atomic
def supply_record(
    *, key: UUID, code: str, kind: SupplyKind, quantity: int, office: Office | None, day: date, by: Actor
) -> Supply:
    """Write down a movement. The same `key` again gives the first row.

    Raises NotEnough when more leaves than is there, NotOrdered when more comes than is on its way.
    """
    with connection.cursor() as cursor:
        # Two who deliver at once would both see the same stock.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STORE])
    if made := Supply.objects.filter(key=key).first():
        return made
    held = stock_of(code)
    if kind in (SupplyKind.DELIVERED, SupplyKind.LOST) and quantity > held.there:
        raise NotEnough(f"在庫は{held.there}です。それより多くは出せません。")
    if kind == SupplyKind.RECEIVED and quantity > held.ordered:
        raise NotOrdered
    row = Supply.objects.create(
        key=key, code=code, kind=kind, quantity=quantity, office=office, day=day, recorded_by_id=by.user_id
    )
    record(action="supply.recorded", subject=row, by=by, detail={"code": code, "kind": kind, "quantity": quantity})
    return row
