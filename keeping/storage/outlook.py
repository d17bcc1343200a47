"""What the measures say: how fast it grows, and when it would be full."""

from dataclasses import dataclass
from datetime import date, timedelta

from keeping.storage.records import StorageMeasure

DAYS_SHOWN = 90
LEAST_DAYS = 7
FARTHEST = timedelta(days=365 * 10)
# What the rules of the profile's `retention` that objects are kept by are about.
RULES = {
    "image": "撮影した画像",
    "signature": "署名・申請書",
    "form batch": "まとめ印刷のPDF",
    "report": "報告書",
    "document": "文書",
    "inquiry": "問い合わせの添付",
    "staff": "職員・従事者の書類",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """`a_day` in bytes; `full_on` is None when it does not grow, or not within ten years."""

    a_day: int
    full_on: date | None


def trend() -> list[StorageMeasure]:
    """The last measures, newest first."""
    return list(StorageMeasure.objects.all()[:DAYS_SHOWN])


def outlook(measures: list[StorageMeasure]) -> Outlook | None:
    """From the first to the last of the days; None while they are too few."""
    if not measures or (measures[0].day - measures[-1].day).days < LEAST_DAYS:
        return None
    newest, oldest = measures[0], measures[-1]
    a_day = (newest.used - oldest.used) // (newest.day - oldest.day).days
    if a_day <= 0:
        return Outlook(a_day, None)
    left = timedelta(days=min(newest.left // a_day, FARTHEST.days + 1))
    return Outlook(a_day, newest.day + left if left <= FARTHEST else None)


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: str
    percent: float


def parts_of(sizes: dict[str, int], limit: int) -> list[Part]:
    """The largest first."""
    ordered = sorted(sizes.items(), key=lambda held: -held[1])
    return [Part(name, size_text(size), size / limit * 100) for name, size in ordered]


def size_text(size: int) -> str:
    """1.23GB, 45.6MB, 7KB: decimal, as storage is sold."""
    for unit, factor, digits in (("GB", 1_000_000_000, 2), ("MB", 1_000_000, 1)):
        if abs(size) >= factor:
            return f"{size / factor:,.{digits}f}{unit}"
    return f"{size / 1000:,.0f}KB"
