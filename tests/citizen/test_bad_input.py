"""Bad input: said in the summary and at the field, with everything typed kept."""

import logging
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from reservations.models import Hold, Reservation
from tests.citizen.road import TYPED, Road, fields, text

pytestmark = pytest.mark.django_db

TOMORROW = timezone.localdate() + timedelta(days=1)
BAD = [
    ("name", {"name": "　"}, "氏名を入力してください。"),
    ("name", {"name": "見本 1234-5678-9018"}, "マイナンバーは入力しないでください"),
    ("reading", {"reading": "見本"}, "フリガナは、ひらがな、カタカナまたはローマ字で入力してください。"),
    ("birth_date", {"birth_date_year": str(TOMORROW.year + 1)}, "生年月日が未来の日付です"),
    ("birth_date", {"birth_date_month": ""}, "月を入力してください。"),
    ("birth_date", {"birth_date_year": "６０"}, "年は、西暦4桁"),
    ("birth_date", {"birth_date_month": "2", "birth_date_day": "３０"}, "1985年2月に30日はありません"),
    ("address", {"address": ""}, "住所を入力してください。"),
    ("address", {"address": "見本市１２３４ ５６７８ ９０１８"}, "マイナンバーは入力しないでください"),
    ("phone", {"phone": "123456789018"}, "マイナンバーは入力しないでください"),
    ("phone", {"phone": "０９３-０００"}, "桁数を確認してください（いまは6桁です）"),
    ("email", {"email": "hanako.example.jp"}, "メールアドレスの形を確認してください"),
]


@pytest.mark.requirement("fukuoka-06")
@pytest.mark.parametrize(("field", "typed", "said"), BAD)
@pytest.mark.parametrize("step", ["confirm", "book"])
def test_error_stands_in_summary_and_field_and_nothing_is_lost(
    road: Road, step: str, field: str, typed: dict[str, str], said: str
) -> None:
    refused = road.step(road.hold(), step, TYPED | typed)
    page = text(refused)
    assert refused.status_code == 422
    assert fields(refused) == TYPED | typed
    target = f"id_{field}_0" if field == "birth_date" else f"id_{field}"
    assert re.search(rf'<a href="#{target}">[^<]*{re.escape(said)}', page)
    assert re.search(rf'id="id_{field}_error">.*?{re.escape(said)}', page, re.DOTALL)
    assert page.count('id="' + target + '"') == 1
    assert page.index("error-summary") < page.index("<h1")
    assert not Reservation.objects.exists()
    assert Hold.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"phone": "０００（１２３４）５６７８"}, {"phone": "00012345678"}),
        ({"reading": "ﾐﾎﾝ ﾊﾅｺ"}, {"reading": "ミホン ハナコ"}),
        ({"name": "ﾐﾎﾝ　ﾊﾅｺ"}, {"name": "ミホン ハナコ"}),
        ({"reading": ""}, {"reading": ""}),
        ({"address": "見本市架空区１−２−３"}, {"address": "見本市架空区1−2−3"}),
    ],
)
def test_full_width_digits_half_width_kana_and_no_reading_are_accepted(
    road: Road, typed: dict[str, str], kept: dict[str, str]
) -> None:
    road.book(**typed)
    assert Reservation.objects.filter(**kept).exists()


@pytest.mark.requirement("fukuoka-10")
def test_my_number_is_neither_stored_nor_logged(road: Road, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    road.step(road.hold(), "book", TYPED | {"address": "１２３４５６７８９０１８"})
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert "12345678" not in logged
    assert "１２３４５６７８" not in logged
    assert not Reservation.objects.exists()


def test_several_errors_are_all_named(road: Road) -> None:
    page = text(road.step(road.hold(), "confirm", {}))
    for label in ("氏名", "生年月日", "住所", "電話番号"):
        assert f"{label}：{label}を入力してください。" in page
    assert "フリガナ：" not in page


def test_text_of_a_stranger_is_shown_as_text(road: Road) -> None:
    confirmation = text(road.step(road.hold(), "confirm", TYPED | {"name": "<script>alert(1)</script>"}))
    assert "<script>alert" not in confirmation
    assert "&lt;script&gt;alert(1)" in confirmation


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "生年月日を入力してください。"),
        ({"birth_date_year": "昭和60"}, "月・日を入力してください。"),
    ],
)
def test_eligibility_check_keeps_what_was_typed(road: Road, typed: dict[str, str], said: str) -> None:
    road.town.renewal.eligibility = "renewal"
    road.town.renewal.save()
    refused = road.client.post("/book/renewal/", typed)
    assert refused.status_code == 422
    assert said in text(refused)
    assert "電子証明書の有効期限を入力してください。" in text(refused)
    assert fields(refused)["birth_date_year"] == typed.get("birth_date_year", "")


@pytest.mark.parametrize(
    ("born", "expires_in_days", "said"),
    [
        ("1985", 30, "いま更新できます"),
        ("1985", 200, "から更新できます"),
        ("1985", -1, "有効期限が切れているため、新しく発行します"),
        (str(timezone.localdate().year - 10), 30, "15歳未満の方は、郵便局では手続きできません"),
    ],
)
def test_eligibility_check_answers_clearly(road: Road, born: str, expires_in_days: int, said: str) -> None:
    road.town.renewal.eligibility = "renewal"
    road.town.renewal.save()
    expiry = timezone.localdate() + timedelta(days=expires_in_days)
    typed = {
        "birth_date_year": born,
        "birth_date_month": "1",
        "birth_date_day": "1",
        "certificate_expiry_year": str(expiry.year),
        "certificate_expiry_month": str(expiry.month),
        "certificate_expiry_day": str(expiry.day),
    }
    answered = road.client.post("/book/renewal/", typed)
    assert answered.status_code == 200
    assert said in text(answered)
    assert {name: value for name, value in fields(answered).items() if value} == typed
