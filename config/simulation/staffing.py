"""The made-up contract's people: roster, contact tree and oaths, as far as the demo's days have come."""

from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from config.simulation.cast import Cast
from postoffices.models import Office, OfficeKind
from staffing.actions import (
    ContactFacts,
    WorkerFacts,
    absence_record,
    assignment_begin,
    contact_add,
    contacts_submit,
    oath_hand_in,
    oath_prepare,
    oath_sign,
    roster_submit,
    worker_add,
    worker_leave,
)
from staffing.models import Contact, ContractRole, Employment, OathOccasion, Worker

EMPLOYER = "架空受託株式会社"
# What the demo's accounts are by contract; who has no account follows below.
BY_ACCOUNT = (
    (Role.MANAGER, ContractRole.MANAGER, "自治体の窓口業務 8年（架空）"),
    (Role.BUREAU, ContractRole.DEPUTY, "自治体の窓口業務 5年（架空）"),
    (Role.TRAINER, ContractRole.SITE_LEAD, "研修講師 4年（架空）"),
    (Role.OPERATOR, ContractRole.STAFF, "コールセンター 2年（架空）"),
    (Role.HELPDESK_AGENT, ContractRole.STAFF, "端末の操作支援 3年（架空）"),
    (Role.DEVICE_KEEPER, ContractRole.STAFF, "機器の保守 6年（架空）"),
)
WITHOUT_ACCOUNT = ("仮名 交替子", "仮名 応援夫")


def people_engaged(cast: Cast) -> int:
    """The people of an empty demo, through the same actions as people use. Returns how many."""
    if Worker.objects.exists():
        return 0
    today = timezone.localdate()
    joined = today - timedelta(days=120)
    workers = _with_accounts(cast, joined)
    spare = [
        _engaged(cast, name, None, ContractRole.STAFF, "コールセンター 1年（架空）", joined) for name in WITHOUT_ACCOUNT
    ]
    _oaths(cast, [*workers.values(), spare[0]], joined)
    _gone(cast, joined, today)
    roster_submit(note="最初の提出（架空）", by=cast.manager)
    _tree(cast, workers)
    contacts_submit(note="最初の提出（架空）", by=cast.manager)
    # What the demo's manager finds to do: somebody new whom the city does not know yet, and an absence.
    _engaged(cast, "仮名 新子", None, ContractRole.STAFF, "", today + timedelta(days=5))
    _away(cast, spare[1], today)
    return Worker.objects.count()


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:staffing:{name}")


def _with_accounts(cast: Cast, joined: date) -> dict[Role, Worker]:
    people = {user.role: user for user in User.objects.filter(is_active=True).order_by("-username")}
    return {
        role: _engaged(cast, people[role].display_name, people[role], part, known, joined)
        for role, part, known in BY_ACCOUNT
    }


def _engaged(cast: Cast, name: str, user: User | None, role: ContractRole, known: str, joined: date) -> Worker:
    facts = WorkerFacts(
        name=name,
        reading="",
        employer=EMPLOYER,
        employment=Employment.PERMANENT,
        phone="00055550001",
        email=f"{user.username}@example.jp" if user else "",
        qualifications=known,
        joined_on=joined,
        user=user,
    )
    worker = worker_add(key=_key(name), facts=facts, by=cast.manager)
    assignment_begin(worker=worker, role=role, office=None, first_day=joined, last_day=None, by=cast.manager)
    return worker


def _oaths(cast: Cast, workers: list[Worker], joined: date) -> None:
    for worker in workers:
        oath = oath_prepare(key=_key(f"oath {worker.pk}"), worker=worker, occasion=OathOccasion.START, by=cast.manager)
        oath = oath_sign(oath=oath, signed_on=joined, scan=b"", by=cast.manager)
        oath_hand_in(oath=oath, handed_in_on=joined + timedelta(days=1), by=cast.manager)


def _gone(cast: Cast, joined: date, today: date) -> None:
    """Somebody who left, and whom the oath still binds."""
    worker = _engaged(cast, "仮名 去夫", None, ContractRole.STAFF, "", joined)
    _oaths(cast, [worker], joined)
    last = today - timedelta(days=20)
    worker_leave(worker=worker, left_on=last, reminded_on=last, by=cast.manager)


def _away(cast: Cast, worker: Worker, today: date) -> None:
    first = today + timedelta(days=2)
    absence_record(
        key=_key("absence"), worker=worker, first_day=first, last_day=first + timedelta(days=1),
        substitute=None, note="休暇", by=cast.manager,
    )  # fmt: skip


def _tree(cast: Cast, workers: dict[Role, Worker]) -> None:
    lead = _contact(cast, None, 1, "業務責任者", worker=workers[Role.MANAGER], deputy="架空 事務子")
    _contact(cast, lead, 1, "市の担当課", name="担当課 当直（架空）")
    bureau = _contact(cast, lead, 2, "事務局", worker=workers[Role.BUREAU])
    desk = _contact(cast, lead, 3, "コールセンター", worker=workers[Role.OPERATOR], deputy="仮名 交替子")
    _contact(cast, desk, 1, "ヘルプデスク", worker=workers[Role.HELPDESK_AGENT])
    _contact(cast, desk, 2, "機器の保守", worker=workers[Role.DEVICE_KEEPER])
    for place, office in enumerate(Office.objects.filter(kind=OfficeKind.POST_OFFICE).order_by("position")[:3], 1):
        _contact(cast, bureau, place, "郵便局", name=office.name)


def _contact(
    cast: Cast, above: Contact | None, place: int, title: str, *, worker: Worker | None = None,
    name: str = "", deputy: str = "",
) -> Contact:  # fmt: skip
    facts = ContactFacts(
        above=above,
        position=place,
        title=title,
        worker=worker,
        name=name,
        day_phone=f"000555510{place:02}",
        night_phone=f"000555520{place:02}",
        deputy_name=deputy,
        deputy_phone=f"000555530{place:02}" if deputy else "",
    )
    return contact_add(key=_key(f"contact {title} {place}"), facts=facts, by=cast.manager)
