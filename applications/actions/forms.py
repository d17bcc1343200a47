"""The application form: drafted from the booking without the name, signed at the counter (fukuoka-14, -22)."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from applications.errors import PaperNotAccepted
from applications.models import APPLICATION_MOVES, Application, ApplicationState
from applications.signatures import Stroke, strokes_to_json
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from postoffices.city import current_city
from reservations.models import Reservation
from vault.actions import object_store
from vault.models import ObjectKind
from writing.dates import fiscal_year


@transaction.atomic
def application_draft(*, reservation: Reservation | None, by: Actor) -> Application:
    """The booking's application form; drafted now unless it was before. Walk-ins (None) get an empty one."""
    if reservation is not None:
        # Two screens may ask at once: the booking's row makes the second wait and find the first's form.
        Reservation.objects.select_for_update().get(pk=reservation.pk)
        if found := Application.objects.filter(reservation=reservation).first():
            return found
    application = Application.objects.create(number=_next_number(timezone.localdate()), reservation=reservation)
    record(action="application.drafted", subject=application, by=by)
    return application


@transaction.atomic
def application_sign(*, application: Application, strokes: tuple[Stroke, ...], by: Actor) -> Application:
    """Keep the applicant's pen strokes with the form. Raises MoveNotAllowed when it is signed already."""
    rules = current_city().rules
    signature = object_store(
        data=strokes_to_json(strokes),
        kind=ObjectKind.SIGNATURE,
        media_type="application/json",
        rule="signature",
        keep_until=rules.keep_until("signature", timezone.localdate()),
        by=by,
    )
    application = Application.objects.select_for_update().get(pk=application.pk)
    refuse_unless_allowed(APPLICATION_MOVES, application.state, ApplicationState.SIGNED)
    application.state = ApplicationState.SIGNED
    application.signature = signature
    application.signed_at = timezone.now()
    application.signed_before_id = by.user_id
    application.save()
    record(action="application.signed", subject=application, by=by, detail={"strokes": len(strokes)})
    return application


@transaction.atomic
def application_sign_on_paper(*, application: Application, by: Actor) -> Application:
    """The applicant signed the printed form. Raises PaperNotAccepted outside the profile's dates (fukuoka-22)."""
    if not current_city().rules.signature.paper_allowed(timezone.localdate()):
        raise PaperNotAccepted
    application = Application.objects.select_for_update().get(pk=application.pk)
    refuse_unless_allowed(APPLICATION_MOVES, application.state, ApplicationState.PAPER_SIGNED)
    application.state = ApplicationState.PAPER_SIGNED
    application.signed_at = timezone.now()
    application.signed_before_id = by.user_id
    application.save()
    record(action="application.paper_signed", subject=application, by=by)
    return application


def _next_number(day: date) -> str:
    """Fiscal year and a running number from a database sequence: 2026-000123."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('application_number')")
        (running,) = cursor.fetchone()
    return f"{fiscal_year(day)}-{running:06d}"
