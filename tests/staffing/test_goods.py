"""The ledger of lent goods: received, moved, returned, lost and found, counted."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from audit.errors import Refused
from staffing.actions import (
    GoodFacts,
    good_correct,
    good_find,
    good_lose,
    good_put,
    good_receive,
    good_register,
    good_return,
    stocktake_begin,
    stocktake_count,
    stocktake_finish,
)
from staffing.errors import CountsMissing, StocktakeGoesOn, TooMany
from staffing.models import GOOD_MOVES, Good, GoodEvent, GoodState, Provider, Stocktake
from staffing.papers import goods_pdf, goods_xlsx, stocktake_pdf
from tests.people import client_of
from tests.staffing.made import days_from_now, keeper

pytestmark = pytest.mark.django_db
HOME = "/staff/staffing/goods/"


def good_facts(**changed: Any) -> GoodFacts:
    values: dict[str, Any] = {
        "name": "統合端末", "number": "見本-01", "quantity": 3, "unit": "台", "provider": Provider.CITY,
        "office": None, "place": "窓口", "note": "",
    }  # fmt: skip
    return GoodFacts(**values | changed)


def registered(**changed: Any) -> Good:
    return good_register(key=uuid4(), facts=good_facts(**changed), by=keeper())


def in_use(**changed: Any) -> Good:
    return good_receive(good=registered(**changed), on=days_from_now(-10), by=keeper())


MOVES: dict[GoodState, Callable[[Good], Good]] = {
    GoodState.IN_USE: lambda good: (good_find if good.state == GoodState.LOST else good_receive)(
        good=good, on=days_from_now(0), by=keeper()
    ),
    GoodState.RETURNED: lambda good: good_return(good=good, quantity=3, on=days_from_now(0), by=keeper()),
    GoodState.LOST: lambda good: good_lose(good=good, quantity=3, on=days_from_now(0), note="見本", by=keeper()),
}


@pytest.mark.parametrize("new", MOVES)
@pytest.mark.parametrize("old", GoodState)
def test_every_pair_of_states(old: GoodState, new: GoodState) -> None:
    good = registered()
    day = days_from_now(-1)
    Good.objects.filter(pk=good.pk).update(state=old, received_on=day, returned_on=day)
    good.refresh_from_db()
    if new in GOOD_MOVES[old]:
        assert MOVES[new](good).state == new
    else:
        with pytest.raises(Refused):
            MOVES[new](good)
        good.refresh_from_db()
        assert good.state == old


@pytest.mark.requirement("kitakyushu-17", "yatsushiro-15", "fukutsu-10")
def test_the_ledger_says_who_provides_what_and_where_it_is() -> None:
    good = in_use()
    moved = good_put(good=good, quantity=1, office=None, place="会議室", on=days_from_now(-2), by=keeper())
    good_return(good=good, quantity=2, on=days_from_now(0), by=keeper())
    registered(name="制服", unit="着", quantity=10, provider=Provider.CONTRACTOR, number="")
    good.refresh_from_db()
    assert (good.quantity, good.state, good.returned_on) == (2, GoodState.RETURNED, days_from_now(0))
    assert (moved.quantity, moved.state, moved.place) == (1, GoodState.IN_USE, "会議室")
    assert moved.received_on == days_from_now(-10)
    assert sum(Good.objects.filter(name="統合端末").values_list("quantity", flat=True)) == 3

    text = PdfReader(BytesIO(goods_pdf())).pages[0].extract_text()
    for said in ("統合端末", "市（貸与）", "会議室", "返却済み", "制服", "受託者"):
        assert said in text
    sheet = load_workbook(BytesIO(goods_xlsx())).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["統合端末", "統合端末", "制服"]  # type: ignore[union-attr]


def test_more_than_there_are_cannot_go() -> None:
    good = in_use()
    with pytest.raises(TooMany, match="3台まで"):
        good_return(good=good, quantity=4, on=days_from_now(0), by=keeper())
    with pytest.raises(TooMany):
        good_put(good=good, quantity=4, office=None, place="", on=days_from_now(0), by=keeper())
    good.refresh_from_db()
    assert (good.quantity, Good.objects.count()) == (3, 1)


def test_numbers_and_places_are_not_corrected_but_moved() -> None:
    good = in_use()
    good_correct(good=good, facts=good_facts(name="統合端末一式", quantity=9, place="どこか"), by=keeper())
    good.refresh_from_db()
    assert (good.name, good.quantity, good.place) == ("統合端末一式", 3, "窓口")


@pytest.mark.requirement("kitakyushu-17")
def test_counting_finds_what_the_ledger_does_not_know() -> None:
    good = in_use()
    registered(name="まだ来ないもの")
    taken = stocktake_begin(by=keeper())
    with pytest.raises(StocktakeGoesOn):
        stocktake_begin(by=keeper())
    line = taken.lines.get()
    with pytest.raises(CountsMissing):
        stocktake_finish(stocktake=taken, by=keeper())
    stocktake_count(stocktake=taken, counts={line.pk: (2, "1台見当たらない")}, by=keeper())
    stocktake_finish(stocktake=taken, by=keeper())
    assert "台帳3、実数2" in GoodEvent.objects.filter(good=good).order_by("-pk")[0].what
    page = client_of(Role.CITY_OFFICER).get(f"/staff/staffing/stocktakes/{taken.pk}/").content.decode()
    assert "台帳と違います" in page
    assert "1台見当たらない" in PdfReader(BytesIO(stocktake_pdf(taken))).pages[0].extract_text()
    with pytest.raises(StocktakeGoesOn, match="終わっています"):
        stocktake_count(stocktake=taken, counts={line.pk: (3, "")}, by=keeper())
    stocktake_begin(by=keeper())


@pytest.mark.requirement("kitakyushu-17", "yatsushiro-15")
def test_from_the_registration_to_the_return_on_screen() -> None:
    client = client_of(Role.BUREAU)
    assert "台帳にはまだ何もありません。" in client.get(HOME).content.decode()
    form = {
        "key": str(uuid4()), "name": "電話機", "number": "", "quantity": "２", "unit": "台", "provider": "city",
        "office": "", "place": "コールセンター", "note": "",
    }  # fmt: skip
    client.post(f"{HOME}new/", form)
    client.post(f"{HOME}new/", form)
    good = Good.objects.get()
    today = days_from_now(0)
    day = {"on_year": today.year, "on_month": today.month, "on_day": today.day}
    early = client.post(f"{HOME}{good.pk}/return/", day | {"quantity": "1"})
    assert early.status_code == 422
    assert "使用中の品だけ" in early.content.decode()
    late = client.post(f"{HOME}{good.pk}/receive/", day | {"on_year": today.year + 1})
    assert "今日までの日を入力してください。" in late.content.decode()
    client.post(f"{HOME}{good.pk}/receive/", day)
    client.post("/staff/staffing/stocktakes/")
    taken = Stocktake.objects.get()
    address = f"/staff/staffing/stocktakes/{taken.pk}/"
    line = taken.lines.get()
    wrong = client.post(f"{address}count/", {f"count_{line.pk}": "たくさん", f"note_{line.pk}": "見本"})
    assert wrong.status_code == 422
    assert "たくさん" in wrong.content.decode()
    unfinished = client.post(f"{address}count/", {f"count_{line.pk}": "", "finish": "1"})
    assert "まだ数えていない品" in unfinished.content.decode()
    client.post(f"{address}count/", {f"count_{line.pk}": "2", "finish": "1"})
    assert Stocktake.objects.get().finished_at
    client.post(f"{HOME}{good.pk}/return/", day | {"quantity": "2"})
    assert "返却済み" in client.get(f"{HOME}{good.pk}/").content.decode()
    assert client.get(f"{HOME}{good.pk}/elsewhere/").status_code == 404
    assert client.get(f"{HOME}?provider=contractor").status_code == 200


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_as_often_for_many_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        in_use(name=f"見本{number}")
    client = client_of(Role.AUDITOR)
    client.get(HOME)
    with django_assert_num_queries(5):
        client.get(HOME)


def test_the_database_holds_the_rules_too() -> None:
    good = registered()
    for wrong in ({"quantity": 0}, {"state": "in_use"}, {"state": "returned", "received_on": days_from_now(0)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Good.objects.filter(pk=good.pk).update(**wrong)
