"""The application form on paper: everything but the name, which the applicant writes (fukuoka-14)."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from django.template.loader import render_to_string

from applications.models import Applicant, Application, Assistance, SignKind
from applications.signatures import strokes_from_storage, strokes_to_svg
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import Office, Procedure
from postoffices.rules import FormRow, OfficeUse
from reservations.models import Reservation
from vault.actions import object_read
from writing.dates import wareki
from writing.numbers import phone_text
from writing.papers import pdf_of_papers

TEMPLATE = "applications/print/forms.html"
SIGNED_BELOW = "下の署名のとおり"
BLANK_DATE = "　　　　　　　年　　　月　　　日"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the form as the city's layout orders it; `choices` are the procedures with their ticks."""

    row: FormRow
    text: str
    choices: Sequence[tuple[bool, str]] = ()


@dataclass(frozen=True, slots=True)
class FormPaper:
    """One form as the template draws it. Pictures are data: addresses; `signature` is empty before signing."""

    application: Application
    reservation: Reservation | None
    office: Office | None
    lines: Sequence[Line]
    signature: str
    strokes_sha256: str
    assistance: Assistance | None
    code: str


def forms_pdf(applications: Sequence[Application], *, by: Actor) -> bytes:
    """The forms in one file, in the order given, each with page numbers of its own.

    Signatures are read from the vault (recorded there). Raises vault.errors.ObjectErased or ObjectDamaged.
    """
    return pdf_of_papers(_forms(applications, by))


def signed_form_pdf(application: Application, *, demo: bool, by: Actor) -> bytes:
    """The signed form as it is sealed and kept: PDF/A, with the record of the signing in place of the cells."""
    return pdf_of_papers(_forms([application], by, sealing=True, demo=demo), archival=True)


def _forms(applications: Iterable[Application], by: Actor, **more: Any) -> Iterator[str]:
    city, procedures = current_city(), list(Procedure.objects.order_by("position"))
    layout = city.rules.application_form
    shared = {
        "city": city,
        "layout": layout,
        "to": layout.to.replace("{city}", city.name),
        "office_rows": list(_office_rows(layout.office_use)),
    }
    for application in applications:
        yield render_to_string(TEMPLATE, shared | more | {"paper": _paper(application, procedures, by)})


def _office_rows(cells: Iterable[OfficeUse]) -> Iterator[list[OfficeUse]]:
    """Two cells a row; a wide one alone."""
    row: list[OfficeUse] = []
    for cell in cells:
        if row and (cell.wide or len(row) == 2):
            yield row
            row = []
        row.append(cell)
        if cell.wide:
            yield row
            row = []
    if row:
        yield row


def _paper(application: Application, procedures: Sequence[Procedure], by: Actor) -> FormPaper:
    # A walk-in has no booking: what it came for stands in its visit.
    source = application.reservation or getattr(application, "visit", None)
    drawn, sha256 = _signature(application, by) if application.signature else ("", "")
    return FormPaper(
        application=application,
        reservation=application.reservation,
        office=source.office if source else None,
        lines=_lines(application, procedures, source.procedure if source else None),
        signature=drawn,
        strokes_sha256=sha256,
        assistance=getattr(application, "assistance", None),
        code=segno.make_qr(application.number, error="m").svg_data_uri(scale=4, border=0),
    )


def _lines(application: Application, procedures: Sequence[Procedure], chosen: Procedure | None) -> list[Line]:
    person: Reservation | Applicant | None = application.reservation or getattr(application, "applicant", None)
    ticks = [(procedure == chosen, procedure.name) for procedure in procedures]
    lines = []
    for row in current_city().rules.application_form.rows:
        text = _text(row.field, person) or _name_of_signed(row.field, application, person)
        lines.append(Line(row, text, ticks if row.field == "procedures" else ()))
    return lines


def _name_of_signed(field: str, application: Application, person: Reservation | Applicant | None) -> str:
    """Where the applicant cannot write the name, it is printed; a signature on the screen is the name."""
    if field == "name" and application.sign_kind == SignKind.PEN:
        return SIGNED_BELOW
    if person is not None and application.sign_kind == SignKind.ASSISTED:
        return {"name": person.name, "reading": person.reading}.get(field, "")
    return ""


def _text(field: str, person: Reservation | Applicant | None) -> str:
    if field == "birth_date":
        born: date | None = person.birth_date if person else None
        return wareki(born) if born else BLANK_DATE
    if person is None:
        return ""
    return {"address": person.address, "phone": phone_text(person.phone)}.get(field, "")


def _signature(application: Application, by: Actor) -> tuple[str, str]:
    """The signature as a data: address of an SVG picture, and the SHA-256 of the strokes it is drawn from."""
    strokes = _strokes(application, by, "application_form")
    svg = strokes_to_svg(strokes_from_storage(strokes))
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return address, hashlib.sha256(strokes).hexdigest()


def signature_svg(application: Application, *, by: Actor, purpose: str) -> str:
    """The pen strokes, drawn. Raises ValueError when the form has none."""
    return strokes_to_svg(strokes_from_storage(_strokes(application, by, purpose)))


def _strokes(application: Application, by: Actor, purpose: str) -> bytes:
    if application.signature is None:
        raise ValueError(f"application {application.number} has no signature")
    return object_read(held=application.signature, by=by, purpose=purpose)
