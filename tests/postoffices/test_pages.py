"""The staff pages of places: what they say, whom they serve, how many queries they need."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from postoffices.city import current_city
from postoffices.models import City, Office
from tests.people import client_of

TOKYO = ZoneInfo("Asia/Tokyo")
FRIDAY_MORNING = datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_list_shows_offices_by_ward_with_hours_capacity_and_today(city: City) -> None:
    page = text_of(client_of(Role.BUREAU), reverse("postoffices:list"))
    assert page.index("東区") < page.index("見本東郵便局") < page.index("見本西郵便局")
    assert "月〜水・金 9:00〜17:00、木 9:00〜12:00・13:00〜19:00" in page
    assert "受付中" in page
    assert "本日開く拠点 2 ／ 2" in page


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 20, 8, 0, tzinfo=TOKYO), "9:00から"),
        (datetime(2026, 11, 19, 12, 30, tzinfo=TOKYO), "13:00から"),
        (datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO), "本日の受付は終了"),
        (datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO), "本日は休み"),
        (datetime(2026, 11, 22, 10, 0, tzinfo=TOKYO), "本日は休み（全国システムの休止日）"),
        (datetime(2026, 11, 23, 10, 0, tzinfo=TOKYO), "本日は休み（勤労感謝の日）"),
        (datetime(2026, 8, 31, 10, 0, tzinfo=TOKYO), "2026年9月1日(火)から"),
    ],
)
def test_today_is_told_with_its_reason(city: City, moment: datetime, words: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert words in text_of(client_of(Role.BUREAU), reverse("postoffices:list"))


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_list_can_be_narrowed_to_a_ward_and_says_when_it_is_empty(city: City) -> None:
    client = client_of(Role.MANAGER)
    page = text_of(client, reverse("postoffices:list") + "?ward=nishi")
    assert "見本西郵便局" in page
    assert "見本東郵便局" not in page
    assert "この区に拠点はありません" in text_of(client, reverse("postoffices:list") + "?ward=nowhere")


@pytest.mark.django_db
def test_list_without_a_profile_says_what_to_do() -> None:
    assert "拠点はまだ登録されていません" in text_of(client_of(Role.ADMINISTRATOR), reverse("postoffices:list"))


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_office_page_shows_the_month_with_reasons(city: City) -> None:
    client = client_of(Role.BUREAU)
    page = text_of(client, reverse("postoffices:office", args=["mihon-higashi"]) + "?month=2026-09")
    for words in ("2026年9月の開庁日", "国民の休日", "全国システムの", "9:00〜12:00・13:00〜19:00"):
        assert words in page
    august = text_of(client, reverse("postoffices:office", args=["mihon-higashi"]) + "?month=2026-08")
    assert "取扱前" in august


@time_machine.travel(FRIDAY_MORNING, tick=False)
@pytest.mark.parametrize("month", ["", "2026-13", "abc", "９", "0000-00", "2026-11-01"])
def test_a_month_that_makes_no_sense_shows_this_month(city: City, month: str) -> None:
    url = reverse("postoffices:office", args=["mihon-higashi"])
    assert "2026年11月の開庁日" in text_of(client_of(Role.BUREAU), f"{url}?month={month}")


@time_machine.travel("2026-12-15T10:00:00+09:00", tick=False)
@pytest.mark.parametrize("month", ["2000-01", "2099-12", "2028-02"])
def test_far_months_and_leap_months_can_be_shown(city: City, month: str) -> None:
    url = reverse("postoffices:office", args=["mihon-higashi"])
    assert "の開庁日" in text_of(client_of(Role.BUREAU), f"{url}?month={month}")


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_current_capacity_period_is_marked(city: City) -> None:
    page = text_of(client_of(Role.BUREAU), reverse("postoffices:office", args=["mihon-higashi"]))
    assert page.count('<tr aria-current="true">') == 1
    assert page.index("2026年9月30日(水)") < page.index('<tr aria-current="true">') < page.index("2026年10月1日(木)")


def test_unknown_office_is_not_found(city: City) -> None:
    assert client_of(Role.BUREAU).get(reverse("postoffices:office", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR, Role.OPERATOR])
def test_roles_without_the_permission_are_refused(city: City, role: Role) -> None:
    client = client_of(role)
    assert client.get(reverse("postoffices:list")).status_code == 403
    assert client.get(reverse("postoffices:office", args=["mihon-higashi"])).status_code == 403


def test_a_stranger_is_sent_to_the_sign_in(city: City) -> None:
    response = Client().get(reverse("postoffices:list"))
    assert response.status_code == 302
    assert "sign-in" in response["Location"]


# Session, user, second factor; calendars with three relations, holidays, maintenance; offices, capacity; wards;
# and the session's last use, written in a transaction of its own (three).
LIST_QUERIES = 15
# As above with the office and its five relations instead of lists.
OFFICE_QUERIES = 15


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["kitakyushu", "fukuoka"])
@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_list_needs_the_same_queries_for_12_and_for_37_offices(name: str, django_assert_num_queries: object) -> None:
    call_command("load_city", name, verbosity=0)
    client = client_of(Role.BUREAU)
    current_city()
    with django_assert_num_queries(LIST_QUERIES):  # type: ignore[operator]
        page = text_of(client, reverse("postoffices:list"))
    assert all(office.name in page for office in Office.objects.all())


@time_machine.travel(FRIDAY_MORNING, tick=False)
def test_office_page_needs_few_queries(city: City, django_assert_num_queries: object) -> None:
    client = client_of(Role.BUREAU)
    current_city()
    with django_assert_num_queries(OFFICE_QUERIES):  # type: ignore[operator]
        text_of(client, reverse("postoffices:office", args=["mihon-higashi"]))
