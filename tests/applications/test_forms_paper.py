"""The application form on paper: everything of the booking but the name (fukuoka-14)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from applications.actions import application_draft, application_sign, forms_draft, forms_take_out
from applications.models import Application
from applications.papers import forms_pdf
from audit.models import AuditEvent
from postoffices.city import current_city
from postoffices.models import Procedure
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation
from tests.counters.desk import STROKES, Desk
from tests.reservations.town import CITIZEN, HANAKO, TARO
from vault.actions import object_erase

FORMS = "/staff/applications/forms/"


def text_of(data: bytes) -> str:
    """The text of all pages without spaces, which the PDF places by position."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


def pages_of(data: bytes) -> int:
    return len(PdfReader(BytesIO(data)).pages)


@pytest.fixture
def booking(desk: Desk) -> Reservation:
    return desk.booking(days=7)


@pytest.fixture
def application(desk: Desk, booking: Reservation) -> Application:
    return application_draft(reservation=booking, by=desk.by)


@pytest.mark.requirement("fukuoka-14")
def test_everything_but_the_name_is_on_it(desk: Desk, application: Application, booking: Reservation) -> None:
    text = text_of(forms_pdf([application], by=desk.by))
    for expected in (
        application.number,
        f"{booking.number[:3]}-{booking.number[3:6]}-{booking.number[6:]}",
        "昭和55年2月29日",
        HANAKO.address,
        "000-1234-5678",
        "☑電子証明書の更新",
        "☐別の手続き",
        "見本郵便局",
        "1／1",
    ):
        assert expected in text
    for name in (HANAKO.name, HANAKO.reading, HANAKO.email):
        assert name.replace(" ", "") not in text
    for part in (*HANAKO.name.split(), *HANAKO.reading.split()):
        assert part not in text.replace("見本郵便局", "").replace("見本市", "")


def test_it_is_addressed_to_the_mayor(desk: Desk, application: Application) -> None:
    assert f"{current_city().name}長様" in text_of(forms_pdf([application], by=desk.by))


def test_a_form_stays_one_page_with_the_longest_values(desk: Desk, booking: Reservation) -> None:
    Reservation.objects.filter(pk=booking.pk).update(address="見本市架空区" + "長い町名" * 48, phone="0" * 15)
    application = application_draft(reservation=Reservation.objects.get(pk=booking.pk), by=desk.by)
    assert pages_of(forms_pdf([application], by=desk.by)) == 1


def test_a_city_with_many_procedures_keeps_one_page_with_wide_labels(desk: Desk, application: Application) -> None:
    for place in range(5):
        Procedure.objects.create(
            code=f"more-{place}", name=f"暗証番号の初期化・再設定その{place}", minutes=30, position=20 + place
        )
    data = forms_pdf([application], by=desk.by)
    assert pages_of(data) == 1
    # A label column squeezed by the choices would break its words.
    assert "申請する手続き" in "".join(PdfReader(BytesIO(data)).pages[0].extract_text().splitlines()[:12])


def test_a_signed_form_shows_the_signature_and_the_look_is_recorded(desk: Desk, application: Application) -> None:
    unsigned = forms_pdf([application], by=desk.by)
    signed = application_sign(application=application, strokes=STROKES, by=desk.by)
    assert "画面への署名" not in text_of(unsigned)
    drawn = forms_pdf([signed], by=desk.by)
    assert "画面への署名" in text_of(drawn)
    assert signed.signature is not None
    assert AuditEvent.objects.filter(action="vault.object_viewed", subject_id=str(signed.signature.pk)).count() == 1


def test_a_walk_in_gets_an_empty_form(desk: Desk) -> None:
    application = desk.serving().application
    assert application is not None
    text = text_of(forms_pdf([application], by=desk.by))
    assert "予約なし" in text
    assert "☑電子証明書の更新" in text


def test_the_bureau_makes_a_bookings_form_once(bureau: Client, booking: Reservation) -> None:
    first = bureau.post(f"/staff/applications/bookings/{booking.number}/form/", follow=True)
    assert first.content.startswith(b"%PDF")
    assert first["Cache-Control"] == "no-store, private"
    bureau.post(f"/staff/applications/bookings/{booking.number}/form/")
    assert Application.objects.count() == 1
    assert AuditEvent.objects.filter(action="application.taken_out").count() == 1
    assert "印刷用" in bureau.get(f"{FORMS}?day={day_of(booking)}").content.decode()


def day_of(booking: Reservation) -> str:
    return booking.slot.starts_at.date().isoformat()


def batch_address(desk: Desk, booking: Reservation) -> str:
    return f"{FORMS}{desk.town.office.code}/{day_of(booking)}.pdf"


@pytest.mark.requirement("fukuoka-14", "fukuoka-21")
def test_a_days_forms_in_one_file_without_the_cancelled(bureau: Client, desk: Desk, booking: Reservation) -> None:
    desk.booking(days=7, hour=11, person=TARO)
    gone = desk.booking(days=7, hour=13)
    reservation_cancel(reservation=gone, reason=CancelReason.OTHER, by=CITIZEN)
    data = bureau.post(batch_address(desk, booking)).content
    assert pages_of(data) == 2
    text = text_of(data)
    assert text.index("昭和55年2月29日") < text.index("昭和30年12月31日")
    event = AuditEvent.objects.get(action="application.taken_out")
    assert event.detail["numbers"] == [row.number for row in Application.objects.order_by("reservation__slot")]


def test_a_day_without_bookings_says_so(bureau: Client, desk: Desk, booking: Reservation) -> None:
    for day in ("2026-11-18", "2026-99-99"):
        answer = bureau.post(f"{FORMS}{desk.town.office.code}/{day}.pdf", follow=True)
        assert "申請書はありません" in answer.content.decode()
    assert bureau.post(f"{FORMS}nowhere/2026-11-18.pdf").status_code == 404


def test_a_clerk_reaches_the_own_offices_forms_only(
    own: Client, other: Client, desk: Desk, booking: Reservation, application: Application
) -> None:
    paper = f"/staff/applications/{application.number}.pdf"
    assert own.get(paper).status_code == 200
    assert other.get(paper).status_code == 404
    assert other.post(f"/staff/applications/bookings/{booking.number}/form/").status_code == 404
    assert other.post(batch_address(desk, booking)).status_code == 404
    assert other.get(f"{FORMS}?office={desk.town.office.code}").status_code == 404
    assert HANAKO.name not in other.get(f"{FORMS}?day={day_of(booking)}").content.decode()
    assert own.get("/staff/applications/2026-999999.pdf").status_code == 404
    walk_in = desk.serving().application
    assert walk_in is not None
    assert own.get(f"/staff/applications/{walk_in.number}.pdf").status_code == 200
    assert other.get(f"/staff/applications/{walk_in.number}.pdf").status_code == 404


def test_an_erased_signature_is_said_in_words(bureau: Client, desk: Desk, application: Application) -> None:
    signed = application_sign(application=application, strokes=STROKES, by=desk.by)
    assert signed.signature is not None
    object_erase(held=signed.signature, by=desk.by, reason="retention")
    answer = bureau.get(f"/staff/applications/{application.number}.pdf", follow=True)
    assert "保存期間が終わった" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="application.taken_out").exists()


def test_without_its_audit_event_no_form_is_made(
    desk: Desk, booking: Reservation, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    with audit_cannot_be_written():
        forms_draft(reservations=[booking], by=desk.by)
    assert not Application.objects.exists()
    application = application_draft(reservation=booking, by=desk.by)
    with audit_cannot_be_written():
        forms_take_out(applications=[application], by=desk.by)
