"""The end of the contract: exported, confirmed by two people, erased, certified, and nothing opens afterwards."""

from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from applications.models import Application, ArchiveEntry
from audit.models import AuditEvent
from audit.verification import verify
from keeping.closing.actions import closing_confirm, closing_erase, closing_export_note
from keeping.closing.inventory import inventory, proof
from keeping.closing.records import CLOSING_MOVES, ClosingState, ContractClosing
from keeping.errors import GrownSince, SamePerson
from keeping.rows.plans import ERASED_NAME
from postoffices.city import forget_city
from postoffices.models import City
from postoffices.neutral import NEUTRAL_RULES
from reservations.models import Reservation
from tests.applications.test_standalone import kept
from tests.counters.desk import Desk
from tests.people import KEY, client_of, staff_member
from tests.reservations.town import HANAKO, SYSTEM, TARO
from vault.actions import object_hold, object_read
from vault.errors import ObjectErased
from vault.models import VaultObject

PAGE = "/staff/keeping/closing/"


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A kept application, a picture, a booking to come."""
    kept(desk)
    desk.submitted()
    desk.booking(days=5, person=TARO)
    return desk


def run(*words: str) -> str:
    out = StringIO()
    call_command("close_contract", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def exported(full: Desk) -> ContractClosing:
    return closing_export_note(exports={"保存した申請書": "SHA-256 0000"}, by=SYSTEM)


def code() -> str:
    return f"{totp(bytes.fromhex(KEY), t0=0):06d}"


def confirm(client: Client, **more: str) -> Any:
    from postoffices.city import current_city

    return client.post(PAGE, {"city": current_city().name, "code": code()} | more)


@pytest.mark.requirement("kitakyushu-32")
@pytest.mark.django_db(transaction=True)
def test_two_people_on_screen_then_nothing_opens(full: Desk, tmp_path: Path) -> None:
    rules = NEUTRAL_RULES.model_dump(mode="json")
    City.objects.create(pk=1, slug="mihon", name="見本市", settings=rules, profile_sha256="")
    forget_city()
    assert "二人が確認してください" in run("export", str(tmp_path / "handover"))
    exported = ContractClosing.objects.get()
    manager, administrator = client_of(Role.MANAGER), client_of(Role.ADMINISTRATOR)
    held = list(VaultObject.objects.all())
    assert held
    assert "まだです" in manager.get(PAGE).content.decode()
    assert confirm(manager).status_code == 302
    with pytest.raises(CommandError, match="二人の確認"):
        run("erase", "--certificate", str(tmp_path / "c.pdf"))
    assert confirm(administrator).status_code == 302
    keys = tmp_path / "keys.json"
    keys.write_text("the keys")
    told = run("erase", "--certificate", str(tmp_path / "c.pdf"), "--keys", str(keys))
    assert "開くことのできる保管物: 0" in told
    assert not keys.exists()
    for one in held:
        with pytest.raises(ObjectErased):
            object_read(held=one, by=SYSTEM, purpose="test")
    folders, files = storages["vault"].listdir("")
    assert files == []
    assert all(storages["vault"].listdir(folder)[1] == [] for folder in folders)
    assert set(Reservation.objects.values_list("name", flat=True)) == {ERASED_NAME}
    assert not ArchiveEntry.objects.exclude(name="").exists()
    assert not any(proof().values())
    text = "".join(page.extract_text() for page in PdfReader(BytesIO((tmp_path / "c.pdf").read_bytes())).pages)
    for word in ("データ消去証明書", "見本 manager", "見本 administrator", "SHA-256"):
        assert word in text
    assert HANAKO.name not in text
    assert "消去証明書（PDF）" in manager.get(PAGE).content.decode()
    assert manager.get(f"/staff/keeping/closing/{exported.pk}.pdf").content == (tmp_path / "c.pdf").read_bytes()
    assert verify().intact
    # The handover itself still stands.
    assert (tmp_path / "handover" / "archive" / "search.html").exists()


def test_the_second_factor_and_the_citys_name_are_asked_again(exported: ContractClosing) -> None:
    manager = client_of(Role.MANAGER)
    assert confirm(manager, code="000000").status_code == 422
    assert confirm(manager, city="別の市").status_code == 422
    exported.refresh_from_db()
    assert exported.state == ClosingState.EXPORTED


def test_one_person_is_not_two(exported: ContractClosing) -> None:
    person = staff_member(Role.MANAGER)
    closing_confirm(closing=exported, person=person, by=SYSTEM)
    with pytest.raises(SamePerson):
        closing_confirm(closing=exported, person=person, by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractClosing.objects.update(state="confirmed", confirmed_by=person)


def two(closing: ContractClosing) -> None:
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        closing_confirm(closing=closing, person=staff_member(role), by=SYSTEM)


def test_what_came_after_the_export_is_not_erased_unseen(exported: ContractClosing, full: Desk) -> None:
    two(exported)
    later = full.booking(days=6, person=TARO)
    with pytest.raises(GrownSince):
        closing_erase(keys=None, by=SYSTEM)
    later.refresh_from_db()
    assert later.name == TARO.name
    assert VaultObject.objects.readable().exists()


def test_exporting_again_asks_both_again(exported: ContractClosing) -> None:
    two(exported)
    closing_export_note(exports={}, by=SYSTEM)
    exported.refresh_from_db()
    assert (exported.state, exported.requested_by, exported.confirmed_by) == (ClosingState.EXPORTED, None, None)
    assert ContractClosing.objects.count() == 1


def test_a_legal_hold_stops_everything(exported: ContractClosing, tmp_path: Path) -> None:
    two(exported)
    document = Application.objects.filter(document__isnull=False)[0].document
    assert document is not None
    object_hold(held=document, reason="test", by=SYSTEM)
    with pytest.raises(CommandError, match="保留"):
        run("erase", "--certificate", str(tmp_path / "c.pdf"))
    assert object_read(held=document, by=SYSTEM, purpose="test")


def test_broken_off_and_gone_on_with(
    exported: ContractClosing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keeping.closing import actions

    two(exported)
    empty = actions._empty

    def breaks(plan: Any, by: Any) -> int:
        if plan.label == "notifications.message":
            raise KeyboardInterrupt
        return empty(plan, by)

    monkeypatch.setattr(actions, "_empty", breaks)
    with pytest.raises(KeyboardInterrupt):
        closing_erase(keys=None, by=SYSTEM)
    exported.refresh_from_db()
    assert exported.state == ClosingState.ERASING
    monkeypatch.setattr(actions, "_empty", empty)
    assert closing_erase(keys=None, by=SYSTEM).state == ClosingState.ERASED


def test_something_left_gives_no_certificate(
    exported: ContractClosing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keeping.closing import actions

    two(exported)
    monkeypatch.setattr(actions, "ciphertexts_delete", lambda names: None)
    monkeypatch.setattr("vault.actions.erasing.ciphertexts_delete", lambda names: None)
    monkeypatch.setattr(actions, "stored_files", lambda: ["still/there"])
    monkeypatch.setattr("keeping.closing.inventory.stored_files", lambda: ["still/there"])
    with pytest.raises(CommandError, match="消去しきれていない"):
        run("erase", "--certificate", str(tmp_path / "c.pdf"))
    exported.refresh_from_db()
    assert (exported.state, exported.certificate) == (ClosingState.ERASING, None)
    assert not (tmp_path / "c.pdf").exists()


def test_every_step_is_recorded(exported: ContractClosing, tmp_path: Path) -> None:
    two(exported)
    closing_erase(keys=None, by=SYSTEM)
    actions = list(AuditEvent.objects.about(exported).order_by("pk").values_list("action", flat=True))
    steps = ("exported", "requested", "confirmed", "started", "erased")
    assert actions == [f"keeping.closing_{step}" for step in steps]


def test_before_anything_the_page_says_how_to_begin(desk: Desk) -> None:
    page = client_of(Role.MANAGER).get(PAGE).content.decode()
    assert "まだ始まっていません" in page
    assert client_of(Role.BUREAU).get(PAGE).status_code == 403
    assert client_of(Role.ADMINISTRATOR).get("/staff/keeping/closing/1.pdf").status_code == 404


def test_the_list_counts_what_speaks_of_people(full: Desk) -> None:
    counts = inventory()
    assert counts["行：予約"] == Reservation.objects.count()
    assert counts["保管物：画像"] == 1
    assert "行：予約" in run("list")


@pytest.mark.parametrize("state", [*ClosingState])
def test_nothing_leaves_the_end_and_only_two_people_lead_to_it(state: ClosingState) -> None:
    if ClosingState.ERASING in CLOSING_MOVES[state]:
        assert state in (ClosingState.CONFIRMED, ClosingState.ERASING)
    assert state != ClosingState.ERASED or not CLOSING_MOVES[state]


def test_an_erased_closing_cannot_be_confirmed_again(exported: ContractClosing) -> None:
    two(exported)
    closing_erase(keys=None, by=SYSTEM)
    manager = User.objects.get(username=str(Role.MANAGER))
    assert timezone.now() - timedelta(days=1) < ContractClosing.objects.get().erased_at  # type: ignore[operator]
    from audit.moves import MoveNotAllowed

    with pytest.raises(MoveNotAllowed):
        closing_confirm(closing=exported, person=manager, by=SYSTEM)
    closing_export_note(exports={}, by=SYSTEM)
    assert ContractClosing.objects.count() == 2
