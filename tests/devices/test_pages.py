"""The pages of the register, as the keeper, an office and those who only look meet them."""

from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from openpyxl import load_workbook

from accounts.roles import Role
from devices.actions.leaving import points_for
from devices.models import Device, DeviceState, Fault, FaultState, Line
from postoffices.models import Posting
from tests.devices.made import a_device, a_fault, a_line, a_tablet, someone, town
from tests.people import client_of, sign_in, staff_member

pytestmark = pytest.mark.django_db
BASE = "/staff/devices/"


@pytest.fixture
def keepers(db: None) -> Client:
    return sign_in(Client(), someone(Role.DEVICE_KEEPER, "keeper"))


def typed(**changed: object) -> dict[str, object]:
    days = {
        f"{name}_{place}": value
        for name, day in (
            ("received_on", ("令和7", "4", "１")),
            ("placed_from", ("2025", "5", "1")),
            ("placed_until", ("R10", "3", "31")),
        )
        for place, value in zip(("year", "month", "day"), day, strict=True)
    }
    return {
        "key": str(uuid4()),
        "kind": "tablet",
        "seal_number": "ｔ－００１".replace("－", "-"),
        "model": "iPad 第10世代",
        "serial": "mihon00001",
        "udid": "",
        "ssids": "mihon-net\nmihon-net-5G\n",
    } | days | changed  # fmt: skip


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.requirement("kitakyushu-25", "fukuoka-27")
def test_a_tablet_from_its_delivery_to_an_office(keepers: Client) -> None:
    office = town().office
    assert "T-001" in keepers.get(f"{BASE}new/").content.decode(), "the next number is proposed"
    keepers.post(f"{BASE}new/", typed())
    tablet = Device.objects.get()
    assert (tablet.seal_number, tablet.serial) == ("T-001", "MIHON00001")
    assert tablet.ssids == ["mihon-net", "mihon-net-5G"]
    page = f"{BASE}{tablet.pk}/"
    missing = keepers.post(f"{page}kit/", {"points": ["seal"]})
    assert missing.status_code == 422
    assert "まだ確認していません：" in missing.content.decode()
    every = [point.code for point in points_for("tablet")]
    keepers.post(f"{page}kit/", {"points": every})
    assert tablet.kitting.count() == len(every)
    refused = keepers.post(f"{page}move/", {"state": "installed", "reason": "開設のため"})
    assert refused.status_code == 422
    assert "設置する拠点を選んでください。" in refused.content.decode()
    assert "開設のため" in refused.content.decode(), "what was typed stays"
    keepers.post(f"{page}move/", {"state": "installed", "office": office.pk, "reason": "開設のため"})
    shown = keepers.get(page).content.decode()
    assert office.name in shown
    assert "開設のため" in shown
    assert office.name in keepers.get(f"{BASE}places/").content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seal_number": ""}, "管理番号を入力してください。"),
        ({"serial": "あいう"}, "英数字とハイフンで入力してください。"),
        ({"placed_until_year": "2024"}, "設置期間の最終日は、初日以後の日を入力してください。"),
        ({"kind": "pen"}, "タブレット端末だけに入力します。"),
        ({"ssids": "x" * 33}, "32バイトまで"),
        ({"received_on_month": "13"}, "月は1から12まで"),
        ({"model": "1234 5678 9018"}, "マイナンバー"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(keepers: Client, changed: dict[str, object], said: str) -> None:
    answer = keepers.post(f"{BASE}new/", typed(**changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "MIHON00001" in answer.content.decode().upper() or "serial" in changed
    assert not Device.objects.exists()


def test_a_number_that_another_device_has_is_refused_in_words(keepers: Client) -> None:
    other = a_device()
    answer = keepers.post(f"{BASE}new/", typed(seal_number=other.seal_number))
    assert answer.status_code == 422
    assert "ほかの機器に使われています" in answer.content.decode()


def test_the_list_is_narrowed_by_its_chips_and_words(keepers: Client) -> None:
    tablet, pen = a_tablet(), a_device(kind="pen", seal_number="P-900", ssids=())
    for address, seen in (
        ("?kind=tablet", tablet),
        ("?state=stock", pen),
        ("?q=p-900", pen),
        ("?office=mihon", tablet),
    ):
        page = keepers.get(f"{BASE}{address}").content.decode()
        table = page.split('<div id="devices"')[1]
        assert seen.seal_number in table, address
        assert (pen if seen == tablet else tablet).seal_number not in table, address
    nothing = keepers.get(f"{BASE}?q=nothing").content.decode()
    assert "当てはまる機器がありません。" in nothing
    assert keepers.get(f"{BASE}?kind=spoon&state=%00&q=%00").status_code == 200


@pytest.mark.parametrize("number", [1, 6])
def test_the_lists_cost_the_same_for_many(keepers: Client, number: int, django_assert_max_num_queries: object) -> None:
    for _ in range(number):
        tablet = a_tablet()
        a_line(tablet)
        a_fault(device=tablet, kind="software")  # type: ignore[arg-type]
    # The first page also reads the city and its rules, which the process then knows for a while.
    for address, most in (("", 17), ("places/", 5), ("lines/", 4), ("faults/", 4)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert keepers.get(f"{BASE}{address}").status_code == 200


@pytest.mark.requirement("kitakyushu-25", "kitakyushu-26", "fukuoka-27")
def test_the_register_on_paper_and_as_a_workbook(keepers: Client) -> None:
    tablet = a_tablet()
    line = a_line(tablet)
    book = load_workbook(BytesIO(keepers.get(f"{BASE}register.xlsx").content))
    rows = list(book.active.values)  # type: ignore[union-attr]
    assert rows[0][0] == "管理番号"
    assert rows[1][0] == tablet.seal_number
    assert "mihon-net" in rows[1]
    assert line.number[-4:] in str(rows[1][6])
    paper = keepers.get(f"{BASE}register.pdf?kind=tablet")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert tablet.serial in text_of(paper.content)
    assert keepers.get(f"{BASE}register.docx").status_code == 404


@pytest.mark.requirement("fukuoka-29")
def test_seals_carry_six_lines_and_a_code_and_are_of_the_size(keepers: Client) -> None:
    tablet = a_tablet()
    document = pypdfium2.PdfDocument(keepers.get(f"{BASE}register.seals").content)
    page = document[0]
    words = page.get_textpage().get_text_range()
    for line in ("契約件名", "設置期間", "リース会社", "保守連絡先", "機器名", "タブレット端末", "R7.5.1～R10.3.31"):
        assert line in words, line
    picture = page.render(scale=4).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [tablet.seal_number]
    # The frame: black lines 80 mm apart across and 30 mm down, on white.
    row = picture.convert("L").resize((2100, 2970))
    dark = [y for y in range(2970) if sum(row.getpixel((x, y)) < 160 for x in range(230, 1010, 10)) > 60]
    assert dark
    assert abs((dark[-1] - dark[0]) / 10 - 30) < 1, "30 mm from the upper line to the lower one"


def test_those_who_look_are_offered_nothing_to_press(keepers: Client) -> None:
    tablet = a_tablet()
    for role in (Role.CITY_OFFICER, Role.BUREAU, Role.MANAGER):
        page = client_of(role).get(f"{BASE}{tablet.pk}/").content.decode()
        assert tablet.serial in page
        assert "状態を変える" not in page
    assert "状態を変える" in keepers.get(f"{BASE}{tablet.pk}/").content.decode()


@pytest.mark.requirement("kitakyushu-26", "kitakyushu-33")
def test_a_line_is_registered_put_into_a_tablet_and_suspended(keepers: Client) -> None:
    tablet = a_tablet()
    form = {
        "key": str(uuid4()),
        "number": "０００－１２３４－５６７８",
        "sim": "8981000000000000001",
        "carrier": "見本モバイル",
        "plan": "LTE 無制限・定額",
        "begins_on_year": "2025",
        "begins_on_month": "5",
        "begins_on_day": "1",
    }
    keepers.post(f"{BASE}lines/", form)
    line = Line.objects.get()
    assert line.number == "00012345678"
    keepers.post(f"{BASE}lines/{line.pk}/", {"act": "assign", "device": tablet.pk})
    assert tablet.seal_number in keepers.get(f"{BASE}lines/").content.decode()
    keepers.post(f"{BASE}lines/{line.pk}/", {"act": "suspend"})
    line.refresh_from_db()
    assert line.state == "suspended"
    assert keepers.post(f"{BASE}lines/{line.pk}/", {"act": "assign"}).status_code == 422
    assert keepers.post(f"{BASE}lines/", {"number": "1"}).status_code == 422
    again = form | {"key": str(uuid4())}
    assert "ほかの回線に使われています" in keepers.post(f"{BASE}lines/", again).content.decode()


# -- faults ------------------------------------------------------------------------------------------------
@pytest.fixture
def clerks(db: None) -> Iterator[Client]:
    """The browser of the first office's clerk."""
    clerk = staff_member(Role.CLERK, "own-clerk")
    Posting.objects.create(user=clerk, office=town().office)
    yield sign_in(Client(), clerk)


@pytest.mark.requirement("kitakyushu-33", "fukuoka-30", "kitakyushu-08")
def test_an_office_reports_a_broken_tablet_and_the_keeper_brings_it_back(clerks: Client, keepers: Client) -> None:
    tablet, other = a_tablet(), a_tablet(office=town().elsewhere)
    page = clerks.get(f"{BASE}own/").content.decode()
    assert tablet.seal_number in page
    assert other.seal_number not in page, "an office sees its own devices"
    told = {"key": str(uuid4()), "kind": "hardware", "device": tablet.pk, "text": "画面が割れました。"}
    assert clerks.post(f"{BASE}own/", told | {"device": other.pk}).status_code == 422
    assert clerks.post(f"{BASE}own/", told | {"text": ""}).status_code == 422
    clerks.post(f"{BASE}own/", told)
    clerks.post(f"{BASE}own/", told)
    fault = Fault.objects.get()
    tablet.refresh_from_db()
    assert tablet.state == DeviceState.FAULTY
    assert fault.number in clerks.get(f"{BASE}own/").content.decode()
    assert "受け付けていない機器の障害" in keepers.get("/staff/").content.decode()

    address = f"{BASE}faults/{fault.pk}/"
    keepers.post(address, {"act": "take", "text": "明日訪問します。"})
    silent = keepers.post(address, {"act": "repair", "text": "", "cause": "落下"})
    assert silent.status_code == 422
    assert "落下" in silent.content.decode()
    keepers.post(address, {"act": "repair", "text": "画面を交換した。", "cause": "落下", "back_to": "installed"})
    tablet.refresh_from_db()
    assert (tablet.state, tablet.office) == (DeviceState.INSTALLED, town().office)
    paper = text_of(keepers.get(f"{BASE}faults/{fault.pk}.pdf").content)
    for words in ("障害対応報告書", fault.number, "画面が割れました。", "画面を交換した。", "落下", "明日訪問します。"):
        assert words in paper, words
    keepers.post(address, {"act": "close", "text": ""})
    fault.refresh_from_db()
    assert fault.state == FaultState.CLOSED


def test_the_keeper_writes_down_what_the_helpdesk_passed_on(keepers: Client) -> None:
    form = {"key": str(uuid4()), "kind": "network", "text": "圏外です。", "ticket_number": "q-000012"}
    missing = keepers.post(f"{BASE}faults/new/", form)
    assert missing.status_code == 422
    assert "機器か拠点のどちらかを選んでください。" in missing.content.decode()
    keepers.post(f"{BASE}faults/new/", form | {"office": town().office.pk})
    assert Fault.objects.get().ticket_number == "Q-000012"
    for view in ("open", "reported", "ended", "all", "nonsense"):
        page = keepers.get(f"{BASE}faults/?state={view}").content.decode()
        assert ("圏外です。" in page) == (view != "ended")


def test_a_looker_s_post_is_refused(keepers: Client) -> None:
    fault = a_fault()
    client = client_of(Role.BUREAU)
    assert client.post(f"{BASE}faults/{fault.pk}/", {"act": "close"}).status_code == 403
    assert client.post(f"{BASE}lines/", {}).status_code == 403
