"""Training, patrols, meetings and lent goods of the made-up contract."""

from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from config.simulation.cast import Cast
from documents.models import DocumentKind, Version, VersionState
from staffing.actions import (
    GoodFacts,
    MeetingFacts,
    good_receive,
    good_register,
    meeting_close,
    meeting_hold,
    meeting_notify,
    meeting_plan,
    minutes_write,
    task_agree,
)
from staffing.models import MeetingKind, Provider, Worker
from training.actions import (
    Answer,
    CourseFacts,
    Person,
    SessionFacts,
    attendance_record,
    course_add,
    enrol,
    finding_note,
    material_hand_out,
    patrol_visit,
    patrols_plan,
    session_plan,
)
from training.models import Course, CourseKind, Patrol, PatrolState, Verdict

GOODS = (
    ("統合端末", 3, "台", Provider.CITY, "窓口"),
    ("電話機", 2, "台", Provider.CITY, "コールセンター"),
    ("事務処理要領", 1, "冊", Provider.CITY, "事務局の書庫"),
    ("パーテーション", 4, "枚", Provider.CONTRACTOR, "コールセンター"),
    ("制服", 12, "着", Provider.CONTRACTOR, "更衣室"),
)


def contract_worked(cast: Cast) -> int:
    """What the people of an empty demo have done so far. Returns how many courses there are."""
    if Course.objects.exists() or not Worker.objects.exists():
        return 0
    trainer = User.objects.filter(role=Role.TRAINER, is_active=True).order_by("username").first()
    if trainer is None:
        return 0
    today, by = timezone.localdate(), Actor.staff(trainer)
    _courses(trainer, today, by)
    _patrols(trainer, today, by)
    _meetings(cast, today)
    for number, (name, quantity, unit, provider, place) in enumerate(GOODS, 1):
        facts = GoodFacts(name, f"架空-{number:02}", quantity, unit, provider, None, place, "")
        good = good_register(key=_key(f"good {name}"), facts=facts, by=cast.manager)
        good_receive(good=good, on=today - timedelta(days=60), by=cast.manager)
    return Course.objects.count()


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:contract:{name}")


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _courses(trainer: User, today: date, by: Actor) -> None:
    manual = Version.objects.filter(state=VersionState.PUBLISHED, document__kind=DocumentKind.MANUAL).first()
    before = CourseFacts(
        title="郵便局員の事前研修", kind=CourseKind.CLASSROOM, shortest_minutes=60, longest_minutes=240,
        topics="（ア）制度\n（イ）手続きの手順\n（ウ）統合端末・コピー機\n（エ）タブレット端末\n（オ）市民への対応\n（カ）その他",
        for_roles=[Role.CLERK], for_workers=False, repeat_months=None, materials=[manual.document] if manual else [],
    )  # fmt: skip
    _evening(course_add(key=_key("before"), facts=before, by=by), manual, trainer, today, by)
    secrecy = CourseFacts(
        title="秘密の保持と個人情報の保護", kind=CourseKind.CLASSROOM, shortest_minutes=30, longest_minutes=180,
        topics="番号法など関係する法令\n業務の重要性\n守秘義務と個人情報の保護\n人権・多様性の尊重",
        for_roles=[], for_workers=True, repeat_months=12,
    )  # fmt: skip
    _secrecy(course_add(key=_key("secrecy"), facts=secrecy, by=by), trainer, today, by)


def _evening(course: Course, manual: Version | None, trainer: User, today: date, by: Actor) -> None:
    """One of the clerks attended with people of an office that has no accounts yet; the others have still to."""
    day = today - timedelta(days=30)
    facts = SessionFacts("夜の組", _at(day, 18), _at(day, 20), "架空ホール", None, trainer, 50)
    held = session_plan(key=_key("evening"), course=course, facts=facts, by=by)
    names = [Person(f"仮名 局子{number}", "架空郵便局") for number in range(1, 6)]
    clerks = User.objects.filter(role=Role.CLERK, is_active=True, posting__isnull=False).order_by("username")[:1]
    own = [Person(clerk.display_name, clerk.posting.office.name, user=clerk) for clerk in clerks]
    enrol(session=held, people=[*names, *own], by=by)
    attendance_record(session=held, came={row.pk: True for row in held.enrolments.all()}, by=by)
    if manual:
        material_hand_out(session=held, version=manual, by=by)


