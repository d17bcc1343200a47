"""Beside the signature: who a walk-in is, and those who cannot sign (fukuoka-22)."""

import pytest
from django.test import Client

from applications.models import Applicant, Application, ApplicationState, ArchiveEntry, Assistance, SignKind
from applications.papers import forms_pdf
from applications.tasks import seal_due
from audit.models import AuditEvent
from counters.actions import visit_arrive, visit_serve
from counters.models import Visit
from tests.applications.test_forms_paper import text_of
from tests.counters.desk import Desk

STAFF = "/staff/applications/"
PERSON = {
    "name": "見本 花子",
    "reading": "みほん はなこ",
    "birth_date_year": "1980",
    "birth_date_month": "2",
    "birth_date_day": "29",
    "address": "見本市架空区1-2-3",
    "phone": "000-1234-5678",
}
RECORD = {"reason": "injury", "note": "口頭で確かめました。", "witness_name": "見本 立会"}


def number_of(visit: Visit) -> str:
    assert visit.application is not None
    return visit.application.number


@pytest.mark.requirement("fukuoka-14")
def test_a_walk_ins_form_is_filled_but_for_the_name(own: Client, desk: Desk) -> None:
    visit = desk.serving()
    address = f"{STAFF}{number_of(visit)}/applicant/"
    assert "申請者の記入" in own.get(address).content.decode()
    shown = own.post(address, PERSON, follow=True).content.decode()
    assert "見本市架空区1-2-3" in shown
    assert "見本市架空区1-2-3" in own.get(address).content.decode()
    text = text_of(forms_pdf([Application.objects.get()], by=desk.by))
    assert "昭和55年2月29日" in text
    assert "000-1234-5678" in text
    assert "花子" not in text
    assert Applicant.objects.get().reading == "ミホン ハナコ"
    assert "花子" not in str(AuditEvent.objects.get(action="application.applicant_noted").detail)


def test_nothing_has_to_be_filled_in_but_what_is_wrong_is_said(own: Client, desk: Desk) -> None:
    address = f"{STAFF}{number_of(desk.serving())}/applicant/"
    wrong = own.post(address, PERSON | {"phone": "12"})
    assert wrong.status_code == 422
    assert "見本市架空区1-2-3" in wrong.content.decode()
    assert not Applicant.objects.exists()
    assert own.post(address, {}).status_code == 302


def test_a_signed_form_is_not_filled_in_any_more(own: Client, desk: Desk) -> None:
    visit = desk.signed()
    own.post(f"{STAFF}{number_of(visit)}/applicant/", PERSON)
    assert not Applicant.objects.exists()


def test_a_bookings_form_has_its_applicant_already(own: Client, desk: Desk) -> None:
    visit = visit_serve(visit=visit_arrive(reservation=desk.booking(), by=desk.by), by=desk.by)
    assert own.get(f"{STAFF}{number_of(visit)}/applicant/").status_code == 404


@pytest.mark.requirement("fukuoka-22")
def test_who_cannot_sign_goes_on_to_the_pictures(own: Client, desk: Desk) -> None:
    visit = desk.serving()
    address = f"{STAFF}{number_of(visit)}/assisted/"
    refused = own.post(address, RECORD)
    assert refused.status_code == 422  # somebody without a booking and without a name would be nobody
    shown = own.post(address, RECORD | {"applicant_name": "見本 花子"}, follow=True)
    assert shown.status_code == 200
    application = Application.objects.get()
    assert (application.state, application.sign_kind) == (ApplicationState.SIGNED, SignKind.ASSISTED)
    assert Assistance.objects.get().witness_name == "見本 立会"
    seal_due()
    assert ArchiveEntry.objects.get().name == "見本 花子"


def test_a_proxy_says_how_they_belong_together(own: Client, desk: Desk) -> None:
    visit = visit_serve(visit=visit_arrive(reservation=desk.booking(), by=desk.by), by=desk.by)
    address = f"{STAFF}{number_of(visit)}/assisted/"
    refused = own.post(address, RECORD | {"proxy_name": "見本 次郎"})
    assert "関係を入力してください" in refused.content.decode()
    assert own.post(address, RECORD | {"proxy_name": "見本 次郎", "proxy_relation": "子"}).status_code == 302


def test_another_office_reaches_neither(other: Client, desk: Desk) -> None:
    number = number_of(desk.serving())
    for page in ("applicant", "assisted"):
        assert other.get(f"{STAFF}{number}/{page}/").status_code == 404
        assert other.post(f"{STAFF}{number}/{page}/", RECORD).status_code == 404
    assert Application.objects.get().state == ApplicationState.DRAFTED
