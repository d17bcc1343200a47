"""Pictures leave marked, each look is on record and can be read, and erased ones are gone."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageChops
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from review.models import Case, CaseImage, DocumentKind
from review.watermark import marked
from tests.counters.desk import Desk
from tests.people import sign_in, staff_member
from tests.vault.cameras import jpeg
from vault.actions import object_read, objects_erase_due

LOOKS = "/staff/review/looks/"


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def difference(one: bytes, other: bytes) -> int:
    """How many pixels differ visibly."""
    changed = ImageChops.difference(opened(one), opened(other)).convert("L").point(lambda value: value > 24)
    return sum(changed.histogram()[1:])


def picture(case: Case) -> str:
    return f"/staff/review/images/{CaseImage.objects.get(case=case).pk}/"


def test_what_leaves_is_marked_for_reviewer_and_clerk_and_what_is_kept_is_not(
    desk: Desk, reviewer: Client, claimed: Case
) -> None:
    held = CaseImage.objects.get(case=claimed).picture
    kept = object_read(held=held, by=desk.city, purpose="test")
    seen = reviewer.get(picture(claimed)).content
    seen_by_clerk = sign_in(Client(), desk.clerk).get(picture(claimed)).content
    for marked_one in (seen, seen_by_clerk):
        assert opened(marked_one).size == opened(kept).size
        assert difference(marked_one, kept) > 1000
    # Each viewer's mark is their own, and the minute's.
    assert difference(seen, seen_by_clerk) > 300
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        assert difference(reviewer.get(picture(claimed)).content, seen) > 30
    assert object_read(held=held, by=desk.city, purpose="test") == kept


def test_no_part_of_a_picture_stays_bare() -> None:
    grey = BytesIO()
    Image.new("RGB", (1200, 800), (128, 128, 128)).save(grey, "JPEG")
    data = grey.getvalue()
    made = ImageChops.difference(opened(marked(data, "見本 かえで reviewer 2026-11-21 12:51")), opened(data))
    for left in range(0, 1200, 400):
        for top in range(0, 800, 400):
            part = made.crop((left, top, left + 400, top + 400)).convert("L").point(lambda value: value > 16)
            assert sum(part.histogram()[1:]) > 500, (left, top)


@pytest.mark.requirement("fukuoka-39")
def test_who_saw_which_picture_is_on_record(desk: Desk, reviewer: Client, claimed: Case) -> None:
    reviewer.get(picture(claimed))
    for role in (Role.AUDITOR, Role.CITY_OFFICER, Role.MANAGER):
        page = sign_in(Client(), staff_member(role)).get(LOOKS).content.decode()
        assert "1回　最後は見本 reviewer" in page
        assert "審査担当（市）" in page
        assert "/staff/review/images/" not in page
        assert "消去予定" in page


def test_the_record_names_the_document_as_the_reviewer_saw_it(desk: Desk, claimed: Case) -> None:
    CaseImage.objects.filter(case=claimed).update(kind=DocumentKind.IDENTITY, document="pension_book")
    page = sign_in(Client(), staff_member(Role.AUDITOR)).get(LOOKS).content.decode()
    assert "年金手帳・基礎年金番号通知書（1回目）" in page


def test_looks_are_found_by_case_and_day(desk: Desk, claimed: Case) -> None:
    auditor = sign_in(Client(), staff_member(Role.AUDITOR))
    assert "だれも見ていません" in auditor.get(LOOKS, {"case": claimed.pk}).content.decode()
    assert "条件に合う写真はありません" in auditor.get(LOOKS, {"case": claimed.pk + 1}).content.decode()
    day = {"day_year": "2026", "day_month": "11", "day_day": "17"}
    assert "条件に合う写真はありません" in auditor.get(LOOKS, day).content.decode()
    assert auditor.get(LOOKS, {"case": "x"}).status_code == 422


def test_an_erased_picture_is_gone_and_its_looks_are_not(desk: Desk, reviewer: Client, claimed: Case) -> None:
    reviewer.get(picture(claimed))
    bucket = CaseImage.objects.get(case=claimed).picture.bucket
    assert objects_erase_due(by=desk.city, today=bucket.erase_on) >= 1
    assert reviewer.get(picture(claimed)).status_code == 404
    page = sign_in(Client(), staff_member(Role.AUDITOR)).get(LOOKS).content.decode()
    assert "に消去済み" in page
    assert "最後は見本 reviewer" in page


def test_queries_do_not_grow_with_the_pictures(
    desk: Desk, reviewer: Client, claimed: Case, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    auditor = sign_in(Client(), staff_member(Role.AUDITOR))
    reviewer.get(picture(claimed))
    auditor.get(LOOKS)
    for more in (0, 3):
        for _ in range(more):
            desk.submitted()
        with django_assert_num_queries(7):
            auditor.get(LOOKS)


@pytest.mark.parametrize("size", [(2000, 1500), (400, 600)])
def test_the_size_stays(size: tuple[int, int]) -> None:
    assert opened(marked(jpeg(*size), "見本")).size == size
