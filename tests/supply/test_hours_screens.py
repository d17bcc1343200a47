"""The bureau's screens for parts of days and for hours of procedures."""

from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from postoffices.models import DayRange, DayRule, ProcedureDay, ProcedureHours, ProcedureWeek
from postoffices.supply.edits import EditKind
from reservations.actions import reservation_book, seat_hold
from reservations.models import Reservation, ReservationState, Slot
from tests.people import client_of
from tests.reservations.town import CITIZEN, HANAKO, Book, Town
from tests.supply.bureau import a_monday, apply, edit_of, open_days
from tests.supply.test_screens import HERE, save, seen_in, typed

NINE_TO_TEN = {"part_from": "9:00", "part_to": "10:00"}
WEEK = f"{HERE}procedures/other/"


@pytest.fixture
def bureau(town: Town) -> Client:
    town.office.procedures.add(town.other)
    return client_of(Role.BUREAU)


def test_a_part_of_the_day_from_typing_to_the_week(town: Town, book: Book, bureau: Client) -> None:
    booking, _ = book(open_days(town, a_monday())[6])
    form = typed(EditKind.CLOSE, a_monday(), part_from="１３：００", part_to="15:00", reason="端末の点検")
    page = bureau.post(f"{HERE}preview/", form).content.decode()
    assert booking.name in page
    assert "9:00〜12:00・15:00〜16:15、公開2・内部0" in page
    assert not DayRule.objects.exists()
    save(bureau, form)
    assert DayRange.objects.get().opens == time(13)
    week = bureau.get(f"{HERE}?week={a_monday()}").content.decode()
    assert "13:00〜15:00は休み（端末の点検）" in week
    again = bureau.post(f"{HERE}preview/", form).content.decode()
    assert "前の変更あり" in again
    save(bureau, typed(EditKind.PROFILE, a_monday(), part_from="13:00", part_to="15:00"))
    assert not DayRule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "open"}, "加えて開ける時間帯"),
        ({"part_from": "13:00"}, "初めと終わりの両方"),
        ({"part_from": "15:00", "part_to": "13:00"}, "初めより後"),
        ({"part_from": "13時", "part_to": "15:00"}, "9:00 のように"),
        ({"kind": "hours", "periods": "9:00-12:00", "part_from": "9:00", "part_to": "10:00"}, "空けておいて"),
        ({"kind": "seats", "public": "1", "internal": "0", "procedure": "other"}, "枠数は拠点の数です"),
        (
            {
                "kind": "seats",
                "public": "1",
                "internal": "0",
                "slot_minutes": "20",
                "part_from": "9:00",
                "part_to": "10:00",
            },
            "1日全体でだけ",
        ),
        ({"procedure": "nothing"}, "手続き"),
    ],
)
def test_slips_about_parts_and_procedures_are_told(bureau: Client, wrong: dict[str, str], says: str) -> None:
    answer = bureau.post(f"{HERE}preview/", typed(EditKind.CLOSE, a_monday(), reason="書いた理由") | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert 'value="書いた理由"' in answer.content.decode()


def test_a_procedures_day_is_closed_and_shown_by_name(town: Town, bureau: Client) -> None:
    open_days(town, a_monday())
    save(bureau, typed(EditKind.CLOSE, a_monday(), procedure="other", part_from="13:00", part_to="17:00"))
    assert ProcedureDay.objects.get().periods == [[0, 780], [1020, 1440]]
    week = bureau.get(f"{HERE}?week={a_monday()}").content.decode()
    assert week.count("別の手続きを除く") == 6
    assert "手続きの制限" in bureau.get(f"{HERE}?month={a_monday():%Y-%m}").content.decode()


@pytest.mark.requirement("fukutsu-06", "kurume-08")
def test_a_procedures_week_from_typing_to_the_calendar(town: Town, bureau: Client) -> None:
    slot = open_days(town, a_monday())[8]
    _, token = seat_hold(slot_id=slot.pk, procedure=town.other, by=CITIZEN)
    booking = reservation_book(token=token, person=HANAKO, by=CITIZEN)
    assert "拠点の時間のとおり" in bureau.get(WEEK).content.decode()
    form = {"kind": "own", "scope": "here", "reason": "担当者の不在"}
    form |= {f"day_{number}": "9:00-12:00" for number in range(5)}
    page = bureau.post(f"{WEEK}preview/", form).content.decode()
    assert booking.name in page
    assert "月〜金 9:00〜12:00" in page
    assert not ProcedureWeek.objects.exists()
    refused = bureau.post(f"{WEEK}save/", form | {"seen": "another"})
    assert refused.status_code == 409
    saved = bureau.post(f"{WEEK}save/", form | {"seen": seen_in(page), "tell": "on"}, follow=True).content.decode()
    assert "受付時間を変更しました" in saved
    assert "手続きの制限" not in saved, "what holds all week stands in the table, not at every day"
    assert "月〜金 9:00〜12:00" in saved
    assert Reservation.objects.get().state == ReservationState.ORPHANED
    assert 'value="9:00-12:00"' in bureau.get(WEEK).content.decode()
    back = {"kind": "profile", "scope": "here"}
    seen = seen_in(bureau.post(f"{WEEK}preview/", back).content.decode())
    bureau.post(f"{WEEK}save/", back | {"seen": seen})
    assert not ProcedureWeek.objects.exists()
    assert not Slot.objects.exclude(barred=[]).exists()


def test_slips_in_a_week_are_told_and_other_procedures_are_not_found(town: Town, bureau: Client) -> None:
    answer = bureau.post(f"{WEEK}preview/", {"kind": "own", "scope": "here", "day_0": "9時から"})
    assert answer.status_code == 422
    assert 'value="9時から"' in answer.content.decode()
    for page in (f"{HERE}procedures/nothing/", "/staff/supply/office/kaku/procedures/other/"):
        assert bureau.get(page).status_code == 404


def test_a_week_for_all_offices_is_for_those_that_do_the_procedure(town: Town, bureau: Client) -> None:
    form = {"kind": "own", "scope": "all", "day_2": "9:00-12:00"}
    page = bureau.post(f"{WEEK}preview/", form).content.decode()
    bureau.post(f"{WEEK}save/", form | {"seen": seen_in(page)})
    assert ProcedureWeek.objects.get().office == town.office


def test_citizens_read_when_the_place_does_the_procedure(town: Town, client: Client) -> None:
    """The place's own hours alone would promise an afternoon."""
    week = [[[540, 720]]] * 5 + [[], []]
    ProcedureHours.objects.create(office=town.office, procedure=town.renewal, weekly=week)
    apply([town.office], edit_of(EditKind.PROFILE, timezone.localdate()))
    places = client.get("/book/renewal/places/").content.decode()
    assert places.count("9:00〜12:00・13:00〜16:15") == 1, "the other place, which has no rule"
    assert places.count("月〜金 9:00〜12:00") == 2
    month = client.get("/book/renewal/mihon/").content.decode()
    assert "月〜金 9:00〜12:00</dd>" in month
