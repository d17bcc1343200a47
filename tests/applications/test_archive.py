"""Kept applications: found again, looked at, held, forgotten, and checked against their seals (fukuoka-23, -24)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from applications.actions import application_draft, application_sign
from applications.archive.actions import entries_forget, entry_hold, entry_release
from applications.archive.errors import AlreadyHeld, CheckUnderWay, NotHeld
from applications.archive.integrity import integrity_start, integrity_start_due, integrity_step, trouble_of
from applications.archive.search import PAGE, Sought, entries_found
from applications.models import (
    Application,
    ApplicationState,
    ArchiveEntry,
    ArchiveHold,
    IntegrityRun,
    SignKind,
)
from applications.tasks import ARCHIVIST, check_archive, seal_due
from audit.models import AuditEvent
from tests.counters.desk import STROKES, Desk
from tests.people import client_of
from tests.reservations.town import HANAKO, TARO
from vault.actions import object_erase, objects_erase_due
from vault.errors import UnderLegalHold
from vault.models import VaultObject

ARCHIVE = "/staff/archive/"


@pytest.fixture
def manager(desk: Desk) -> Client:
    return client_of(Role.MANAGER, "manager")


@pytest.fixture
def kept(desk: Desk) -> ArchiveEntry:
    """Hanako's form, sealed and kept."""
    drafted = application_draft(reservation=desk.booking(), by=desk.by)
    application_sign(application=drafted, strokes=STROKES, by=desk.by)
    seal_due()
    return ArchiveEntry.objects.get(application=drafted)


def entry(desk: Desk, number: int, **changed: object) -> ArchiveEntry:
    """A row of the index as if it had been kept; nothing lies in the vault."""
    application = Application.objects.create(number=f"2026-9{number:05}")
    values: dict[str, object] = {
        "application": application,
        "number": application.number,
        "signed_on": date(2026, 11, 1) + timedelta(days=number % 5),
        "sign_kind": SignKind.PEN,
        "office": desk.town.office,
        "ward": desk.town.office.ward,
        "procedure": desk.town.renewal,
        "name": "見本 花子",
        "reading": "ミホン ハナコ",
        "name_key": "見本花子",
        "reading_key": "ミホンハナコ",
    }
    return ArchiveEntry.objects.create(**values | changed)


def numbers(sought: Sought) -> list[str]:
    return [row.number for row in entries_found(sought).entries]


# -- search ------------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-24")
def test_each_field_finds_and_leaves_out(desk: Desk) -> None:
    plain = entry(desk, 0, reservation_number="123456789")
    other = entry(
        desk,
        1,
        name="架空 太郎",
        reading="カクウ タロウ",
        name_key="架空太郎",
        reading_key="カクウタロウ",
        office=desk.town.elsewhere,
        procedure=desk.town.other,
        sign_kind=SignKind.PAPER,
    )
    held = entry(desk, 2)
    ArchiveHold.objects.create(application=held.application, reason="試験")
    assert numbers(Sought()) == [held.number, other.number, plain.number]
    for sought, expected in (
        (Sought(name="架空"), other),
        (Sought(name="架空 太"), other),
        (Sought(name="かくう"), other),
        (Sought(name="カクウタ"), other),
        (Sought(number=other.number), other),
        (Sought(number=other.number.replace("-", "")), other),
        (Sought(number="123-456-789"), plain),
        (Sought(office=desk.town.elsewhere), other),
        (Sought(procedure=desk.town.other), other),
        (Sought(sign_kind=SignKind.PAPER), other),
        (Sought(first_day=date(2026, 11, 3)), held),
        (Sought(last_day=date(2026, 11, 1)), plain),
        (Sought(held=True), held),
        (Sought(name="見本", sign_kind=SignKind.PEN, first_day=date(2026, 11, 2)), held),
    ):
        assert numbers(sought) == [expected.number], sought
    assert numbers(Sought(name="花子")) == []
    assert numbers(Sought(ward=desk.town.office.ward, name="架空", office=desk.town.office)) == []


def test_a_frequent_name_is_found_like_a_rare_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [entry(desk, number).number for number in range(4)]
    other = entry(desk, 9, name="架空 太郎", name_key="架空太郎", reading="", reading_key="")
    rare = numbers(Sought(name="見本"))
    monkeypatch.setattr("applications.archive.search.FREQUENT", 1)
    assert numbers(Sought(name="見本")) == rare
    assert sorted(rare) == sorted(made)
    assert numbers(Sought(name="架空")) == [other.number]


def test_pages_follow_one_another_without_gap_or_double(desk: Desk) -> None:
    made = {entry(desk, number).number for number in range(2 * PAGE + 3)}
    seen: list[str] = []
    after = ""
    while True:
        found = entries_found(Sought(), after)
        seen += [row.number for row in found.entries]
        assert found.count == len(made)
        if not (after := found.after):
            break
    assert len(seen) == len(made)
    assert set(seen) == made
    assert entries_found(Sought(), "nonsense").entries