def _secrecy(course: Course, trainer: User, today: date, by: Actor) -> None:
    """Most have attended; the next session is planned."""
    day = today - timedelta(days=45)
    first = session_plan(
        key=_key("secrecy 1"), course=course, by=by,
        facts=SessionFacts("1組", _at(day, 10), _at(day, 11), "架空会議室", None, trainer, 20),
    )  # fmt: skip
    workers = list(Worker.objects.working().filter(joined_on__lt=day)[:6])
    enrol(session=first, people=[Person(worker.name, worker.employer, worker=worker) for worker in workers], by=by)
    attendance_record(session=first, came={row.pk: True for row in first.enrolments.all()}, by=by)
    later = today + timedelta(days=10)
    session_plan(
        key=_key("secrecy 2"), course=course, by=by,
        facts=SessionFacts("2組", _at(later, 10), _at(later, 11), "架空会議室", None, trainer, 20),
    )  # fmt: skip


def _patrols(trainer: User, today: date, by: Actor) -> None:
    """This month's visits are planned; the first of them that lies in the past is recorded, with a finding."""
    month = today.replace(day=1)
    earlier = (month - timedelta(days=1)).replace(day=1)
    patrols_plan(month=earlier, months=2, visitor=trainer, by=by)
    past = Patrol.objects.filter(state=PatrolState.PLANNED, at__lt=timezone.now() - timedelta(hours=2)).order_by("at")
    for number, patrol in enumerate(past):
        answers = [
            Answer("受付から完了までの手順が、業務マニュアルのとおりに行われている", Verdict.GOOD),
            Answer(
                "用紙などが足りている",
                Verdict.FINDING if number == 0 else Verdict.GOOD,
                "残り少ない" if number == 0 else "",
            ),
        ]
        patrol_visit(
            patrol=patrol, arrived_at=patrol.at, left_at=patrol.at + timedelta(hours=1), met="架空 局長",
            remarks="落ち着いて対応していました（架空）。", answers=answers, by=by,
        )  # fmt: skip
        if number == 0:
            patrol.refresh_from_db()
            finding_note(
                key=_key("finding"), patrol=patrol, text="プリンタの用紙を補充する", category="other",
                due_on=today + timedelta(days=7), by=by,
            )  # fmt: skip


def _meetings(cast: Cast, today: date) -> None:
    """Last month's is minuted, this month's is to come."""
    roles = (Role.MANAGER, Role.BUREAU, Role.CITY_OFFICER)
    people = list(User.objects.filter(role__in=roles, is_active=True).order_by("role", "username"))
    past = meeting_plan(key=_key("meeting 1"), facts=_meeting(today - timedelta(days=28), people), by=cast.manager)
    meeting_notify(meeting=past, by=cast.manager)
    meeting_hold(meeting=past, came=people, guests="", by=cast.manager)
    said = ("先月の実績を報告した（架空）。", "午後の待ち時間が長い。昼の体制を見直す（架空）。")
    texts = {item.pk: text for item, text in zip(past.items.all(), said, strict=True)}
    minutes_write(meeting=past, texts=texts, by=cast.manager)
    bureau = next(person for person in people if person.role == Role.BUREAU)
    task_agree(
        key=_key("task"), meeting=past, text="昼の体制の案を作る", owner=bureau, due_on=today + timedelta(days=3),
        by=cast.manager,
    )  # fmt: skip
    meeting_close(meeting=past, by=cast.manager)
    ahead = meeting_plan(key=_key("meeting 2"), facts=_meeting(today + timedelta(days=2), people), by=cast.manager)
    meeting_notify(meeting=ahead, by=cast.manager)


def _meeting(day: date, people: list[User]) -> MeetingFacts:
    return MeetingFacts(
        kind=MeetingKind.REGULAR, title=f"{day.month}月の定例会議", starts_at=_at(day, 14), minutes=60,
        place="架空会議室", guests="", agenda=["実績の報告", "課題と改善"], people=people,
    )  # fmt: skip
