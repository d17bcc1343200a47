"""Figures equal their records; Kurume's own table comes out with its very numbers."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from helpdesk.figures import By, call_figures, ticket_figures
from helpdesk.models import Call, CallResult, CallSource, CallState, DeskCode, TicketKind
from tests.helpdesk.conftest import Desks
from tests.people import sign_in

# specs/original/kurume.txt, コールセンター入電件数【月別】 令和7年度: booking, about the card, other.
KURUME = {
    4: (1096, 738, 66),
    5: (1290, 717, 96),
    6: (1306, 761, 85),
    7: (1400, 785, 138),
    8: (1222, 751, 93),
    9: (1313, 680, 95),
    10: (1467, 970, 103),
    11: (1685, 916, 98),
}
CODES = ("booking", "card", "other")
FIRST, LAST = date(2025, 4, 1), date(2025, 11, 30)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+09:00")


def kurumes_calls() -> list[Call]:
    """Every call of the eight months, spread over days and hours; the first and last minutes of months too."""
    made = []
    for month, counts in KURUME.items():
        last = date(2025, month + 1, 1) - timedelta(days=1)
        for code, count in zip(CODES, counts, strict=True):
            for number in range(count):
                day = 1 + number % last.day
                at = moment(f"2025-{month:02}-{day:02}T{number % 24:02}:{number % 60:02}:00")
                made.append(
                    Call(
                        desk=DeskCode.CITIZEN,
                        source=CallSource.FILE,
                        category=code,
                        offered_at=at,
                        answered_at=at + timedelta(seconds=10),
                        ended_at=at + timedelta(seconds=70),
                        handled_at=at + timedelta(seconds=85),
                        state=CallState.ENDED,
                        result=CallResult.ANSWERED,
                    )
                )
    return made


@pytest.mark.requirement("kurume-11")
def test_kurumes_table_comes_out_with_its_very_numbers(desks: Desks) -> None:
    Call.objects.bulk_create(kurumes_calls(), batch_size=5000)
    table = call_figures(By.OFFICE, DeskCode.CITIZEN, FIRST, LAST).months
    assert [(row.label, tuple(row.counts)) for row in table.rows] == [
        (f"2025年{month}月", counts) for month, counts in KURUME.items()
    ]
    assert [row.sum for row in table.rows] == [1900, 2103, 2152, 2323, 2066, 2088, 2540, 2699]
    assert (table.totals.counts, table.totals.sum) == ([10779, 6318, 774], 17871)
    assert table.titles == ["予約（受付・変更・取り消し）", "マイナンバーカード・電子証明書のこと", "その他"]
    client = sign_in(Client(), desks.manager)
    period = "?desk=citizen&first_year=2025&first_month=4&first_day=1&last_year=2025&last_month=11&last_day=30"
    page = client.get(reverse("helpdesk:figures") + period).content.decode()
    assert all(figure in page for figure in ("10,779", "6,318", "774", "17,871", "1,096"))
    book = load_workbook(BytesIO(client.get(reverse("helpdesk:figures_file") + period).content))
    sheet = book["月別・分類別"]
    assert [cell.value for cell in sheet[2]] == ["2025年4月", 1096, 738, 66, 1900]
    assert [cell.value for cell in sheet[10]] == ["計", 10779, 6318, 774, 17871]


def some_calls(desks: Desks) -> None:
    at = moment("2026-11-18T09:10:00")
    common = {"desk": DeskCode.CITIZEN, "source": CallSource.CTI}
    talked = {"answered_at": at + timedelta(seconds=20), "ended_at": at + timedelta(seconds=140)}
    first = {**common, **talked, "state": CallState.ENDED, "operator": desks.operator, "office": desks.town.office}
    Call.objects.create(
        **first, offered_at=at, handled_at=at + timedelta(seconds=150), category="card", result=CallResult.ANSWERED
    )
    Call.objects.create(
        **first, offered_at=at, handled_at=at + timedelta(seconds=160), category="card", result=CallResult.CALLBACK
    )
    Call.objects.create(**first, offered_at=at, category="", result="")
    Call.objects.create(**common, offered_at=at + timedelta(hours=1), ended_at=None, state=CallState.ABANDONED)
    Call.objects.create(**common, offered_at=at - timedelta(hours=2), state=CallState.OUTSIDE_HOURS)
    Call.objects.create(**common, offered_at=at - timedelta(days=1), state=CallState.ABANDONED)


def test_every_way_of_counting_adds_up_to_the_records(desks: Desks) -> None:
    some_calls(desks)
    day = date(2026, 11, 18)
    whole = call_figures(By.HOUR, DeskCode.CITIZEN, day, day).total
    assert (whole.offered, whole.answered, whole.abandoned, whole.outside) == (4, 3, 1, 1)
    assert (whole.handled, whole.first_contact) == (2, 1)
    assert (whole.waited, whole.talked, whole.wrapped) == (20.0, 120.0, 15.0)
    assert (whole.answer_rate, whole.first_contact_rate) == (0.75, 0.5)
    for by in By:
        found = call_figures(by, DeskCode.CITIZEN, day, day)
        assert found.total == whole, by
        assert found.months.totals.sum == whole.offered, by
        for name in ("offered", "answered", "abandoned", "outside", "handled", "first_contact"):
            assert sum(getattr(row, name) for row in found.rows) == getattr(whole, name), (by, name)


def test_the_rows_are_named(desks: Desks) -> None:
    some_calls(desks)
    span = (DeskCode.CITIZEN, date(2026, 11, 17), date(2026, 11, 18))
    assert [row.label for row in call_figures(By.HOUR, *span).rows] == ["7時台", "9時台", "10時台"]
    assert [row.label for row in call_figures(By.DAY, *span).rows] == ["11月17日(火)", "11月18日(水)"]
    assert {row.label for row in call_figures(By.OPERATOR, *span).rows} == {"見本 phone-1", "（担当者なし）"}
    assert {row.label for row in call_figures(By.OFFICE, *span).rows} == {"見本郵便局", "（拠点なし）"}


def test_the_other_desk_counts_for_itself(desks: Desks) -> None:
    some_calls(desks)
    assert call_figures(By.DAY, DeskCode.HELPDESK, date(2026, 11, 1), date(2026, 11, 30)).total.offered == 0


def test_inquiries_and_the_time_to_the_city(desks: Desks) -> None:
    desks.asked()
    desks.asked(kind=TicketKind.PRESS, known_at=moment("2026-11-18T09:59:00"))
    found = ticket_figures(DeskCode.CITIZEN, date(2026, 11, 18), date(2026, 11, 18))
    assert (found.opened, found.reported, found.told_seconds, found.seen_seconds) == (2, 1, 60.0, None)


def test_the_page_asks_the_database_a_fixed_number_of_times(
    desks: Desks, django_assert_max_num_queries: object
) -> None:
    client = sign_in(Client(), desks.manager)
    some_calls(desks)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        assert client.get(reverse("helpdesk:figures")).status_code == 200
