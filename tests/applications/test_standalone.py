"""The archive that stands alone: written, broken off, gone on with, and searched from the disk in Chromium."""

import hashlib
import json
import subprocess
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from applications.actions import application_draft, application_sign
from applications.archive.entries import application_archive
from applications.models import Application
from applications.standalone import export
from applications.standalone.rows import TITLES, Line
from applications.standalone.searchpage import page_pieces
from audit.models import AuditEvent
from tests.counters.desk import STROKES, Desk
from tests.reservations.town import HANAKO, TARO
from vault.actions import object_erase, object_read
from vault.contents import ciphertexts_delete


def kept(desk: Desk, **booking: Any) -> Application:
    application = application_draft(reservation=desk.booking(**booking), by=desk.by)
    signed = application_sign(application=application, strokes=STROKES, by=desk.by)
    signed = Application.objects.select_related("reservation__office__ward", "reservation__procedure").get(pk=signed.pk)
    return application_archive(application=signed, document=b"%PDF-1.7 " + signed.number.encode(), by=desk.by)


def exported(folder: Path, *more: str) -> str:
    out = StringIO()
    call_command("export_archive", str(folder), *more, stdout=out)
    return out.getvalue()


@pytest.fixture
def three(desk: Desk) -> list[Application]:
    return [kept(desk), kept(desk, days=1, person=TARO), kept(desk, days=2)]


