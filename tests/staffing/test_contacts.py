"""The emergency contact tree: at hand for everybody, current, submitted again when it changes."""

from collections.abc import Iterator
from io import BytesIO
from threading import Barrier, Thread
from uuid import uuid4

import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction
from PIL import ImageStat
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from audit.errors import Refused
from documents.models import DocumentKind
from staffing.actions import (
    ContactFacts,
    contact_change,
    contact_confirm,
    contact_remove,
    contacts_submit,
    worker_leave,
)
from staffing.actions import contacts as writing
from staffing.calling import contact_changes, contact_rows, contact_tree
from staffing.drawing import drawing_of
from staffing.errors import CallsInACircle, NothingToSubmit
from staffing.models import Contact
from staffing.papers import contacts_pdf
from tests.documents.made import published_version
from tests.people import client_of
from tests.staffing.made import contact, days_from_now, keeper, worker

pytestmark = pytest.mark.django_db
HOME = "/staff/staffing/contacts/"


def under(held: Contact, above: Contact | None) -> ContactFacts:
    values = {name: getattr(held, name) for name in ContactFacts.__dataclass_fields__}
    return ContactFacts(**values | {"above": above})


@pytest.mark.requirement("kitakyushu-16", "fukutsu-12")
def test_everybody_has_the_tree_and_the_plan_at_hand() -> None:
    published_version(kind=DocumentKind.EMERGENCY, title="緊急時の対応計画", audience=[Role.CLERK])
    lead = contact("責任者", night_phone="00099998888", deputy_name="見本 代子", deputy_phone="00077776666")
    contact("コールセンター", above=lead)
    page = client_of(Role.CLERK).get(HOME).content.decode()
    for shown in ("見本 責任者", "000-9999-8888", "見本 代子", "見本 コールセンター", "緊急時の対応計画"):
        assert shown in page
    assert "番号の確認" not in page, "keeping it current is for those who look after it"
    assert "緊急連絡網はまだありません。" not in page


@pytest.mark.requirement("kitakyushu-16")
def test_the_paper_draws_who_calls_whom() -> None:
    lead = contact("責任者", deputy_name="見本 代子", deputy_phone="00077776666")
    middle = contact("副責任者", above=lead)
    for place in range(3):
        contact(f"拠点{place}", above=middle, position=place)
    drawing = drawing_of(contact_rows())
    by_title = {box.row["title"]: box for box in drawing.boxes}
    assert by_title["責任者"].x < by_title["副責任者"].x < by_title["拠点0"].x
    assert by_title["副責任者"].y == by_title["拠点1"].y, "a caller stands in the middle of those whom they call"
    assert not by_title["責任者"].line
    assert all(by_title[f"拠点{place}"].line for place in range(3))
    tops = sorted((box.x, box.y) for box in drawing.boxes)
    assert len(set(tops)) == 5

    pages = [page.extract_text() for page in PdfReader(BytesIO(contacts_pdf(contact_rows(), days_from_now(0)))).pages]
    assert "000-1234-5678" in pages[0], "the drawing carries the numbers"
    drawn = pypdfium2.PdfDocument(contacts_pdf(contact_rows(), days_from_now(0)))[0].render(scale=0.5).to_pil()
    assert ImageStat.Stat(drawn.convert("L")).mean[0] > 240, "boxes are lines on white, not black"
    assert "見本 代子" in pages[1]


@pytest.mark.requirement("kitakyushu-16")
def test_a_change_is_to_be_submitted_again() -> None:
    lead = contact("責任者")
    contacts_submit(note="", by=keeper())
    with pytest.raises(NothingToSubmit):
        contacts_submit(note="", by=keeper())
    below = contact("拠点", above=lead)
    assert [change.what for change in contact_changes()] == ["追加"]
    contacts_submit(note="", by=keeper())
    contact_change(contact=below, facts=under(below, None), by=keeper())
    assert contact_changes()[0].details == ("電話をかけてくる人：見本 責任者 → なし",)
    assert "市に届け出ていない緊急連絡網の変更" in client_of(Role.MANAGER).get("/staff/").content.decode()
    contact_remove(contact=lead, by=keeper())
    assert {change.what for change in contact_changes()} == {"変更", "削除"}


