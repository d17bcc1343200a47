"""What stands in the installation, by kind; counted when it is exported, and again before and after it is erased."""

from django.core.files.storage import storages
from django.db.models import Sum

from keeping.rows.plans import Plan, closing_plans
from vault.actions import object_opens
from vault.models import Bucket, ObjectKind, VaultObject


def inventory() -> dict[str, int]:
    """Counts by word, as people read them. Rows that say nothing any more are not counted."""
    readable = VaultObject.objects.readable()
    counts = {f"保管物：{kind.label}": readable.filter(kind=kind).count() for kind in ObjectKind}
    counts["保管物の大きさ（バイト）"] = readable.aggregate(size=Sum("size"))["size"] or 0
    counts["保管区分の鍵"] = Bucket.objects.filter(wrapped_key__isnull=False).count()
    for plan in closing_plans():
        counts[f"行：{plan.model._meta.verbose_name}"] = rows_that_speak(plan)
    return {name: count for name, count in counts.items() if count}


def in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    """As people read them: what is kept, its keys, the rows. A stored inventory has lost its order."""
    return sorted(counts.items(), key=lambda count: (count[0].startswith("行："), count[0]))


def rows_that_speak(plan: Plan) -> int:
    return int(plan.model._default_manager.filter(plan.held).count())


def proof() -> dict[str, int]:
    """What can still be opened or read: all of it has to be 0."""
    opened = sum(object_opens(held) for held in VaultObject.objects.select_related("bucket").iterator(chunk_size=500))
    return {
        "開くことのできる保管物": opened,
        "鍵の残る保管物": VaultObject.objects.filter(wrapped_key__isnull=False).count(),
        "鍵の残る保管区分": Bucket.objects.filter(wrapped_key__isnull=False).count(),
        "保管庫に残るファイル": sum(1 for _ in stored_files()),
        "個人の情報が残る行": sum(rows_that_speak(plan) for plan in closing_plans()),
    }


def stored_files() -> "list[str]":
    storage = storages["vault"]
    try:
        folders, files = storage.listdir("")
    except FileNotFoundError:
        return []
    return files + [f"{folder}/{name}" for folder in folders for name in storage.listdir(folder)[1]]
