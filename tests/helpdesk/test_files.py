"""A telephone system's file: looked at first, row by row, then taken in once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.actors import Actor
from helpdesk.actions.files import calls_read, calls_take_in
from helpdesk.errors import FileTaken, FileUnreadable
from helpdesk.models import Call, CallFile, CallState, DeskCode
from tests.helpdesk.conftest import Desks
from tests.people import sign_in

HEAD = "通番,着信日時,応答日時,終話日時,発信者番号,担当者,分類\n"
GOOD = (
    "1,2026/11/17 9:00:00,2026/11/17 9:00:10,2026/11/17 9:05:00,000-1234-5678,phone-1,その他\n"
    "2,2026/11/17 9:30:00,,2026/11/17 9:30:40,,,\n"
    "3,2026/11/17 20:00:00,,2026/11/17 20:00:20,,,\n"
)
BAD = (
    "1,2026/11/17 9:00:00,,,,,\n"
    ",2026/11/17 9:00:00,,,,,\n"
    "5,きのう,,,,,\n"
    "6,2026/11/17 9:00:00,2026/11/17 8:00:00,,,,\n"
    "7,2030/11/17 9:00:00,,,,,\n"
    "8,2026/11/17 9:00:00,,,,nobody,\n"
    "9,2026/11/17 9:00:00,,,,,なぞ\n"
)


def read(desks: Desks, text: str, encoding: str = "utf-8-sig") -> CallFile:
    by = Actor.staff(desks.bureau)
    return calls_read(desk=DeskCode.CITIZEN, name="calls.csv", content=text.encode(encoding), by=by)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_good_rows_become_calls(desks: Desks, encoding: str) -> None:
    held = calls_take_in(held=read(desks, HEAD + GOOD, encoding), by=Actor.staff(desks.bureau))
    states = dict(Call.objects.values_list("external_id", "state"))
    assert states == {"1": CallState.ENDED, "2": CallState.ABANDONED, "3": CallState.OUTSIDE_HOURS}
    first = Call.objects.get(external_id="1")
    assert (first.caller_number, first.operator, first.category) == ("00012345678", desks.operator, "other")
    assert (held.taken_count, held.rows) == (3, [])


def test_every_wrong_row_is_named_and_the_others_are_read(desks: Desks) -> None:
    held = read(desks, HEAD + GOOD + BAD)
    assert held.read_count == 3
    assert [fault["line"] for fault in held.faults] == [5, 6, 7, 8, 9, 10, 11]
    assert "2回" in held.faults[0]["what"]


def test_taking_in_twice_or_an_overlapping_file_makes_no_call_twice(desks: Desks) -> None:
    by = Actor.staff(desks.bureau)
    held = read(desks, HEAD + GOOD)
    calls_take_in(held=held, by=by)
    with pytest.raises(FileTaken):
        calls_take_in(held=held, by=by)
    more = GOOD + "4,2026/11/17 10:00:00,,,,,\n"
    assert calls_take_in(held=read(desks, HEAD + more), by=by).taken_count == 1
    assert Call.objects.count() == 4


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", "通番\n1\n".encode(), b"\xff\xfe\x00\x81", b""])
def test_what_is_no_such_file_is_refused(desks: Desks, content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        calls_read(desk=DeskCode.CITIZEN, name="x", content=content, by=Actor.staff(desks.bureau))


def test_the_preview_shows_rows_and_faults_before_anything_is_written(desks: Desks) -> None:
    client = sign_in(Client(), desks.bureau)
    upload = SimpleUploadedFile("calls.csv", (HEAD + GOOD + BAD).encode())
    response = client.post(reverse("helpdesk:files"), {"file": upload})
    page = client.get(response["Location"]).content.decode()
    assert "3件を読み取りました" in page and "11行目" in page
    assert all(said in page for said in ("11月17日(火) 9:00", "その他", "放棄か受付時間外"))
    assert not Call.objects.exists()
    held = CallFile.objects.get()
    client.post(reverse("helpdesk:file_take", args=[held.pk]))
    assert Call.objects.count() == 3
