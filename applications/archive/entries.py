"""Putting an application into the archive: its document, its state, and the row it is found by."""

from django.db import transaction
from django.utils import timezone

from applications.models import APPLICATION_MOVES, Application, ApplicationState, ArchiveEntry
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from postoffices.city import current_city
from vault.actions import object_store
from vault.models import ObjectKind


@transaction.atomic
def application_archive(*, application: Application, document: bytes, by: Actor) -> Application:
    """Keep the sealed PDF of a signed application; it can be found from here on.

    Raises MoveNotAllowed when it is archived already, vault.errors.BucketErased when its time is over.
    """
    present = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    refuse_unless_allowed(APPLICATION_MOVES, present.state, ApplicationState.ARCHIVED)
    signed_on = timezone.localdate(present.signed_at)
    present.document = object_store(
        data=document,
        kind=ObjectKind.DOCUMENT,
        media_type="application/pdf",
        rule="signature",
        keep_until=current_city().rules.keep_until("signature", signed_on),
        by=by,
    )
    present.state = ApplicationState.ARCHIVED
    present.archived_at = timezone.now()
    present.save()
    ArchiveEntry.objects.create(**_found_by(application), signed_on=signed_on, sign_kind=present.sign_kind)
    record(action="application.archived", subject=present, by=by, detail={"kind": present.sign_kind})
    return present


def _found_by(application: Application) -> dict[str, object]:
    source = application.reservation or getattr(application, "visit", None)
    person = application.reservation or getattr(application, "applicant", None)
    office = source.office if source else None
    name, reading = (person.name, person.reading) if person else ("", "")
    return {
        "application_id": application.pk,
        "number": application.number,
        "reservation_number": application.reservation.number if application.reservation else "",
        "office": office,
        "ward": office.ward if office else None,
        "procedure": source.procedure if source else None,
        "name": name,
        "reading": reading,
        "name_key": packed(name),
        "reading_key": packed(reading),
    }


def packed(name: str) -> str:
    """A name as it is looked up: without spaces of any kind."""
    return "".join(name.split())
