"""What a contract says about devices at the offices, and about the room for data."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from postoffices.strict import Code, Strict, Words

Ssid = Annotated[str, StringConstraints(min_length=1, max_length=32)]
DeviceKindName = Literal["tablet", "pen", "card_printer", "laptop"]
Percent = Annotated[int, Field(ge=1, le=100)]


class SealLabel(Strict):
    """What stands on the seal of every device beside its own number, name and period."""

    contract: Words = "郵便局窓口業務委託"
    lessor: Words = "（リース会社は未定）"
    maintenance: Words = "（保守連絡先は未定）"
    owner: Words = "（契約者は未定）"


class KittingPoint(Strict):
    """A point to check before a device is delivered; without `kinds` for all of them."""

    code: Code
    words: Words
    kinds: list[DeviceKindName] = []


USUAL_KITTING = (
    KittingPoint(code="appearance", words="外観に傷や欠けがなく、付属品がそろっている"),
    KittingPoint(code="starts", words="電源が入り、起動後すぐに使える", kinds=["tablet", "laptop"]),
    KittingPoint(code="mdm", words="遠隔管理（MDM）に登録し、制限の設定を送った", kinds=["tablet"]),
    KittingPoint(code="ssid", words="決められたSSIDにだけ接続できる", kinds=["tablet"]),
    KittingPoint(code="line", words="回線のSIMを入れ、LTEで接続できる", kinds=["tablet"]),
    KittingPoint(code="security", words="セキュリティ対策の設定が最新になっている", kinds=["tablet", "laptop"]),
    KittingPoint(code="seal", words="機器管理シールを貼った"),
)


class Consumable(Strict):
    """Something that is used up; an order is due when fewer than `minimum` are in the store."""

    code: Code
    name: Words
    unit: Words = "個"
    minimum: Annotated[int, Field(ge=0, le=100_000)] = 0


class DeviceRules(Strict):
    """`lost_free_months`: within so many months only one lost device is replaced free for each unit.

    `location_days`: places found by remote management are kept so long. `app`: the product's own app, the only one in
    kiosk mode. `allowed_apps`: the bundle ids that may run otherwise.
    """

    ssids: list[Ssid] = []
    seal: SealLabel = SealLabel()
    kitting: list[KittingPoint] = list(USUAL_KITTING)
    lost_free_months: Annotated[int, Field(ge=0, le=60)] = 6
    location_days: Annotated[int, Field(ge=1, le=31)] = 7
    app: Words = "com.apple.mobilesafari"
    allowed_apps: list[Words] = ["com.apple.mobilesafari", "com.apple.Preferences"]
    consumables: list[Consumable] = []


class StorageRules(Strict):
    """The room that the contract gives the data, and at which parts of it somebody is warned."""

    limit_gb: Annotated[int, Field(ge=1, le=100_000)] = 10
    warn_percent: Annotated[list[Percent], Field(min_length=1, max_length=5)] = [70, 85, 95]

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.warn_percent != sorted(set(self.warn_percent)):
            raise PydanticCustomError("warn_percent", "小さい順の、異なる数")
        return self
