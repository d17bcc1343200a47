"""The manager asks for a report and takes it; the city looks; others stay outside."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.roles import Role
from audit.actors import Actor
from reports.actions import report_claim, report_make
from reports.models import Report, ReportKind, ReportState
from tests.people import client_of

pytestmark = pytest.mark.usefixtures("city")
LIST = reverse("reports:list")
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def manager() -> Client:
    return client_of(Role.MANAGER)


def typed(day: date, kind: str = "daily") -> dict[str, str]:
    return {"kind": kind, "day_year": str(day.year), "day_month": str(day.month), "day_day": str(day.day)}


def make(report: Report) -> Report:
    by = Actor.system("test")
    claimed = report_claim(report_id=report.pk, by=by)
    assert claimed is not None
    return report_make(report=claimed, by=by)


def test_a_manager_asks_watches_and_takes_the_files(manager: Client) -> None:
    response = manager.post(LIST, typed(YESTERDAY))
    report = Report.objects.get()
    assert response["Location"] == reverse("reports:report", args=[report.pk])
    assert "作成の順番を待っています" in manager.get(response["Location"]).content.decode()
    make(report)
    assert manager.get(reverse("reports:progress", args=[report.pk]))["HX-Refresh"] == "true"
    pdf = manager.get(reverse("reports:file", args=[report.pk, "pdf"]))
    assert pdf.content.startswith(b"%PDF-")
    assert "no-store" in pdf["Cache-Control"]
    assert manager.get(reverse("reports:file", args=[report.pk, "xlsx"])).content.startswith(b"PK")


def test_full_width_digits_and_an_era_are_understood(manager: Client) -> None:
    manager.post(LIST, {"kind": "monthly", "day_year": "令和８", "day_month": "１０", "day_day": "５"})
    report = Report.objects.get()
    assert (report.kind, report.first_day, report.last_day) == (
        ReportKind.MONTHLY,
        date(2026, 10, 1),
        date(2026, 10, 31),
    )


@pytest.mark.parametrize("day", [("2026", "2", "30"), ("", "", ""), ("2999", "1", "1")])
def test_a_wrong_day_is_named_and_kept(manager: Client, day: tuple[str, str, str]) -> None:
    response = manager.post(LIST, {"kind": "daily", "day_year": day[0], "day_month": day[1], "day_day": day[2]})
    assert response.status_code == 422
    assert not Report.objects.exists()
    assert "id_day" in response.content.decode()
    assert day[0] in response.content.decode()


def test_progress_answers_not_modified_while_nothing_moves(manager: Client) -> None:
    manager.post(LIST, typed(YESTERDAY))
    url = reverse("reports:progress", args=[Report.objects.get().pk])
    etag = manager.get(url)["ETag"]
    assert manager.get(url, headers={"If-None-Match": etag}).status_code == 304
    Report.objects.update(state=ReportState.MAKING, step=1)
    assert manager.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_remarks_come_into_the_report_when_it_is_made_anew(manager: Client) -> None:
    manager.post(LIST, typed(YESTERDAY))
    report = make(Report.objects.get())
    manager.post(reverse("reports:remarks", args=[report.pk]), {"remarks": "見本局でカメラの不具合がありました。"})
    report.refresh_from_db()
    assert report.state == ReportState.REQUESTED
    assert report.remarks == "見本局でカメラの不具合がありました。"


def test_the_city_sees_reports_but_does_not_make_them(manager: Client) -> None:
    manager.post(LIST, typed(YESTERDAY))
    city = client_of(Role.CITY_OFFICER)
    page = city.get(LIST)
    assert page.status_code == 200
    assert "報告書を作る" not in page.content.decode()
    assert city.post(LIST, typed(YESTERDAY, "monthly")).status_code == 403
    assert Report.objects.count() == 1


def test_files_that_do_not_exist_are_not_found(manager: Client) -> None:
    manager.post(LIST, typed(YESTERDAY))
    report = Report.objects.get()
    assert manager.get(reverse("reports:file", args=[report.pk, "pdf"])).status_code == 404
    assert manager.get(reverse("reports:file", args=[report.pk, "csv"])).status_code == 404
    assert manager.get(reverse("reports:report", args=[report.pk + 1])).status_code == 404


def test_the_list_costs_the_same_whatever_its_length(
    manager: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for back in range(20):
        day = YESTERDAY - timedelta(days=back)
        Report.objects.create(kind=ReportKind.DAILY, first_day=day, last_day=day)
    manager.get(LIST)  # the city is read once and kept
    with django_assert_max_num_queries(5):  # session, person, second factor, reports, session kept alive
        manager.get(LIST)
