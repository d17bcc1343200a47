"""What goes to the city: a roster or contact tree as it stands, kept as it was handed in."""

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from staffing.calling import contact_changes, contact_rows
from staffing.errors import NothingToSubmit
from staffing.models import Submission, SubmissionKind
from staffing.roster import Row, roster_changes, roster_rows


@transaction.atomic
def roster_submit(*, note: str, by: Actor) -> Submission:
    """The city has been told of the roster as it stands. Raises NothingToSubmit."""
    _one_at_a_time(by)
    if not roster_changes():
        raise NothingToSubmit
    return _keep(SubmissionKind.ROSTER, roster_rows(), note, by)


@transaction.atomic
def contacts_submit(*, note: str, by: Actor) -> Submission:
    """The city has been given the contact tree as it stands. Raises NothingToSubmit."""
    _one_at_a_time(by)
    if not contact_changes():
        raise NothingToSubmit
    return _keep(SubmissionKind.CONTACTS, contact_rows(), note, by)


def _one_at_a_time(by: Actor) -> None:
    """Whoever presses twice waits for the first press and then has nothing left to submit."""
    User.objects.select_for_update().get(pk=by.staff_id)


def _keep(kind: SubmissionKind, rows: list[Row], note: str, by: Actor) -> Submission:
    made = Submission.objects.create(kind=kind, rows=rows, note=note, submitted_by_id=by.staff_id)
    record(action="staffing.submitted", subject=made, by=by, detail={"kind": kind, "rows": len(rows)})
    return made


@transaction.atomic
def paper_take_out(*, paper: str, by: Actor) -> None:
    """Somebody took names and numbers out of the product (`paper`: roster, contacts, oath …)."""
    record(action="staffing.taken_out", subject=User(pk=by.staff_id), by=by, detail={"paper": paper})
