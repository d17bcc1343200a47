"""Made-up citizens, visibly so: no name, number or address here belongs to anybody."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from reservations.person import Person

FAMILY_NAMES = (
    ("見本", "ミホン"), ("架空", "カクウ"), ("仮名", "カメイ"), ("例示", "レイジ"), ("試行", "シコウ"),
    ("模擬", "モギ"), ("想定", "ソウテイ"), ("窓口", "マドグチ"),
)  # fmt: skip
GIVEN_NAMES = (
    ("花子", "ハナコ"), ("太郎", "タロウ"), ("さくら", "サクラ"), ("一郎", "イチロウ"), ("みどり", "ミドリ"),
    ("次郎", "ジロウ"), ("あおい", "アオイ"), ("三郎", "サブロウ"), ("かえで", "カエデ"), ("ひかり", "ヒカリ"),
)  # fmt: skip
MAIL_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where made-up people live: the city and its wards."""

    city: str
    wards: tuple[str, ...]


def made_up_person(random: Random, place: Neighbourhood, today: date) -> Person:
    """An adult of 18 to 88 years."""
    family, family_reading = random.choice(FAMILY_NAMES)
    given, given_reading = random.choice(GIVEN_NAMES)
    serial = random.randrange(10_000)
    return Person(
        name=f"{family} {given}",
        reading=f"{family_reading} {given_reading}",
        birth_date=today - timedelta(days=random.randrange(18 * 365, 88 * 365)),
        address=f"{place.city}{random.choice(place.wards)}見本町{random.randrange(1, 9)}丁目{random.randrange(1, 30)}",
        phone=f"000{serial:08d}"[:11],
        email=f"mihon{serial:04d}@example.jp" if random.random() < MAIL_SHARE else "",
    )
