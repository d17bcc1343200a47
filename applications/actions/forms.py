"""The application form: drafted from the booking without the name, signed at the counter (fukuoka-14, -22)."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from applications.errors import AssistanceNotAccepted, NotElectronic, PaperNotAccepted
from applications.models import (
    APPLICATION_MOVES,
    Applicant,
    Application,
    ApplicationState,
    Assistance,
    AssistanceReason,
    SignKind,
)
from applications.signatures import Stroke, strokes_to_json
from applications.signing.queue import sealing_queue
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from postoffices.city import current_city
from reservations.models import Reservation
from vault.actions import object_store
from vault.models import ObjectKind, VaultObject
from writing.dates import fiscal_year


@dataclass(frozen=True, slots=True)
class ApplicantData:
    """A walk-in as the clerk typed it; what is empty is written on paper by the applicant, or not at all."""

    name: str = ""
    reading: str = ""
    birth_date: date | None = None
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class AssistanceData:
    """What is recorded instead of a signature; the proxy is empty when nobody wrote in the applicant's place."""

    reason: AssistanceReason
    note: str
    witness_name: str
    proxy_name: str = ""
    proxy_relation: str = ""


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
def applicant_note(*, application: Application, person: ApplicantData, by: Actor) -> Applicant:
    """Who a form without a booking is for. Raises MoveNotAllowed once the form is signed."""
    application = _locked(application)
    # Only a form that may still be signed may still be filled in.
    refuse_unless_allowed(APPLICATION_MOVES, application.state, ApplicationState.SIGNED)
    noted, _ = Applicant.objects.update_or_create(application=application, defaults=asdict(person))
    record(action="application.applicant_noted", subject=application, by=by)
    return noted


@transaction.atomic
def application_sign(*, application: Application, strokes: tuple[Stroke, ...], by: Actor) -> Application:
    """Keep the applicant's pen strokes with the form; a worker seals it.

    Raises NotElectronic, or MoveNotAllowed when it is signed already.
    """
    rules = current_city().rules
    if not rules.signature.electronic:
        raise NotElectronic
    signature = object_store(
        data=strokes_to_json(strokes),
        kind=ObjectKind.SIGNATURE,
        media_type="application/json",
        rule="signature",
        keep_until=rules.keep_until("signature", timezone.localdate()),
        by=by,
    )
    application = _signed(_locked(application), ApplicationState.SIGNED, SignKind.PEN, by, signature)
    record(action="application.signed", subject=application, by=by, detail={"strokes": len(strokes)})
    sealing_queue(application)
    return application


@transaction.atomic
def application_sign_assisted(*, application: Application, told: AssistanceData, by: Actor) -> Application:
    """Record for somebody who cannot sign why, and who witnessed the will instead.

    Raises AssistanceNotAccepted where the profile has none, or MoveNotAllowed when the form is signed already.
    """
    if not current_city().rules.signature.assisted:
        raise AssistanceNotAccepted
    application = _signed(_locked(application), ApplicationState.SIGNED, SignKind.ASSISTED, by)
    Assistance.objects.create(application=application, **asdict(told))
    record(action="application.assisted", subject=application, by=by)
    sealing_queue(application)
    return application


@transaction.atomic
def application_sign_on_paper(*, application: Application, by: Actor) -> Application:
    """The applicant signed the printed form. Raises PaperNotAccepted outside the profile's dates (fukuoka-22)."""
    if not current_city().rules.signature.paper_allowed(timezone.localdate()):
        raise PaperNotAccepted
    application = _signed(_locked(application), ApplicationState.PAPER_SIGNED, SignKind.PAPER, by)
    record(action="application.paper_signed", subject=application, by=by)
    return application


def _locked(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).get(pk=application.pk)


def _signed(
    application: Application, state: ApplicationState, kind: SignKind, by: Actor, signature: VaultObject | None = None
) -> Application:
    """Write how and before whom a locked form was signed. Raises MoveNotAllowed."""
    refuse_unless_allowed(APPLICATION_MOVES, application.state, state)
    application.state = state
    application.sign_kind = kind
    application.signature = signature
    application.signed_at = timezone.now()
    application.signed_before_id = by.user_id
    application.save()
    return application


def _next_number(day: date) -> str:
    """Fiscal year and a running number from a database sequence: 2026-000123."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('application_number')")
        (running,) = cursor.fetchone()
    return f"{fiscal_year(day)}-{running:06d}"
