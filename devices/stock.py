"""How many of each consumable are there, on their way, and still wanted."""

from dataclasses import dataclass

from devices.models import Supply, SupplyKind
from postoffices.city import current_city


@dataclass(frozen=True, slots=True)
class Stock:
    """`there` lies in the store, `ordered` is on its way."""

    code: str
    name: str
    unit: str
    minimum: int
    there: int
    ordered: int

    @property
    def is_short(self) -> bool:
        """Less than the minimum, also with what is on its way."""
        return self.there + self.ordered < self.minimum

    @property
    def is_low(self) -> bool:
        return self.there < self.minimum


def stocks() -> list[Stock]:
    """Every consumable of the profile. One query."""
    sums = Supply.objects.sums()
    return [
        _stock(item.code, item.name, item.unit, item.minimum, sums.get(item.code, {}))
        for item in current_city().rules.devices.consumables
    ]


def stock_of(code: str) -> Stock:
    sums = Supply.objects.filter(code=code).sums()
    return _stock(code, code, "", 0, sums.get(code, {}))


def _stock(code: str, name: str, unit: str, minimum: int, sums: dict[str, int]) -> Stock:
    received, left = sums.get(SupplyKind.RECEIVED, 0), sums.get(SupplyKind.DELIVERED, 0) + sums.get(SupplyKind.LOST, 0)
    return Stock(code, name, unit, minimum, received - left, sums.get(SupplyKind.ORDERED, 0) - received)
