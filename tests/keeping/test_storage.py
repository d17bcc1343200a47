"""The room that the contract gives: measured, shown, warned of, and refused in words when it is used up."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from keeping.storage.measuring import DATABASE, GB, storage_measure
from keeping.storage.outlook import outlook, size_text, trend
from keeping.storage.records import StorageMeasure
from keeping.tasks import measure_storage
from notifications.models import Message
from tests.people import client_of, staff_member
from vault.actions import object_erase, object_store
from vault.errors import StorageFull
from vault.models import ObjectKind, VaultObject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_vault")]
SYSTEM = Actor.system("test")


def kept(size: int = 1000, kind: ObjectKind = ObjectKind.IMAGE, rule: str = "image") -> VaultObject:
    until = timezone.localdate() + timedelta(days=40)
    return object_store(data=b"x" * size, kind=kind, media_type="image/jpeg", rule=rule, keep_until=until, by=SYSTEM)


def measured(percent: float, days_ago: int = 0) -> StorageMeasure:
    return StorageMeasure.objects.create(
        day=timezone.localdate() - timedelta(days=days_ago), used=int(percent / 100 * 10 * GB), limit=10 * GB
    )


@pytest.mark.requirement("kitakyushu-27")
def test_what_is_kept_is_counted_by_kind_and_by_rule_and_what_is_erased_no_more() -> None:
    kept(1000)
    kept(500, ObjectKind.REPORT, "report")
    gone = kept(7000)
    object_erase(held=gone, by=SYSTEM, reason="test")
    measure = storage_measure(by=SYSTEM)
    assert (measure.parts["画像"], measure.parts["報告書"]) == (1000, 500)
    assert measure.rules == {"image": 1000, "report": 500}
    assert measure.parts[DATABASE] > 1_000_000
    assert measure.used == sum(measure.parts.values())
    assert measure.limit == 10 * GB
    measure_storage()
    assert StorageMeasure.objects.count() == 1, "one row a day"


@pytest.mark.requirement("kitakyushu-27")
@pytest.mark.parametrize(("percent", "mark"), [(69, 0), (70, 70), (86, 85), (99, 95)])
def test_marks_are_told_once_by_mail_and_on_the_start_page(
    monkeypatch: pytest.MonkeyPatch, percent: int, mark: int
) -> None:
    staff_member(Role.ADMINISTRATOR, "admin", email="admin@example.jp")
    staff_member(Role.CLERK, "clerk", email="clerk@example.jp")
    monkeypatch.setattr("keeping.storage.measuring.database_bytes", lambda: percent * GB // 10)
    for _again in range(2):
        storage_measure(by=SYSTEM)
    mails = list(Message.objects.filter(purpose="storage"))
    assert [mail.recipient for mail in mails] == (["admin@example.jp"] if mark else [])
    start = client_of(Role.MANAGER).get("/staff/").content.decode()
    assert ("保存容量の残り" in start) == bool(mark)
    if mark:
        assert f"{mark}%" in mails[0].title


@pytest.mark.requirement("kitakyushu-27")
def test_the_page_says_how_much_by_what_and_when_it_would_be_full() -> None:
    browser = client_of(Role.MANAGER)
    assert "まだ測定していません。" in browser.get("/staff/keeping/storage/").content.decode()
    measured(10, days_ago=10)
    StorageMeasure.objects.create(
        day=timezone.localdate(), used=2 * GB, limit=10 * GB, parts={"画像": 2 * GB}, rules={"image": 2 * GB}
    )
    page = browser.get("/staff/keeping/storage/").content.decode()
    for words in ("2.00GB", "20.0", "8.00GB", "撮影した画像", "100.0MB", "ごろ"):
        assert words in page, words
    foreseen = outlook(trend())
    assert foreseen is not None
    assert foreseen.full_on == timezone.localdate() + timedelta(days=80)


def test_without_growth_nothing_is_foreseen() -> None:
    measured(20, days_ago=10)
    assert outlook(trend()) is None, "too few days"
    measured(20)
    foreseen = outlook(trend())
    assert foreseen is not None
    assert foreseen.full_on is None


@pytest.mark.requirement("kitakyushu-27")
def test_when_it_is_full_nothing_more_is_kept_and_that_is_said() -> None:
    kept()
    measured(100)
    files = len(storages["vault"].listdir("")[0])
    with pytest.raises(StorageFull, match="いっぱい"):
        kept()
    assert VaultObject.objects.count() == 1
    assert len(storages["vault"].listdir("")[0]) == files, "nothing was written either"
    StorageMeasure.objects.update(used=9 * GB)
    assert kept().size == 1000
    with pytest.raises(StorageFull):
        StorageMeasure.objects.update(used=10 * GB - 500)
        kept(501)


def test_a_measure_is_on_record_once_a_day() -> None:
    for _again in range(3):
        storage_measure(by=SYSTEM)
    assert AuditEvent.objects.filter(action="keeping.storage_measured").count() == 1


@pytest.mark.parametrize(("size", "text"), [(0, "0KB"), (1_500_000, "1.5MB"), (12_340_000_000, "12.34GB")])
def test_sizes_in_words(size: int, text: str) -> None:
    assert size_text(size) == text


def test_strangers_do_not_see_it(client: Client, settings: Settings) -> None:
    assert client.get("/staff/keeping/storage/").status_code == 302