def test_what_is_kept_meanwhile_moves_no_page(desk: Desk) -> None:
    for number in range(PAGE + 2):
        entry(desk, number)
    first = entries_found(Sought())
    entry(desk, 99_000, signed_on=date(2026, 11, 30))
    second = entries_found(Sought(), first.after)
    assert len(second.entries) == 2
    assert not {row.number for row in first.entries} & {row.number for row in second.entries}


@pytest.mark.requirement("fukuoka-24")
def test_the_bureau_finds_a_form_by_its_reading(bureau: Client, kept: ArchiveEntry, desk: Desk) -> None:
    assert kept.number in bureau.get(ARCHIVE).content.decode()
    found = bureau.post(ARCHIVE, {"name": HANAKO.reading.split()[0]})
    assert kept.number in found.content.decode()
    assert "見つかった申請書" in found.content.decode()
    nothing = bureau.post(ARCHIVE, {"name": TARO.name.split()[0]}).content.decode()
    assert kept.number not in nothing
    assert "条件に合う申請書はありません" in nothing
    assert TARO.name.split()[0] in nothing  # what was typed stays


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "花"}, "2文字以上"),
        ({"number": "12"}, "9桁"),
        (
            {
                "first_day_year": "2026",
                "first_day_month": "11",
                "first_day_day": "5",
                "last_day_year": "2026",
                "last_day_month": "11",
                "last_day_day": "4",
            },
            "以後",
        ),
    ],
)
def test_what_cannot_be_sought_is_said_at_the_field(bureau: Client, typed: dict[str, str], words: str) -> None:
    answer = bureau.post(ARCHIVE, typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_as_many_queries_for_one_row_as_for_many(
    desk: Desk, bureau: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        entry(desk, number)
    bureau.get(ARCHIVE)
    with django_assert_num_queries(LIST_QUERIES):
        bureau.get(ARCHIVE)


LIST_QUERIES = 10


# -- looking ------------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-24")
def test_each_look_is_recorded_and_shows_the_very_bytes(bureau: Client, kept: ArchiveEntry) -> None:
    page = bureau.get(f"{ARCHIVE}{kept.number}/").content.decode()
    assert "封印は正しい状態です" in page
    assert "デモ用" in page
    assert not AuditEvent.objects.filter(action="archive.viewed").exists()
    paper = bureau.get(f"{ARCHIVE}{kept.number}/document.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper["Cache-Control"] == "no-store, private"
    event = AuditEvent.objects.get(action="archive.viewed")
    assert (event.subject_id, event.actor_role) == (str(kept.pk), Role.BUREAU)
    assert HANAKO.name not in str(event.detail)


def test_a_clerk_and_a_stranger_find_no_archive(own: Client, client: Client, kept: ArchiveEntry) -> None:
    for address in (ARCHIVE, f"{ARCHIVE}{kept.number}/", f"{ARCHIVE}{kept.number}/document.pdf"):
        assert own.get(address).status_code == 403
        assert client.get(address).status_code == 302
    assert client_of(Role.BUREAU).get(f"{ARCHIVE}2026-999999/").status_code == 404


# -- holding and forgetting -----------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-23")
def test_a_hold_keeps_paper_and_strokes_past_their_day(desk: Desk, kept: ArchiveEntry) -> None:
    entry_hold(entry=kept, reason="審査請求の対応", by=desk.by)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        objects_erase_due(by=ARCHIVIST)
        assert VaultObject.objects.readable().count() == 2
        assert entries_forget(by=ARCHIVIST) == 0
        entry_release(entry=kept, reason="対応の終わり", by=desk.by)
        objects_erase_due(by=ARCHIVIST)
        assert VaultObject.objects.readable().count() == 0
        assert entries_forget(by=ARCHIVIST) == 1
    kept.refresh_from_db()
    assert (kept.name, kept.reading, kept.name_key, kept.reading_key, kept.reservation_number) == ("",) * 5
    assert kept.forgotten_at is not None
    assert numbers(Sought()) == [kept.number]
    assert {event.detail.get("hold") for event in AuditEvent.objects.filter(action__startswith="archive.")} >= {
        ArchiveHold.objects.get().pk
    }


def test_a_held_paper_cannot_be_erased_by_hand(desk: Desk, kept: ArchiveEntry) -> None:
    entry_hold(entry=kept, reason="審査請求の対応", by=desk.by)
    document = Application.objects.get(pk=kept.pk).document
    assert document is not None
    with pytest.raises(UnderLegalHold):
        object_erase(held=document, by=desk.by, reason="slip")


def test_a_hold_stands_once_and_is_lifted_once(desk: Desk, kept: ArchiveEntry) -> None:
    with pytest.raises(NotHeld):
        entry_release(entry=kept, reason="理由", by=desk.by)
    entry_hold(entry=kept, reason="理由", by=desk.by)
    with pytest.raises(AlreadyHeld):
        entry_hold(entry=kept, reason="理由", by=desk.by)
    entry_release(entry=kept, reason="理由", by=desk.by)
    entry_hold(entry=kept, reason="もう一度", by=desk.by)
    assert ArchiveHold.objects.count() == 2


def test_a_hold_asks_for_its_reason_and_shows_it(manager: Client, bureau: Client, kept: ArchiveEntry) -> None:
    address = f"{ARCHIVE}{kept.number}/hold/"
    assert bureau.post(address, {"reason": "理由"}).status_code == 403
    assert manager.post(address, {"reason": ""}).status_code == 422
    said = manager.post(address, {"reason": "審査請求の対応"}, follow=True).content.decode()
    assert "消去を保留しました" in said
    assert "審査請求の対応" in said
    assert "消去を保留" in bureau.post(ARCHIVE, {"held": "on"}).content.decode()
    lifted = manager.post(f"{ARCHIVE}{kept.number}/release/", {"reason": "終わり"}, follow=True).content.decode()
    assert "保留を解除しました" in lifted


def test_without_its_audit_event_nothing_is_held(
    desk: Desk, kept: ArchiveEntry, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    with audit_cannot_be_written():
        entry_hold(entry=kept, reason="理由", by=desk.by)
    assert not ArchiveHold.objects.exists()
    assert not VaultObject.objects.filter(legal_hold=True).exists()


# -- integrity --------------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-23")
def test_a_damaged_object_is_found_and_reported(
    own_vault: Path, desk: Desk, kept: ArchiveEntry, manager: Client
) -> None:
    check_archive()
    first = IntegrityRun.objects.get()
    assert (first.checked, first.failed, first.failures) == (1, 0, [])
    assert first.finished_at is not None
    assert "すべて正しい" in manager.get(f"{ARCHIVE}integrity/").content.decode()
    document = Application.objects.get(pk=kept.pk).document
    assert document is not None
    stored = own_vault / document.storage_name
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")
    assert manager.post(f"{ARCHIVE}integrity/", follow=True).status_code == 200
    check_archive()
    second = IntegrityRun.objects.first()
    assert second is not None
    assert second.failures == [{"number": kept.number, "trouble": "保管されているデータを開けません"}]
    report = manager.get(f"{ARCHIVE}integrity/{second.pk}/").content.decode()
    assert kept.number in report
    assert "正しくない申請書があります" in report
    assert "封印を確かめられません" in manager.get(f"{ARCHIVE}{kept.number}/").content.decode()
    event = AuditEvent.objects.filter(action="archive.checked").latest("pk")
    assert event.detail == {"checked": 1, "erased": 0, "failed": 1}


@pytest.mark.requirement("fukuoka-23")
def test_a_paper_exchanged_inside_the_vault_is_found(kept: ArchiveEntry, desk: Desk) -> None:
    """Whoever holds the keys can store another file; the seal tells it apart."""
    from applications.archive.entries import application_archive
    from writing.papers import pdf_from_html

    Application.objects.filter(pk=kept.pk).update(state=ApplicationState.SIGNED)
    kept.delete()
    application = Application.objects.select_related("reservation__office__ward", "reservation__procedure").get()
    application_archive(application=application, document=pdf_from_html("<p>別の紙</p>"), by=desk.by)
    assert trouble_of(Application.objects.get()) == "封印がありません"


def test_what_was_erased_by_rule_is_counted_apart(kept: ArchiveEntry, desk: Desk) -> None:
    for held in VaultObject.objects.all():
        object_erase(held=held, by=desk.by, reason="retention")
    check_archive()
    run = IntegrityRun.objects.get()
    assert (run.checked, run.erased, run.failed) == (0, 1, 0)


def test_a_run_goes_on_where_it_was_interrupted(
    desk: Desk, kept: ArchiveEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("applications.archive.integrity.STEP", 1)
    visit = desk.signed()
    seal_due()
    assert visit.application is not None
    run = integrity_start(by=desk.by)
    with pytest.raises(CheckUnderWay):
        integrity_start(by=desk.by)
    assert integrity_step(by=ARCHIVIST)
    IntegrityRun.objects.update(claimed_until=timezone.now() + timedelta(minutes=5))
    assert not integrity_step(by=ARCHIVIST)  # another worker has it
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert integrity_step(by=ARCHIVIST)
        assert not integrity_step(by=ARCHIVIST)
    run.refresh_from_db()
    assert (run.checked, run.failed) == (2, 0)
    assert run.finished_at is not None


def test_the_nightly_run_begins_once_a_night(kept: ArchiveEntry) -> None:
    assert integrity_start_due(by=ARCHIVIST) is not None
    while integrity_step(by=ARCHIVIST):
        pass
    assert integrity_start_due(by=ARCHIVIST) is None
    with time_machine.travel(timezone.now() + timedelta(hours=21)):
        assert integrity_start_due(by=ARCHIVIST) is not None


def test_a_check_is_no_look_at_anybodys_paper(kept: ArchiveEntry) -> None:
    before = AuditEvent.objects.filter(action="vault.object_viewed").count()
    check_archive()
    assert AuditEvent.objects.filter(action="vault.object_viewed").count() == before
