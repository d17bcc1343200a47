"""The application form on paper: everything but the name, which the applicant writes (fukuoka-14)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from applications.models import Application
from applications.signatures import strokes_from_storage, strokes_to_svg
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import Office, Procedure
from reservations.models import Reservation
from vault.actions import object_read
from writing.papers import pdf


@dataclass(frozen=True, slots=True)
class FormPaper:
    """One form as the template draws it. Pictures are data: addresses; `signature` is empty before signing."""

    application: Application
    reservation: Reservation | None
    office: Office | None
    procedure: Procedure | None
    signature: str
    code: str


def forms_pdf(applications: Sequence[Application], *, by: Actor) -> bytes:
    """The forms, a page each, in the order given. Signatures are read from the vault (recorded there).

    Raises vault.errors.ObjectErased or ObjectDamaged.
    """
    context = {
        "city": current_city(),
        "procedures": list(Procedure.objects.order_by("position")),
        "papers": [_paper(application, by) for application in applications],
    }
    return pdf("applications/print/forms.html", context)


def _paper(application: Application, by: Actor) -> FormPaper:
    visit = getattr(application, "visit", None)
    # A walk-in has no booking: what it came for stands in its visit.
    source = application.reservation or visit
    return FormPaper(
        application=application,
        reservation=application.reservation,
        office=source.office if source else None,
        procedure=source.procedure if source else None,
        signature=signature_address(application, by) if application.signature else "",
        code=segno.make_qr(application.number, error="m").svg_data_uri(scale=4, border=0),
    )


def signature_address(application: Application, by: Actor) -> str:
    """The signature as a data: address of an SVG picture."""
    svg = signature_svg(application, by=by, purpose="application_form")
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def signature_svg(application: Application, *, by: Actor, purpose: str) -> str:
    """The pen strokes, drawn. Raises ValueError when the form has none."""
    if application.signature is None:
        raise ValueError(f"application {application.number} has no signature")
    return strokes_to_svg(strokes_from_storage(object_read(held=application.signature, by=by, purpose=purpose)))
