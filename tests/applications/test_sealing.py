"""A signed form becomes a sealed PDF/A in the vault; whatever is changed afterwards is found (fukuoka-22, -23)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from asn1crypto import tsp
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from pyhanko.sign.timestamps import DummyTimeStamper
from pypdf import PdfReader, PdfWriter
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from applications.actions import (
    AssistanceData,
    application_draft,
    application_sign,
    application_sign_assisted,
    application_sign_on_paper,
)
from applications.errors import AssistanceNotAccepted, NotElectronic, SealUnavailable
from applications.models import (
    Application,
    ApplicationState,
    ArchiveEntry,
    AssistanceReason,
    Sealing,
    SignKind,
)
from applications.papers import signed_form_pdf
from applications.signing.demo_certificates import demo_folder
from applications.signing.ready import refuse_without_seal
from applications.signing.sealing import application_seal, sealing_claim
from applications.signing.seals import SealCheck, _certificates, _key, _made_here, _store, check_seal, seal_pdf
from applications.tasks import SEALER, seal, seal_due
from audit.models import AuditEvent
from config import environment
from postoffices.city import CityInfo, current_city
from postoffices.rules import Signature
from tests.applications.test_forms_paper import text_of
from tests.counters.desk import STROKES, Desk
from tests.reservations.town import HANAKO
from vault.actions import object_read
from vault.models import VaultObject
from writing.papers import pdf_from_html

TOLD = AssistanceData(
    reason=AssistanceReason.INJURY,
    note="申請の意思を口頭で確かめました。",
    witness_name="見本 立会",
    proxy_name="見本 次郎",
    proxy_relation="子",
)


@pytest.fixture
def signed(desk: Desk) -> Application:
    drafted = application_draft(reservation=desk.booking(), by=desk.by)
    return application_sign(application=drafted, strokes=STROKES, by=desk.by)


def document_of(application: Application) -> bytes:
    application.refresh_from_db()
    assert application.document is not None
    return object_read(held=application.document, by=SEALER, purpose="test")


# -- from signature to archive ----------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-22", "fukuoka-23")
def test_a_signed_form_is_sealed_and_kept(signed: Application) -> None:
    seal(signed.pk)
    data = document_of(signed)
    assert signed.state == ApplicationState.ARCHIVED
    assert signed.archived_at is not None
    checked = check_seal(data)
    assert checked.holds, checked
    assert "デモ用" in checked.sealed_by
    assert checked.stamped_at is not None
    assert abs(checked.stamped_at - timezone.now()) < timedelta(minutes=1)
    assert not Sealing.objects.exists()
    entry = ArchiveEntry.objects.get()
    assert (entry.number, entry.sign_kind) == (signed.number, SignKind.PEN)
    assert entry.name_key == HANAKO.name.replace(" ", "")
    event = AuditEvent.objects.get(action="application.archived")
    assert (event.subject_id, event.actor_kind) == (str(signed.pk), "system")


def test_the_kept_paper_is_an_archivable_pdf_with_form_and_signature(signed: Application) -> None:
    seal(signed.pk)
    data = document_of(signed)
    reader = PdfReader(BytesIO(data))
    catalogue = reader.trailer["/Root"]
    metadata = catalogue["/Metadata"].get_data().decode()  # type: ignore[index]
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3</pdfaid:part>" in metadata
    assert catalogue["/OutputIntents"]  # type: ignore[index]
    assert len(reader.pages) == 1
    text = text_of(data)
    for expected in (signed.number, "画面への署名", "筆跡データ", "デモ用の証明書", "見本郵便局"):
        assert expected.replace(" ", "") in text
    assert "事務処理欄" not in text
    for part in HANAKO.name.split():
        assert part not in text.replace("見本郵便局", "").replace("見本市", "")


def test_signing_wakes_a_worker_after_the_commit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    woken: list[int] = []
    monkeypatch.setattr("applications.tasks.seal.delay", woken.append)
    drafted = application_draft(reservation=desk.booking(), by=desk.by)
    with django_capture_on_commit_callbacks(execute=True):
        application_sign(application=drafted, strokes=STROKES, by=desk.by)
        assert woken == []
    assert woken == [drafted.pk]


def test_the_sweeper_finds_what_no_task_has_told(signed: Application) -> None:
    assert seal_due() == 1
    assert seal_due() == 0
    signed.refresh_from_db()
    assert signed.state == ApplicationState.ARCHIVED


def test_sealing_twice_keeps_one_document(signed: Application) -> None:
    first = sealing_claim(application_id=signed.pk)
    assert first is not None
    assert sealing_claim(application_id=signed.pk) is None
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        second = sealing_claim()
        assert second is not None
        assert application_seal(application=second, by=SEALER)
        # The first worker was slow, not dead: it comes too late, and changes nothing.
        assert not application_seal(application=first, by=SEALER)
    assert ArchiveEntry.objects.count() == 1
    assert VaultObject.objects.filter(kind="document").count() == 1
    assert not Sealing.objects.exists()


def test_without_its_audit_event_nothing_is_archived(
    signed: Application, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    claimed = sealing_claim()
    assert claimed is not None
    with audit_cannot_be_written():
        application_seal(application=claimed, by=SEALER)
    signed.refresh_from_db()
    assert (signed.state, signed.document) == (ApplicationState.SIGNED, None)
    assert not ArchiveEntry.objects.exists()


def test_a_service_that_is_down_is_asked_again_later(signed: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **kwargs: object) -> bytes:
        raise SealUnavailable

    with monkeypatch.context() as patch:
        patch.setattr("applications.signing.sealing.seal_pdf", down)
        seal(signed.pk)
    waiting = Sealing.objects.get()
    assert waiting.trouble == SealUnavailable.message
    assert waiting.due_at > timezone.now()
    assert seal_due() == 0
    assert AuditEvent.objects.filter(action="application.seal_failed").count() == 1
    with time_machine.travel(waiting.due_at + timedelta(seconds=1)):
        assert seal_due() == 1


def test_an_installation_without_a_certificate_seals_nothing(signed: Application, settings: Settings) -> None:
    settings.DEMO = False
    settings.SEAL = None
    seal(signed.pk)
    signed.refresh_from_db()
    assert signed.state == ApplicationState.SIGNED
    assert Sealing.objects.get().trouble == SealUnavailable.message


@pytest.mark.requirement("fukuoka-25")
def test_the_office_gets_the_kept_form_as_it_was_sealed(own: Client, signed: Application) -> None:
    seal(signed.pk)
    shown = own.get(f"/staff/applications/{signed.number}.pdf")
    assert shown.content == document_of(signed)
    assert AuditEvent.objects.filter(action="application.taken_out").count() == 1


# -- what a seal finds ----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def sealed() -> bytes:
    html = "<html lang=ja><title>見本</title><body><p>100円</p></body></html>"
    return seal_pdf(pdf_from_html(html, archival=True), reason="試験", location="見本市")


def test_an_untouched_seal_holds(sealed: bytes) -> None:
    assert check_seal(sealed).holds


@pytest.mark.requirement("fukuoka-23")
def test_a_changed_byte_is_found_wherever_it_is(sealed: bytes) -> None:
    # The seal itself lies in a gap that is filled up with zeros: nothing there is read, and the vault guards it.
    first, last = sealed.index(b"/Contents <") + 11, sealed.index(b">", sealed.index(b"/Contents <"))
    outside = [*range(0, first, 701), *range(last, len(sealed), 101)]
    assert len(outside) > 20
    for position in outside:
        changed = bytearray(sealed)
        changed[position] ^= 0x01
        assert not check_seal(bytes(changed)).holds, position


def test_an_addition_after_the_seal_is_found(sealed: bytes) -> None:
    writer = PdfWriter(BytesIO(sealed), incremental=True)
    writer.add_blank_page()
    out = BytesIO()
    writer.write(out)
    assert not check_seal(out.getvalue()).holds
    assert "封印" in check_seal(sealed + b"\n% more\n").trouble


def test_a_paper_without_seal_and_no_paper_are_told_apart(sealed: bytes) -> None:
    assert check_seal(pdf_from_html("<p>見本</p>")) == SealCheck("封印がありません")
    assert not check_seal(b"no pdf").holds
    assert not check_seal(b"").holds
    assert not check_seal(sealed[: len(sealed) // 2]).holds


def test_somebody_elses_seal_is_not_believed(
    sealed: bytes, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.SEAL_DEMO_DIR = tmp_path_factory.mktemp("other")
    _made_here.cache_clear()
    try:
        assert check_seal(sealed).trouble == "信頼していない証明書で封印されています"
    finally:
        _made_here.cache_clear()


def test_a_certificate_that_has_run_out_since_spoils_nothing(sealed: bytes) -> None:
    with time_machine.travel("2060-01-01T00:00:00+09:00"):
        assert check_seal(sealed).holds


# -- those who cannot sign ------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-22")
def test_who_cannot_sign_is_recorded_with_a_witness_and_kept(desk: Desk) -> None:
    drafted = application_draft(reservation=desk.booking(), by=desk.by)
    signed = application_sign_assisted(application=drafted, told=TOLD, by=desk.by)
    assert (signed.state, signed.sign_kind, signed.signature) == (ApplicationState.SIGNED, SignKind.ASSISTED, None)
    seal(signed.pk)
    text = text_of(document_of(signed))
    for expected in ("署名に代わる記録", "けが・病気で書けない", "見本立会", "見本次郎（子）", TOLD.note):
        assert expected in text
    assert ArchiveEntry.objects.get().sign_kind == SignKind.ASSISTED


@pytest.fixture
def with_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[[Signature], None]:
    def change(signature: Signature) -> None:
        city = current_city()
        rules = city.rules.model_copy(update={"signature": signature})
        changed = CityInfo(city.name, city.slug, rules, city.citizen_desk, city.helpdesk)
        monkeypatch.setattr("applications.actions.forms.current_city", lambda: changed)

    return change


def test_the_profile_decides_what_counts(desk: Desk, with_rules: Callable[[Signature], None]) -> None:
    drafted = application_draft(reservation=desk.booking(), by=desk.by)
    with_rules(Signature(electronic=False, assisted=False))
    with pytest.raises(NotElectronic):
        application_sign(application=drafted, strokes=STROKES, by=desk.by)
    with pytest.raises(AssistanceNotAccepted):
        application_sign_assisted(application=drafted, told=TOLD, by=desk.by)
    drafted.refresh_from_db()
    assert drafted.state == ApplicationState.DRAFTED


def test_paper_waits_for_its_scan_not_for_a_seal(desk: Desk, with_rules: Callable[[Signature], None]) -> None:
    today = timezone.localdate()
    with_rules(Signature(paper_from=today, paper_until=today))
    application_sign_on_paper(application=application_draft(reservation=desk.booking(), by=desk.by), by=desk.by)
    assert not Sealing.objects.exists()


def test_a_walk_ins_form_is_kept_too(desk: Desk) -> None:
    visit = desk.signed()
    assert visit.application is not None
    seal(visit.application.pk)
    assert "予約なし" in text_of(document_of(visit.application))
    entry = ArchiveEntry.objects.get()
    assert (entry.office, entry.reservation_number) == (visit.office, "")


def test_the_form_is_drawn_the_same_twice(signed: Application) -> None:
    assert text_of(signed_form_pdf(signed, demo=True, by=SEALER)) == text_of(
        signed_form_pdf(signed, demo=True, by=SEALER)
    )


# -- before it starts -----------------------------------------------------------------------------------
def test_an_installation_whose_profile_signs_on_screen_needs_a_certificate(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = current_city()

    def profile(slug: str, signature: Signature) -> None:
        rules = city.rules.model_copy(update={"signature": signature})
        held = CityInfo(city.name, slug, rules, city.citizen_desk, city.helpdesk)
        monkeypatch.setattr("applications.signing.ready.current_city", lambda: held)

    settings.DEMO, settings.SEAL = False, None
    profile("mihon", Signature())
    with pytest.raises(ImproperlyConfigured, match="SEAL_CERTIFICATE is not set"):
        refuse_without_seal()
    profile("mihon", Signature(electronic=False))
    refuse_without_seal()
    profile("", Signature())  # nothing is loaded yet: the first start has to be possible
    refuse_without_seal()
    settings.SEAL = {"certificate": "…"}
    profile("mihon", Signature())
    refuse_without_seal()


def pem_pair(tmp_path: Path) -> tuple[str, str]:
    folder = demo_folder(tmp_path / "made")
    text = (folder / "seal.pem").read_text()
    key, certificate = text.split("-----BEGIN CERTIFICATE-----")
    return "-----BEGIN CERTIFICATE-----" + certificate + _certificate_of(folder / "root.pem"), key


def _certificate_of(path: Path) -> str:
    return "-----BEGIN CERTIFICATE-----" + path.read_text().split("-----BEGIN CERTIFICATE-----")[1]


def test_certificate_key_and_service_belong_together(tmp_path: Path) -> None:
    certificate, key = pem_pair(tmp_path)
    url = "https://tsa.example.jp/tsr"
    assert environment.seal("", "", "", "") is None
    assert environment.seal(certificate, key, url, "") is not None
    for wrong, name in (
        (("", key, url), "SEAL_CERTIFICATE"),
        ((certificate, "", url), "SEAL_KEY"),
        ((certificate, key, ""), "SEAL_TSA_URL"),
        ((certificate, key, "tsa.example.jp"), "SEAL_TSA_URL"),
        (("no pem", key, url), "SEAL_CERTIFICATE"),
        ((certificate, "no pem", url), "SEAL_KEY"),
        ((certificate, (demo_folder(tmp_path / "made") / "time.pem").read_text(), url), "SEAL_KEY"),
    ):
        with pytest.raises(ImproperlyConfigured, match=name):
            environment.seal(*wrong, "")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[HTTPServer]:
    """A time-stamp service on this machine, with a certificate of its own authority."""
    folder = demo_folder(tmp_path / "service")
    chain = _certificates((folder / "time.pem").read_bytes()) + _certificates((folder / "root.pem").read_bytes())
    stamper = DummyTimeStamper(chain[0], _key((folder / "time.pem").read_bytes()), certs_to_embed=_store(chain))

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            data = stamper.request_tsa_response(asked).dump()
            self.send_response(200 if self.path == "/tsr" else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_installation_seals_with_its_certificate_and_its_time_service(
    tmp_path: Path, service: HTTPServer, settings: Settings
) -> None:
    certificate, key = pem_pair(tmp_path)
    address = f"http://127.0.0.1:{service.server_port}"
    roots = _certificate_of(tmp_path / "service" / "root.pem")
    settings.DEMO = False
    settings.SEAL = environment.seal(certificate, key, f"{address}/tsr", roots)
    data = seal_pdf(pdf_from_html("<p>見本</p>", archival=True), reason="試験", location="見本市")
    assert check_seal(data).holds
    # Without the authority of the time-stamps its time is not believed.
    settings.SEAL = environment.seal(certificate, key, f"{address}/tsr", "")
    assert check_seal(data).trouble == "タイムスタンプが確かではありません"
    settings.SEAL = environment.seal(certificate, key, f"{address}/busy", roots)
    with pytest.raises(SealUnavailable):
        seal_pdf(pdf_from_html("<p>見本</p>", archival=True), reason="試験", location="見本市")