@pytest.mark.requirement("kitakyushu-16")
def test_numbers_are_confirmed_again_in_time() -> None:
    held = contact("責任者")
    Contact.objects.update(confirmed_on=days_from_now(-90))
    assert not contact_tree()[0].stale
    Contact.objects.update(confirmed_on=days_from_now(-91))
    assert contact_tree()[0].stale
    client = client_of(Role.BUREAU)
    assert "番号を確かめる時期の緊急連絡先" in client.get("/staff/").content.decode()
    client.post(f"{HOME}{held.pk}/confirm/")
    assert not contact_tree()[0].stale
    contact_confirm(contact=held, by=keeper())


def test_who_has_left_is_marked() -> None:
    who = worker()
    contact("責任者", worker=who, name="")
    worker_leave(worker=who, left_on=days_from_now(-1), reminded_on=None, by=keeper())
    assert "従事を終えた人です" in client_of(Role.OPERATOR).get(HOME).content.decode()


def test_those_below_go_to_the_one_above_when_somebody_is_taken_out() -> None:
    top = contact("上")
    middle = contact("中", above=top)
    low = contact("下", above=middle)
    contact_remove(contact=middle, by=keeper())
    low.refresh_from_db()
    assert low.above == top


def test_nobody_is_called_in_a_circle() -> None:
    top = contact("上")
    low = contact("下", above=contact("中", above=top))
    with pytest.raises(CallsInACircle):
        contact_change(contact=top, facts=under(top, low), by=keeper())
    with pytest.raises(CallsInACircle):
        contact_change(contact=top, facts=under(top, top), by=keeper())
    assert len(contact_rows()) == 3


def typed(**changed: object) -> dict[str, object]:
    return {
        "key": str(uuid4()), "title": "責任者", "worker": "", "name": "見本 責任子", "day_phone": "000-1234-5678",
        "night_phone": "", "deputy_name": "", "deputy_phone": "", "above": "", "position": "1",
    } | changed  # fmt: skip


def test_an_entry_is_made_changed_and_taken_out_on_screen() -> None:
    client = client_of(Role.MANAGER)
    assert "緊急連絡網はまだありません。" in client.get(HOME).content.decode()
    form = typed()
    client.post(f"{HOME}new/", form)
    client.post(f"{HOME}new/", form)
    held = Contact.objects.get()
    client.post(f"{HOME}{held.pk}/", typed(night_phone="000-8888-7777"))
    held.refresh_from_db()
    assert held.night_phone == "00088887777"
    client.post(f"{HOME}submit/", {"note": "郵送"})
    assert "市に届け出ていない変更" not in client.get(HOME).content.decode()
    client.post(f"{HOME}{held.pk}/remove/")
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "従事者を選ぶか、名前を書くか、どちらか一方にしてください。"),
        ({"deputy_name": "見本 代子"}, "代理の電話番号も入力してください。"),
        ({"deputy_phone": "000-1234-5678"}, "代理の名前も入力してください。"),
        ({"day_phone": ""}, "昼の電話番号を入力してください。"),
        ({"position": "0"}, "1から99までの数字で入力してください。"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, object], said: str) -> None:
    answer = client_of(Role.MANAGER).post(f"{HOME}new/", typed(**changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_many_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    above = None
    for number in range(count):
        above = contact(f"役{number}", above=above)
    client = client_of(Role.MANAGER)
    client.get(HOME)
    with django_assert_num_queries(8):
        client.get(HOME)


def test_the_database_holds_the_rules_too() -> None:
    held = contact("責任者")
    for wrong in ({"name": ""}, {"deputy_name": "見本"}, {"above": held}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.filter(pk=held.pk).update(**wrong)


def _two_who_rearrange_at_once() -> int:
    """How many of two get through who put each other's contact below their own."""
    one, other, start, done = contact("甲"), contact("乙"), Barrier(2), []

    def put(held: Contact, above: Contact) -> None:
        start.wait(10)
        try:
            done.append(contact_change(contact=held, facts=under(held, above), by=keeper()))
        except Refused:
            pass
        finally:
            connection.close()

    threads = [Thread(target=put, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return len(done)


@pytest.mark.django_db(transaction=True)
def test_two_who_rearrange_at_once_close_no_circle() -> None:
    keeper()
    assert _two_who_rearrange_at_once() == 1
    assert len(contact_rows()) == 2


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tree read without locks, and a moment between reading and writing."""
    read = Barrier(2)

    def read_only() -> dict[int, Contact]:
        held = {held.pk: held for held in Contact.objects.order_by("pk")}
        read.wait(10)
        return held

    monkeypatch.setattr(writing, "_whole_tree_locked", read_only)
    yield


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_there_would_be_a_circle(unlocked: None) -> None:
    keeper()
    assert _two_who_rearrange_at_once() == 2
    assert contact_rows() == [], "nobody is the first any more"
