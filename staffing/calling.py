"""The contact tree as it is read: who calls whom, what is no longer sure, what the city does not know yet."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from postoffices.city import current_city
from staffing.models import Contact, Submission, SubmissionKind
from staffing.roster import Change, Row

NAMED = {
    "above": "電話をかけてくる人",
    "title": "役割",
    "name": "氏名・部署",
    "day_phone": "昼の電話番号",
    "night_phone": "夜間・休日の電話番号",
    "deputy_name": "代理",
    "deputy_phone": "代理の電話番号",
}


@dataclass(slots=True)
class Branch:
    """A contact with those whom they call. `stale`: not confirmed for too long; `gone`: has left the contract."""

    contact: Contact
    depth: int
    stale: bool
    gone: bool
    below: "list[Branch]" = field(default_factory=list)

    def whole(self) -> "list[Branch]":
        """The branch and everything below it, top down."""
        return [self, *(inner for branch in self.below for inner in branch.whole())]


def contact_tree() -> list[Branch]:
    """The first to be called, each with their branches. One query."""
    children: dict[int | None, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.select_related("worker", "confirmed_by"):
        children[contact.above_id].append(contact)
    limit, today = confirmed_since(), timezone.localdate()

    def branch(contact: Contact, depth: int) -> Branch:
        gone = bool(contact.worker and contact.worker.left_on and contact.worker.left_on < today)
        below = [branch(child, depth + 1) for child in children[contact.pk]]
        return Branch(contact, depth, contact.confirmed_on < limit, gone, below)

    return [branch(contact, 0) for contact in children[None]]


def everybody(tree: list[Branch]) -> list[Branch]:
    return [inner for branch in tree for inner in branch.whole()]


def confirmed_since() -> date:
    """Contacts that were confirmed earlier are no longer sure."""
    return timezone.localdate() - timedelta(days=current_city().rules.staffing.contact_confirm_days)


def contact_rows() -> list[Row]:
    """The tree as plain values, top down."""
    return [_row(branch.contact, branch.depth) for branch in everybody(contact_tree())]


def _row(contact: Contact, depth: int) -> Row:
    return {
        "id": contact.pk,
        "above": contact.above_id or 0,
        "depth": depth,
        "title": contact.title,
        "name": contact.shown_name,
        "day_phone": contact.day_phone,
        "night_phone": contact.night_phone,
        "deputy_name": contact.deputy_name,
        "deputy_phone": contact.deputy_phone,
    }


def contact_changes() -> list[Change]:
    """What is different from the tree that the city has; all of it is due at once."""
    told = Submission.objects.newest(SubmissionKind.CONTACTS)
    before = {row["id"]: row for row in told.rows} if told else {}
    now = {row["id"]: row for row in contact_rows()}
    names = {key: row["name"] for key, row in (before | now).items()} | {0: "なし"}
    today, found = timezone.localdate(), []
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        if old is None or new is None:
            found.append(Change("追加" if old is None else "削除", names[key], today))
        elif details := _details(old, new, names):
            found.append(Change("変更", names[key], today, details))
    return found


def _details(old: Row, new: Row, names: dict[int, str]) -> tuple[str, ...]:
    def shown(row: Row, name: str) -> str:
        value = names.get(row[name], "なし") if name == "above" else row[name]
        return value or "なし"

    return tuple(
        f"{word}：{shown(old, name)} → {shown(new, name)}" for name, word in NAMED.items() if old[name] != new[name]
    )
