"""The roster as it stands, what the city was told of it last, and what has changed since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, When
from django.utils import timezone

from postoffices.city import current_city
from staffing.models import LEADING, Absence, Assignment, ContractRole, Submission, SubmissionKind
from writing.dates import long_day_text

Row = dict[str, Any]
ROLE_ORDER = Case(*(When(role=role, then=place) for place, role in enumerate(ContractRole.values)))
# What a change is called, by the key of the row; the order is that of the paper.
NAMED = {
    "title": "役割",
    "name": "氏名",
    "reading": "フリガナ",
    "employer": "所属",
    "employment": "雇用の形",
    "office": "担当",
    "first_day": "初日",
    "last_day": "最終日",
    "qualifications": "資格・経験",
    "phone": "電話番号",
    "email": "メールアドレス",
}
EVERYWHERE = "全体"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the city does not know yet; to be notified by `due`."""

    what: str
    who: str
    due: date
    details: tuple[str, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.due < timezone.localdate()


def title_of(role: str) -> str:
    """What the city's contract calls the role."""
    title: str = getattr(current_city().rules.staffing.titles, ContractRole(role).value)
    return title


def roster_rows(day: date | None = None) -> list[Row]:
    """Everybody of the day and those who begin later, in the order of the paper, as plain values. One query."""
    held = Assignment.objects.not_over(day or timezone.localdate()).select_related("worker", "office")
    return [_row(assignment) for assignment in held.order_by(ROLE_ORDER, "office__position", "first_day", "pk")]


def _row(assignment: Assignment) -> Row:
    worker, leads = assignment.worker, assignment.role in LEADING
    return {
        "id": assignment.pk,
        "role": assignment.role,
        "title": title_of(assignment.role),
        "name": worker.name,
        "reading": worker.reading,
        "employer": worker.employer,
        "employment": worker.get_employment_display(),
        "office": assignment.office.name if assignment.office else EVERYWHERE,
        "first_day": assignment.first_day.isoformat(),
        "last_day": assignment.last_day.isoformat() if assignment.last_day else "",
        "qualifications": worker.qualifications,
        # The city calls those who lead; of the others it needs the name.
        "phone": worker.phone if leads else "",
        "email": worker.email if leads else "",
    }


def roster_changes() -> list[Change]:
    """What is different from the roster that the city has, the earliest due first. Two queries."""
    told = Submission.objects.newest(SubmissionKind.ROSTER)
    before = {row["id"]: row for row in told.rows} if told else {}
    now = {row["id"]: row for row in roster_rows()}
    found = [*_added(before, now), *_ended(before, now), *_changed(before, now)]
    return sorted(found, key=lambda change: (change.due, change.who))


def _added(before: dict[int, Row], now: dict[int, Row]) -> Iterator[Change]:
    for key in now.keys() - before.keys():
        row = now[key]
        begins = date.fromisoformat(row["first_day"])
        yield Change("追加", _who(row), _due(begins), (f"{long_day_text(begins)}から {row['office']}",))


def _ended(before: dict[int, Row], now: dict[int, Row]) -> Iterator[Change]:
    today = timezone.localdate()
    for key in before.keys() - now.keys():
        row = before[key]
        # What ended on the day that the city was told of is no news.
        if not row["last_day"] or date.fromisoformat(row["last_day"]) >= today:
            held = Assignment.objects.filter(pk=key).first()
            last = held.last_day if held and held.last_day else today
            yield Change("終了", _who(row), _due(last), (f"{long_day_text(last)}まで",))


def _changed(before: dict[int, Row], now: dict[int, Row]) -> Iterator[Change]:
    for key in before.keys() & now.keys():
        old, new = before[key], now[key]
        details = tuple(
            f"{word}：{old.get(name) or 'なし'} → {new[name] or 'なし'}"
            for name, word in NAMED.items()
            if old.get(name, "") != new[name]
        )
        if details:
            ends = new["last_day"] if old["last_day"] != new["last_day"] and new["last_day"] else ""
            yield Change("変更", _who(new), _due(date.fromisoformat(ends) if ends else timezone.localdate()), details)


def _who(row: Row) -> str:
    return f"{row['name']}（{row['title']}）"


def _due(day: date) -> date:
    """The last day on which the city may hear of what takes effect on `day`."""
    return day - timedelta(days=current_city().rules.staffing.roster_notice_days)


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who leads today: the registered manager, and who stands in while the manager is missing."""

    manager: Assignment | None
    absence: Absence | None
    deputies: list[Assignment]

    @property
    def name(self) -> str:
        if self.absence and self.absence.substitute:
            return self.absence.substitute.name
        return self.manager.worker.name if self.manager else ""


def in_charge(day: date | None = None) -> InCharge:
    """Three queries at most."""
    day = day or timezone.localdate()
    leading = list(
        Assignment.objects.on(day)
        .filter(role__in=[ContractRole.MANAGER, ContractRole.DEPUTY])
        .select_related("worker", "office")
    )
    manager = next((held for held in leading if held.role == ContractRole.MANAGER), None)
    absence = None
    if manager:
        missing = Absence.objects.filter(worker=manager.worker, first_day__lte=day, last_day__gte=day)
        absence = missing.select_related("substitute").order_by("pk").first()
    return InCharge(manager, absence, [held for held in leading if held.role == ContractRole.DEPUTY])


def names_in_role(role: ContractRole) -> list[str]:
    """Who holds the role today, for documents that name them."""
    held = Assignment.objects.on(timezone.localdate()).filter(role=role).order_by("office__position", "first_day", "pk")
    return list(dict.fromkeys(held.values_list("worker__name", flat=True)))