@pytest.mark.requirement("fukuoka-40")
def test_the_folder_says_everything_and_its_checksums_hold(three: list[Application], tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    told = exported(folder)
    assert "3件を書き出しました（今回3件）" in told
    pdfs = {path.stem: path.read_bytes() for path in folder.rglob("*.pdf")}
    assert pdfs == {one.number: b"%PDF-1.7 " + one.number.encode() for one in three}
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert checked.returncode == 0
    rows = list(load_workbook(folder / "index.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[0] == TITLES
    assert [row[6] for row in rows[1:4]] == [HANAKO.name, TARO.name, HANAKO.name]
    assert hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest() in told
    assert folder.stat().st_mode & 0o077 == 0
    assert AuditEvent.objects.filter(action="vault.object_viewed", detail__purpose="archive_export").count() == 3


def test_broken_off_and_gone_on_with(three: list[Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "archive"
    read, seen = object_read, []

    def breaks_at_the_second(**given: Any) -> bytes:
        seen.append(given)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return read(**given)

    monkeypatch.setattr(export, "ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr(export, "object_read", breaks_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        exported(folder)
    # As after a loss of power: the last line cut, a PDF half written.
    with (folder / "index.jsonl").open("ab") as journal:
        journal.write(b'{"number": "2026-0')
    assert not (folder / "SHA256SUMS").exists()
    monkeypatch.setattr(export, "object_read", read)
    assert "3件を書き出しました（今回2件）" in exported(folder)
    lines = (folder / "index.jsonl").read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [one.number for one in three]
    assert "今回0件" in exported(folder)


def test_a_pdf_that_was_cut_is_written_again(three: list[Application], tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    exported(folder)
    victim = next(iter(folder.rglob("*.pdf")))
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1])
    assert "今回1件" in exported(folder)
    assert victim.read_bytes() == whole


def test_erased_and_damaged_ones_are_told(three: list[Application], tmp_path: Path, desk: Desk) -> None:
    erased, damaged = three[0].document, three[1].document
    assert erased is not None
    assert damaged is not None
    object_erase(held=erased, by=desk.by, reason="test")
    ciphertexts_delete([damaged.storage_name])
    with pytest.raises(CommandError, match=three[1].number):
        exported(tmp_path / "archive")
    assert len(list((tmp_path / "archive").rglob("*.pdf"))) == 1


def test_encrypted_for_the_city_only(three: list[Application], tmp_path: Path) -> None:
    import tarfile
    from io import BytesIO

    import pyrage

    city, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    exported(tmp_path / "archive", "--recipient", str(city.to_public()))
    assert not (tmp_path / "archive").exists()
    sealed = (tmp_path / "archive.tar.age").read_bytes()
    assert HANAKO.name.encode() not in sealed
    with tarfile.open(fileobj=BytesIO(pyrage.decrypt(sealed, [city]))) as archive:
        assert "archive/search.html" in archive.getnames()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])
    with pytest.raises(CommandError, match="公開鍵を読み取れません"):
        exported(tmp_path / "other", "--recipient", "age1wrong")


def made_up(number: int) -> Line:
    kind = ("電子ペン", "紙に自署", "署名に代わる記録")[number % 3]
    name, reading = (("見本 花子", "ミホン ハナコ"), ("架空 太郎", "カクウ タロウ"))[number % 2]
    day = date(2026, 9, 1) + timedelta(days=number % 200)
    return Line(
        f"2026-{number:06d}",
        f"{number:09d}",
        day.isoformat(),
        f"架空{number % 7}区",
        f"見本{number % 36}郵便局",
        f"手続き{number % 4}",
        f"{name}{number % 100}",
        reading,
        kind,
        f"pdf/{day:%Y-%m}/2026-{number:06d}.pdf",
        "0" * 64,
        1,
    )


ROWS = 25_400


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("standalone") / "search.html"

    def lines() -> Any:
        yield from (made_up(number) for number in range(ROWS - 1))
        yield Line("2026-999999", "", "2027-03-31", "", "", "", "</script><b>x", "", "電子ペン", "pdf/x.pdf", "", 1)

    with path.open("w") as target:
        target.writelines(page_pieces(lines, city="見本市", made=date(2027, 3, 31), rows=ROWS))
    return path


@pytest.fixture
def offline(browser: Browser, page_file: Path) -> Any:
    page = browser.new_page(viewport={"width": 1180, "height": 820})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.set_offline(True)
    page.goto(page_file.as_uri())
    yield page
    page.close()
    assert not complaints


def look_for(page: Page, **typed: str) -> str:
    page.get_by_role("button", name="条件を消す").click()
    expect(page.locator("#count")).to_have_text(f"{ROWS:,}件見つかりました")
    for name, value in typed.items():
        field = page.locator(f"[name={name}]")
        if name in ("text", "from", "until"):
            field.fill(value)
        else:
            field.select_option(label=value)
    page.get_by_role("button", name="検索する").click()
    return page.locator("#count").inner_text()


@pytest.mark.browser
@pytest.mark.requirement("fukuoka-40")
def test_the_page_finds_from_the_disk_by_every_field(offline: Page) -> None:
    count = range(ROWS - 1)
    assert look_for(offline, text="2026-000123") == "1件見つかりました"
    assert offline.get_by_role("link", name="2026-000123").get_attribute("href") == "pdf/2027-01/2026-000123.pdf"
    assert look_for(offline, text="000-000-456") == "1件見つかりました"
    assert look_for(offline, text="見本花子42") == f"{sum(n % 100 == 42 for n in count):,}件見つかりました"
    assert look_for(offline, text="みほん　はなこ") == f"{sum(n % 2 == 0 for n in count):,}件見つかりました"
    assert look_for(offline, office="見本35郵便局") == f"{sum(n % 36 == 35 for n in count):,}件見つかりました"
    assert look_for(offline, ward="架空3区") == f"{sum(n % 7 == 3 for n in count):,}件見つかりました"
    assert look_for(offline, procedure="手続き1") == f"{sum(n % 4 == 1 for n in count):,}件見つかりました"
    assert look_for(offline, kind="紙に自署") == f"{sum(n % 3 == 1 for n in count):,}件見つかりました"
    on_the_first = sum(n % 200 == 0 for n in count)
    assert look_for(offline, **{"from": "2026-09-01", "until": "2026-09-01"}) == f"{on_the_first}件見つかりました"
    both = sum(n % 36 == 35 and n % 3 == 1 for n in count)
    told = look_for(offline, office="見本35郵便局", kind="紙に自署")
    assert told == (f"{both:,}件見つかりました" if both else told)
    assert look_for(offline, text="いない人").startswith("見つかりませんでした")


@pytest.mark.browser
def test_pages_of_a_hundred_and_a_name_that_looks_like_markup(offline: Page) -> None:
    expect(offline.locator("tbody tr")).to_have_count(100)
    offline.get_by_role("button", name="次の100件").click()
    expect(offline.locator("#place")).to_have_text(f"2 / {ROWS // 100}ページ")
    look_for(offline, text="999999")
    expect(offline.locator("tbody")).to_contain_text("</script><b>x")
