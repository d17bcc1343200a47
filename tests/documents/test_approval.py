"""A version goes from the author through the city to the readers, and by no other way."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from audit.actors import Actor
from audit.errors import Refused
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from documents.actions import (
    Content,
    reading_confirm,
    version_approve,
    version_begin,
    version_edit,
    version_publish,
    version_return,
    version_submit,
)
from documents.errors import FileNotAccepted, NobodyOnRoster, NotEditable, NotNewest, NotYours, OpenVersion, OwnWork
from documents.models import VERSION_MOVES, Document, Reading, Version, VersionState
from documents.roster import outdated
from notifications.models import Message
from tests.documents.made import TEXT, author, draft, officer, publish, published_version, someone, submitted_version
from tests.people import staff_member

pytestmark = pytest.mark.django_db

MOVES: dict[VersionState, Callable[[Version], Version]] = {
    VersionState.SUBMITTED: lambda version: version_submit(version=version, by=author()),
    VersionState.RETURNED: lambda version: version_return(
        version=version, remarks="章を足してください。", by=officer()
    ),
    VersionState.APPROVED: lambda version: version_approve(version=version, by=officer()),
    VersionState.PUBLISHED: lambda version: version_publish(version=version, by=author()),
}


def in_state(state: VersionState) -> Version:
    version = draft()
    version.shown = TEXT
    version.state = state
    version.remarks = "章を足してください。" if state == VersionState.RETURNED else ""
    version.decided_by_id, version.decided_at = officer().user_id, version.drafted_at
    version.published_at = version.drafted_at
    version.save()
    return version


@pytest.mark.requirement("fukutsu-14", "kitakyushu-35")
@pytest.mark.parametrize("new", MOVES)
@pytest.mark.parametrize("old", VersionState)
def test_every_pair_of_states(old: VersionState, new: VersionState) -> None:
    version = in_state(old)
    if new in VERSION_MOVES[old]:
        assert MOVES[new](version).state == new
    else:
        with pytest.raises(MoveNotAllowed):
            MOVES[new](version)
        version.refresh_from_db()
        assert version.state == old


def test_superseding_happens_by_publishing_only() -> None:
    first = published_version()
    second = version_begin(document=first.document, content=Content(changes="章を加えました。", text=TEXT), by=author())
    publish(version_submit(version=second, by=author()))
    first.refresh_from_db()
    assert first.state == VersionState.SUPERSEDED
    assert Document.objects.published().get().versions.get(state=VersionState.PUBLISHED) == second


@pytest.mark.requirement("yatsushiro-11")
def test_an_author_never_approves_not_even_with_the_citys_role() -> None:
    both = someone(Role.CITY_OFFICER, "writing-officer")
    version = draft()
    version_edit(version=version, content=Content(changes="直しました。", text=TEXT), by=Actor.staff(both))
    version_submit(version=version, by=author())
    with pytest.raises(OwnWork):
        version_approve(version=version, by=Actor.staff(both))
    version.refresh_from_db()
    assert version.state == VersionState.SUBMITTED
    assert version_approve(version=version, by=officer()).state == VersionState.APPROVED


def test_what_the_city_is_reading_cannot_be_rewritten() -> None:
    version = submitted_version()
    with pytest.raises(NotEditable):
        version_edit(version=version, content=Content(changes="こっそり", text="別の本文"), by=author())
    version.refresh_from_db()
    assert version.shown == version.text == TEXT


def test_a_returned_version_is_rewritten_and_submitted_again() -> None:
    version = version_return(version=submitted_version(), remarks="手順が足りません。", by=officer())
    version_edit(
        version=version,
        content=Content(changes="手順を足しました。", text=TEXT + "\n3. 番号札を渡します。"),
        by=author(),
    )
    again = version_submit(version=version, by=author())
    assert (again.state, again.remarks) == (VersionState.SUBMITTED, "")
    assert "番号札" in again.shown


def test_one_version_at_a_time_is_on_its_way() -> None:
    version = submitted_version()
    with pytest.raises(OpenVersion):
        version_begin(document=version.document, content=Content(changes="もう1つ", text=TEXT), by=author())
    assert version.document.versions.count() == 1


@pytest.mark.requirement("yatsushiro-11")
def test_the_roster_s_names_are_what_the_city_approves_and_a_change_is_noticed() -> None:
    manager = staff_member(Role.MANAGER, "manager", display_name="見本 責任子")
    version = submitted_version(text="責任者は{{業務責任者}}です。")
    assert version.shown == "責任者は見本 責任子です。"
    publish(version)
    version.refresh_from_db()
    assert not outdated(version)

    manager.display_name = "見本 交代子"
    manager.save()
    version.refresh_from_db()
    assert outdated(version)
    assert version.shown == "責任者は見本 責任子です。", "what was approved stays as it was approved"


def test_a_name_that_nobody_bears_stops_the_submission() -> None:
    version = draft(text="機器は{{機器担当}}に連絡します。")
    with pytest.raises(NobodyOnRoster, match="機器担当"):
        version_submit(version=version, by=author())
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


@pytest.mark.requirement("kitakyushu-03")
def test_readers_are_told_once_and_only_they() -> None:
    reader = staff_member(Role.CLERK, "reader", email="clerk@example.jp")
    staff_member(Role.OPERATOR, "other", email="operator@example.jp")
    published_version(audience=[Role.CLERK])
    message = Message.objects.get()
    assert (message.recipient, message.purpose) == (reader.email, "document")
    assert "窓口の手引き" in message.title
    assert "/staff/documents/" in message.body


@pytest.mark.requirement("kitakyushu-03")
def test_reading_is_confirmed_for_the_newest_version_by_its_readers() -> None:
    first = published_version()
    clerk, operator = someone(Role.CLERK, "clerk"), someone(Role.OPERATOR, "operator")
    reading_confirm(version=first, reader=clerk, by=Actor.staff(clerk))
    reading_confirm(version=first, reader=clerk, by=Actor.staff(clerk))
    assert Reading.objects.count() == 1
    assert AuditEvent.objects.filter(action="document.read").count() == 1
    with pytest.raises(NotYours):
        reading_confirm(version=first, reader=operator, by=Actor.staff(operator))

    second = version_begin(document=first.document, content=Content(changes="改訂", text=TEXT), by=author())
    assert not Document.objects.unread_by(clerk).exists()
    publish(version_submit(version=second, by=author()))
    assert Document.objects.unread_by(clerk).exists(), "a new version is to be read again"
    with pytest.raises(NotNewest):
        reading_confirm(version=first, reader=clerk, by=Actor.staff(clerk))


@pytest.mark.parametrize("file", [b"MZ\x90 no document", b"%PDF-1.7 " + b"0" * (20 * 1024 * 1024)])
def test_a_file_that_is_no_pdf_or_too_large_is_refused(file: bytes) -> None:
    with pytest.raises(FileNotAccepted):
        draft(text="", file=file)
    assert not Version.objects.exists()
    assert not Document.objects.exists()


def test_the_database_holds_the_rules_too() -> None:
    version = published_version()
    wrong: list[dict[str, object]] = [
        {"number": 2, "state": "published", "changes": "x", "text": "x"},
        {"number": 1, "state": "draft", "changes": "x", "text": "x"},
        {"number": 2, "state": "draft", "changes": "x", "text": ""},
        {"number": 2, "state": "approved", "changes": "x", "text": "x"},
        {"number": 2, "state": "returned", "changes": "x", "text": "x", "remarks": ""},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.create(document=version.document, **fields)
    assert version.document.versions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_leave_one() -> None:
    """Two officers press at the same moment, one to approve, one to return: the second is told."""
    version = submitted_version()
    first, second = officer(), Actor.staff(someone(Role.CITY_OFFICER, "officer-2"))
    start, refused = Barrier(2), []

    def decide(action: Callable[[], Version]) -> None:
        start.wait(10)
        try:
            action()
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [
        Thread(target=decide, args=[lambda: version_approve(version=version, by=first)]),
        Thread(target=decide, args=[lambda: version_return(version=version, remarks="直してください。", by=second)]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(refused) == 1
    assert AuditEvent.objects.filter(action__in=["document.approved", "document.returned"]).count() == 1
