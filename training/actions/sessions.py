"""A session from its plan to the attendance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from documents.models import Version, VersionState
from postoffices.models import Office
from staffing.models import Worker
from training.errors import MaterialNotApproved, NotBegun, SessionFull, SessionOver
from training.models import (
    ENROLMENT_MOVES,
    SESSION_MOVES,
    Course,
    Enrolment,
    EnrolmentState,
    Handout,
    Session,
    SessionState,
)
from training.rules import refuse_time


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Times are aware."""

    group: str
    starts_at: datetime
    ends_at: datetime
    place: str
    office: Office | None
    trainer: User
    capacity: int


@dataclass(frozen=True, slots=True)
class Person:
    """Who attends: an account, a worker, or just a name with the place where the person works."""

    name: str
    affiliation: str = ""
    user: User | None = None
    worker: Worker | None = None


@transaction.atomic
def session_plan(*, key: UUID, course: Course, facts: SessionFacts, by: Actor) -> Session:
    """A new session. The same `key` again gives the first one.

    Raises WrongLength, NotAClosingDay, NotAWorkday, OfficeMissing as the contract's rules say.
    """
    if found := Session.objects.filter(key=key).first():
        return found
    return _written(Session(key=key, course=course), facts, "training.session_planned", by)


@transaction.atomic
def session_change(*, session: Session, facts: SessionFacts, by: Actor) -> Session:
    """Raises SessionOver, SessionFull when fewer seats than people are left, and what `session_plan` raises."""
    session = _planned(session)
    if facts.capacity < _taken(session):
        raise SessionFull
    return _written(session, facts, "training.session_changed", by)


def _written(session: Session, facts: SessionFacts, action: str, by: Actor) -> Session:
    refuse_time(session.course, facts.starts_at, facts.ends_at, facts.office)
    for name in SessionFacts.__dataclass_fields__:
        setattr(session, name, getattr(facts, name))
    session.save()
    record(action=action, subject=session, by=by)
    return session


@transaction.atomic
def session_hold(*, session: Session, by: Actor) -> Session:
    """It took place. Raises MoveNotAllowed, NotBegun."""
    session = _moved(session, SessionState.HELD)
    if session.starts_at > timezone.now():
        raise NotBegun
    session.save()
    record(action="training.session_held", subject=session, by=by)
    return session


@transaction.atomic
def session_cancel(*, session: Session, by: Actor) -> Session:
    """Raises MoveNotAllowed."""
    session = _moved(session, SessionState.CANCELLED)
    session.save()
    record(action="training.session_cancelled", subject=session, by=by)
    return session


@transaction.atomic
def material_hand_out(*, session: Session, version: Version, by: Actor) -> Handout:
    """The city approved it and it is published: only then. Raises MaterialNotApproved, SessionOver when called off."""
    session = _locked(session)
    if session.state == SessionState.CANCELLED:
        raise SessionOver
    # Locked against a newer version that takes its place in this moment.
    version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if version.state != VersionState.PUBLISHED:
        raise MaterialNotApproved
    handout, made = Handout.objects.get_or_create(session=session, version=version)
    if made:
        record(action="training.material_handed_out", subject=handout, by=by, detail={"version": version.pk})
    return handout


@transaction.atomic
def enrol(*, session: Session, people: Sequence[Person], by: Actor) -> int:
    """Those who are in already stay once. Returns how many came in. Raises SessionFull, SessionOver."""
    session = _planned(session)
    before = session.enrolments.exclude(state=EnrolmentState.WITHDRAWN).count()
    for person in people:
        _enrol_one(session, person)
    taken = _taken(session)
    if taken > session.capacity:
        raise SessionFull(f"定員は{session.capacity}人です（いま{before}人、合わせて{taken}人になります）。")
    record(action="training.enrolled", subject=session, by=by, detail={"people": taken - before})
    return taken - before


def _enrol_one(session: Session, person: Person) -> None:
    """A person who had withdrawn is in again."""
    known: dict[str, object] = {"user": person.user} if person.user else {"worker": person.worker}
    if not person.user and not person.worker:
        known = {"user": None, "worker": None, "name": person.name, "affiliation": person.affiliation}
    names = {"name": person.name, "affiliation": person.affiliation}
    enrolment, made = Enrolment.objects.get_or_create(session=session, **known, defaults=names)
    if not made and enrolment.state == EnrolmentState.WITHDRAWN:
        enrolment.state = EnrolmentState.ENROLLED
        enrolment.save(update_fields=["state"])


@transaction.atomic
def enrolment_withdraw(*, enrolment: Enrolment, by: Actor) -> Enrolment:
    """Raises MoveNotAllowed."""
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    refuse_unless_allowed(ENROLMENT_MOVES, enrolment.state, EnrolmentState.WITHDRAWN)
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.save(update_fields=["state"])
    record(action="training.withdrawn", subject=enrolment, by=by)
    return enrolment


@transaction.atomic
def attendance_record(*, session: Session, came: Mapping[int, bool], by: Actor) -> Session:
    """Who came, by the key of the enrolment; may be put right later. Raises NotBegun, SessionOver when called off."""
    session = _locked(session)
    if session.state == SessionState.CANCELLED:
        raise SessionOver
    if session.starts_at > timezone.now():
        raise NotBegun
    for enrolment in session.enrolments.exclude(state=EnrolmentState.WITHDRAWN).filter(pk__in=came.keys()):
        state = EnrolmentState.ATTENDED if came[enrolment.pk] else EnrolmentState.ABSENT
        if enrolment.state != state:
            refuse_unless_allowed(ENROLMENT_MOVES, enrolment.state, state)
            enrolment.state = state
            enrolment.save(update_fields=["state"])
    if session.state == SessionState.PLANNED:
        session.state = SessionState.HELD
        session.save(update_fields=["state"])
    record(action="training.attendance_recorded", subject=session, by=by, detail={"came": sum(came.values())})
    return session


def _taken(session: Session) -> int:
    return session.enrolments.exclude(state=EnrolmentState.WITHDRAWN).count()


def _locked(session: Session) -> Session:
    return Session.objects.select_for_update(of=("self",)).select_related("course").get(pk=session.pk)


def _planned(session: Session) -> Session:
    """The session, locked, so that two who enrol at once count one after the other. Raises SessionOver."""
    session = _locked(session)
    if session.state != SessionState.PLANNED:
        raise SessionOver
    return session


def _moved(session: Session, state: SessionState) -> Session:
    session = _locked(session)
    refuse_unless_allowed(SESSION_MOVES, session.state, state)
    session.state = state
    return session
