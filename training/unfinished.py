"""What this room hands over: sessions to come, people who have still to attend, visits to make, findings to settle."""

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import DateTimeField, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from accounts.unfinished import Item, Stock
from postoffices.models import Office
from staffing.waiting import at_end_of
from training.missing import people_missing
from training.models import (
    SETTLED,
    Course,
    Enrolment,
    EnrolmentState,
    Finding,
    Patrol,
    PatrolState,
    Session,
    SessionState,
)
from training.planning import last_day, offices_of

TRAINING, PATROLS = "研修", "巡回"


def training_unfinished() -> Iterator[Stock]:
    """Sessions that are planned or unrecorded, people in them, and per course those who never came."""
    planned = Session.objects.filter(state=SessionState.PLANNED).select_related("course", "office")
    planned, now = planned.order_by("starts_at", "pk"), timezone.now()
    enrolled = Enrolment.objects.filter(state=EnrolmentState.ENROLLED, session__state=SessionState.PLANNED)
    enrolled = enrolled.select_related("session__course", "session__office").order_by("session__starts_at", "pk")
    for words, rows, item, since in (
        ("これから行う研修", planned.filter(ends_at__gte=now), _session, "planned_at"),
        ("出席を記録していない研修", planned.filter(ends_at__lt=now), _session, "planned_at"),
        ("受講の予定", enrolled, _enrolment, "enrolled_at"),
    ):
        yield Stock(TRAINING, words, rows, item, since, reverse("training:courses"), "training.view")
    yield _courses_missed()


def _courses_missed() -> Stock:
    """Who is to attend follows from roles and roster, and is counted anew each time."""
    missing = {course.pk: len(people_missing(course)) for course in Course.objects.all()}
    rows: QuerySet[Course] = Course.objects.filter(pk__in=[pk for pk, count in missing.items() if count])

    def item(course: Course) -> Item:
        note = f"{course.title}　{missing[course.pk]}人"
        return Item(f"研修 {course.pk}", since=course.made_at, note=note)

    words = "まだ受けていない人がいる研修"
    return Stock(TRAINING, words, rows, item, "made_at", reverse("training:courses"), "training.view")


def patrols_unfinished() -> Iterator[Stock]:
    month = timezone.localdate().replace(day=1)
    since = Value(timezone.make_aware(datetime.combine(month, time())), DateTimeField())
    offices = offices_of(month).exclude(patrols__month=month).annotate(since=since)
    visits = Patrol.objects.filter(state=PatrolState.PLANNED).select_related("office").order_by("at", "pk")
    findings = Finding.objects.exclude(ticket__state__in=SETTLED).select_related("patrol__office")
    for words, rows, item, field in (
        ("今月の巡回が計画されていない拠点", offices, _office, "since"),
        ("これから行う巡回", visits, _patrol, "planned_at"),
        ("見つかった改善（未完了）", findings, _finding, "noted_at"),
    ):
        yield Stock(PATROLS, words, rows, item, field, reverse("training:patrols"), "training.view")


def _session(session: Session) -> Item:
    office = session.office.name if session.office else ""
    return Item(f"研修の回 {session.pk}", office, session.planned_at, session.starts_at, session.course.title)


def _enrolment(enrolment: Enrolment) -> Item:
    session = enrolment.session
    office = session.office.name if session.office else ""
    note = f"研修の回 {session.pk}　{session.course.title}"
    return Item(f"受講 {enrolment.pk}", office, enrolment.enrolled_at, session.starts_at, note)


def _office(office: Office) -> Item:
    month = timezone.localdate().replace(day=1)
    since = timezone.make_aware(datetime.combine(month, time()))
    return Item(office.name, office.name, since, at_end_of(last_day(month)), f"{month:%Y-%m}")


def _patrol(patrol: Patrol) -> Item:
    return Item(f"巡回 {patrol.pk}", patrol.office.name, patrol.planned_at, patrol.at, f"{patrol.month:%Y-%m}")


def _finding(finding: Finding) -> Item:
    office, note = finding.patrol.office.name, f"問い合わせ {finding.ticket_id}"
    return Item(f"指摘 {finding.pk}", office, finding.noted_at, at_end_of(finding.due_on), note)
