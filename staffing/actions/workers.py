"""Who works, as what, from when to when, and who stands in."""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import Office
from staffing.errors import (
    AccountTaken,
    AssignedAlready,
    BeforeJoining,
    EndsBeforeItBegins,
    HasLeft,
    ManagerNotPermanent,
    ManagerTaken,
    NotAbsent,
)
from staffing.models import Absence, Assignment, ContractRole, Employment, Worker


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What is known of a worker; `user` is the account, for those who sign in."""

    name: str
    reading: str
    employer: str
    employment: Employment
    phone: str
    email: str
    qualifications: str
    joined_on: date
    user: User | None = None


@transaction.atomic
def worker_add(*, key: UUID, facts: WorkerFacts, by: Actor) -> Worker:
    """A new worker. The same `key` again gives the first one. Raises AccountTaken."""
    if found := Worker.objects.filter(key=key).first():
        return found
    worker = Worker(key=key)
    _write(worker, facts)
    record(action="staffing.worker_added", subject=worker, by=by)
    return worker


@transaction.atomic
def worker_change(*, worker: Worker, facts: WorkerFacts, by: Actor) -> Worker:
    """Raises AccountTaken; BeforeJoining when a role would begin before the worker does."""
    worker = _locked(worker)
    if worker.assignments.filter(first_day__lt=facts.joined_on).exists():
        raise BeforeJoining
    before = {name: getattr(worker, name) for name in WorkerFacts.__dataclass_fields__}
    _write(worker, facts)
    # Names of fields only: what stood there is personal.
    changed = sorted(name for name, old in before.items() if old != getattr(worker, name))
    record(action="staffing.worker_changed", subject=worker, by=by, detail={"fields": changed})
    return worker


def _write(worker: Worker, facts: WorkerFacts) -> None:
    for name in WorkerFacts.__dataclass_fields__:
        setattr(worker, name, getattr(facts, name))
    try:
        with transaction.atomic():
            worker.save()
    except IntegrityError as taken:
        if "user_id" in str(taken):
            raise AccountTaken from taken
        raise


@transaction.atomic
def worker_leave(*, worker: Worker, left_on: date, reminded_on: date | None, by: Actor) -> Worker:
    """The worker's last day: roles end with it, those that would begin later are taken away. Raises BeforeJoining.

    `reminded_on` is the day on which the worker was told that secrecy binds beyond the last day.
    """
    worker = _locked(worker)
    if left_on < worker.joined_on:
        raise BeforeJoining
    worker.left_on, worker.reminded_on = left_on, reminded_on
    worker.save(update_fields=["left_on", "reminded_on"])
    worker.assignments.filter(first_day__gt=left_on).delete()
    worker.assignments.not_over(left_on).update(last_day=left_on)
    record(action="staffing.worker_left", subject=worker, by=by, detail={"on": left_on.isoformat()})
    return worker


@transaction.atomic
def assignment_begin(
    *, worker: Worker, role: ContractRole, office: Office | None, first_day: date, last_day: date | None, by: Actor
) -> Assignment:
    """Raises ManagerTaken, ManagerNotPermanent, AssignedAlready, HasLeft, BeforeJoining, EndsBeforeItBegins."""
    worker = _locked(worker)
    _refuse_days_outside(worker, first_day, last_day)
    needs_permanent = current_city().rules.staffing.manager_full_time and role == ContractRole.MANAGER
    if needs_permanent and worker.employment != Employment.PERMANENT:
        raise ManagerNotPermanent
    assignment = Assignment(worker=worker, role=role, office=office, first_day=first_day, last_day=last_day)
    try:
        with transaction.atomic():
            assignment.save()
    except IntegrityError as taken:
        _say_which(taken)
    detail = {"role": role, "from": first_day.isoformat(), "worker": worker.pk}
    record(action="staffing.assignment_begun", subject=assignment, by=by, detail=detail)
    return assignment


def _refuse_days_outside(worker: Worker, first_day: date, last_day: date | None) -> None:
    if last_day and last_day < first_day:
        raise EndsBeforeItBegins
    if first_day < worker.joined_on:
        raise BeforeJoining
    if worker.left_on and (last_day is None or last_day > worker.left_on):
        raise HasLeft


def _say_which(taken: IntegrityError) -> NoReturn:
    """Two who register at once are told apart by the database alone; its constraint's name says what is wrong."""
    if "assignment_once" in str(taken):
        raise AssignedAlready from taken
    if "manager_a_day" in str(taken):
        raise ManagerTaken from taken
    raise taken


@transaction.atomic
def assignment_end(*, assignment: Assignment, last_day: date, by: Actor) -> Assignment:
    """Set or change the last day. Raises EndsBeforeItBegins, HasLeft, ManagerTaken when it reaches into the next."""
    worker = _locked(assignment.worker)
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if last_day < assignment.first_day:
        raise EndsBeforeItBegins
    if worker.left_on and last_day > worker.left_on:
        raise HasLeft
    assignment.last_day = last_day
    try:
        with transaction.atomic():
            assignment.save(update_fields=["last_day"])
    except IntegrityError as taken:
        _say_which(taken)
    detail = {"role": assignment.role, "to": last_day.isoformat(), "worker": worker.pk}
    record(action="staffing.assignment_ended", subject=assignment, by=by, detail=detail)
    return assignment


@transaction.atomic
def absence_record(
    *, key: UUID, worker: Worker, first_day: date, last_day: date, substitute: Worker | None, note: str, by: Actor
) -> Absence:
    """A worker is missing. The same `key` again gives the first row. Raises EndsBeforeItBegins, NotAbsent."""
    if last_day < first_day:
        raise EndsBeforeItBegins
    _refuse_substitute(worker, substitute)
    absence, made = Absence.objects.get_or_create(
        key=key,
        defaults={
            "worker": worker, "first_day": first_day, "last_day": last_day, "substitute": substitute, "note": note,
        },
    )  # fmt: skip
    if made:
        detail = {"from": first_day.isoformat(), "to": last_day.isoformat(), "covered": substitute is not None}
        record(action="staffing.absence_recorded", subject=absence, by=by, detail=detail)
    return absence


@transaction.atomic
def absence_cover(*, absence: Absence, substitute: Worker | None, by: Actor) -> Absence:
    """Somebody stands in, or (None) nobody yet. Raises NotAbsent."""
    absence = Absence.objects.select_for_update(of=("self",)).select_related("worker").get(pk=absence.pk)
    _refuse_substitute(absence.worker, substitute)
    absence.substitute = substitute
    absence.save(update_fields=["substitute"])
    detail = {"substitute": substitute.pk if substitute else None}
    record(action="staffing.absence_covered", subject=absence, by=by, detail=detail)
    return absence


def _refuse_substitute(worker: Worker, substitute: Worker | None) -> None:
    if substitute and (substitute == worker or not Worker.objects.working().filter(pk=substitute.pk).exists()):
        raise NotAbsent


def _locked(worker: Worker) -> Worker:
    return Worker.objects.select_for_update(of=("self",)).get(pk=worker.pk)
