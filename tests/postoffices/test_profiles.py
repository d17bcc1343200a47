"""The two cities' profiles say what their specifications say."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command

from postoffices.models import Calendar, CapacityPeriod, Office, OfficeKind, Procedure, Ward
from postoffices.profile import Profile
from postoffices.reading import available_cities, profile_path, read_profile


def profile(name: str) -> Profile:
    return read_profile(profile_path(name))


def test_both_cities_come_with_the_product() -> None:
    assert available_cities() == ["fukuoka", "kitakyushu"]


@pytest.mark.requirement("kitakyushu-01")
def test_kitakyushu_has_its_nine_named_post_offices_under_their_wards() -> None:
    wards = {ward.code: ward.name for ward in profile("kitakyushu").wards}
    offices = [office for office in profile("kitakyushu").complete_offices() if office.kind == OfficeKind.POST_OFFICE]
    assert [(office.name.removesuffix("郵便局"), wards[office.ward]) for office in offices] == [
        ("門司", "門司区"),
        ("北九州中央", "小倉北区"),
        ("小倉西", "小倉北区"),
        ("曾根", "小倉南区"),
        ("若松", "若松区"),
        ("二島", "若松区"),
        ("八幡", "八幡東区"),
        ("八幡南", "八幡西区"),
        ("戸畑", "戸畑区"),
    ]


@pytest.mark.requirement("kitakyushu-01")
def test_kitakyushu_has_the_ward_office_the_satellite_corner_and_the_head_office() -> None:
    others = [office for office in profile("kitakyushu").complete_offices() if office.kind != OfficeKind.POST_OFFICE]
    assert [(office.name, office.takes_bookings) for office in others] == [
        ("戸畑区役所", True),
        ("八幡サテライトコーナー", False),
        ("本庁（区政推進課）", False),
    ]


def test_fukuoka_opens_twelve_offices_in_each_of_three_phases_and_names_none() -> None:
    offices = [office for office in profile("fukuoka").complete_offices() if office.kind == OfficeKind.POST_OFFICE]
    assert Counter(office.opens_on for office in offices) == {
        date(2026, 9, 1): 12,
        date(2026, 12, 1): 12,
        date(2027, 3, 1): 12,
    }
    assert all("名称未定" in office.name for office in offices)
    assert {office.ward for office in offices} == {ward.code for ward in profile("fukuoka").wards}


def test_only_fukuoka_changes_the_face_of_cards() -> None:
    assert "card-face" in {part.code for part in profile("fukuoka").procedures}
    assert "card-face" not in {part.code for part in profile("kitakyushu").procedures}


def test_paper_signatures_are_fukuokas_for_three_months() -> None:
    signature = profile("fukuoka").rules.signature
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 11, 30), date(2026, 12, 1)]
    assert [signature.paper_allowed(day) for day in days] == [False, True, True, False]
    assert not profile("kitakyushu").rules.signature.paper_allowed(date(2026, 10, 1))


@pytest.mark.parametrize("name", ["kitakyushu", "fukuoka"])
def test_every_telephone_number_is_visibly_made_up(name: str) -> None:
    desks = profile(name).rules.desks
    assert desks.citizen.phone.startswith("000-")
    assert desks.helpdesk.phone.startswith("000-")
    assert desks.citizen.phone != desks.helpdesk.phone


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "counts"), [("kitakyushu", (12, 7, 3)), ("fukuoka", (37, 7, 4))])
def test_a_city_loads_whole_and_a_second_time_without_change(name: str, counts: tuple[int, int, int]) -> None:
    call_command("load_city", name, verbosity=0)
    # Fukuoka has a fourth calendar: the card centre, whose closing days are those of hands-on training.
    assert (Office.objects.count(), Ward.objects.count(), Calendar.objects.count()) == counts
    assert (
        CapacityPeriod.objects.values("office").distinct().count() == Office.objects.filter(takes_bookings=True).count()
    )
    before = list(Office.objects.values())
    call_command("load_city", name, verbosity=0)
    assert list(Office.objects.values()) == before
    assert Procedure.objects.filter(bookable_online=False).count() == 0
