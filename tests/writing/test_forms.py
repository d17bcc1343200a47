"""What people type reaches the form, or comes back with a sentence that helps."""

from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.utils import timezone

from writing.forms import (
    AddressField,
    BirthDateField,
    DateField,
    EmailField,
    Form,
    LongTextField,
    NameField,
    PhoneField,
    ReadingField,
    TextField,
)

MY_NUMBER = "1234 5678 9018"


class Person(Form):
    name = TextField(label="氏名", max_length=20)
    reading = ReadingField(label="フリガナ")
    birth_date = BirthDateField(label="生年月日")
    phone = PhoneField(label="電話番号")
    email = EmailField(label="メールアドレス", required=False)
    remark = LongTextField(label="備考", required=False)
    reason = forms.ChoiceField(label="理由", choices=[("a", "甲")], required=False)


def person(**typed: str) -> Person:
    complete = {
        "name": "見本 花子",
        "birth_date_year": "1985",
        "birth_date_month": "4",
        "birth_date_day": "2",
        "phone": "00000000000",
    }
    return Person(complete | typed)


def born(year: str, month: str, day: str) -> Person:
    return person(birth_date_year=year, birth_date_month=month, birth_date_day=day)


def cleaned(form: Form, field: str) -> Any:
    assert form.is_valid(), form.errors
    return form.cleaned_data[field]


def message(form: Form, field: str) -> str:
    form.is_valid()
    assert list(form.errors) == [field]
    return str(form.errors[field][0])


def test_missing_fields_are_named() -> None:
    form = Person({})
    assert form.errors["name"] == ["氏名を入力してください。"]
    assert form.errors["birth_date"] == ["生年月日を入力してください。"]
    assert "reading" not in form.errors
    assert "email" not in form.errors


def test_missing_choice_is_asked_for_as_a_choice() -> None:
    class Cancelling(Form):
        reason = forms.ChoiceField(label="理由", choices=[("a", "甲")])

    assert message(Cancelling({}), "reason") == "理由を選んでください。"


def test_spaces_alone_are_no_name() -> None:
    assert message(person(name="　 "), "name") == "氏名を入力してください。"


def test_name_is_normalised() -> None:
    assert cleaned(person(name="　見本　　花子 "), "name") == "見本 花子"


def test_long_text_says_its_length_and_is_not_cut() -> None:
    assert message(person(name="あ" * 21), "name") == "20文字以内で入力してください（いまは21文字です）。"
    assert "maxlength" not in str(person()["name"])


@pytest.mark.parametrize("field", ["name", "reading", "phone", "remark"])
def test_my_number_is_refused_without_its_digits(field: str) -> None:
    said = message(person(**{field: MY_NUMBER}), field)
    assert "マイナンバーは入力しないでください" in said
    assert "1234" not in said


def test_what_was_typed_stays_in_the_form() -> None:
    form = born("昭和６０", "13", "２")
    assert "月は1から12まで" in message(form, "birth_date")
    assert all(f'value="{typed}"' in str(form["birth_date"]) for typed in ("昭和６０", "13", "２"))


@pytest.mark.parametrize(
    ("typed", "kept"), [("みほん はなこ", "ミホン ハナコ"), ("ﾐﾎﾝ ﾊﾅｺ", "ミホン ハナコ"), ("", "")]
)
def test_reading(typed: str, kept: str) -> None:
    assert cleaned(person(reading=typed), "reading") == kept


def test_reading_in_kanji_is_refused() -> None:
    assert "ひらがな、カタカナ" in message(person(reading="見本"), "reading")


@pytest.mark.parametrize(
    "typed",
    [
        ("昭和60", "4", "2"),
        ("S60", "04", "02"),
        ("1985", "４月", "２日"),
        ("１９８５", "4", "2"),
        ("昭和60年", " 4", "2 "),
    ],
)
def test_birth_date_however_it_is_written(typed: tuple[str, str, str]) -> None:
    assert cleaned(born(*typed), "birth_date") == date(1985, 4, 2)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("1985", "", "2"), "月を入力してください。"),
        (("", "", "2"), "年・月を入力してください。"),
        (("60", "4", "2"), "年は、西暦4桁（例：1960）または元号（例：昭和35、S35）で入力してください。"),
        (("1985", "4", "32"), "日は1から31までの数字で入力してください。"),
        (("1985", "2", "29"), "1985年2月に29日はありません。日付を確認してください。"),
        (("1899", "12", "31"), "生年月日は1900年以降の日付を入力してください。"),
    ],
)
def test_birth_date_says_what_is_wrong(typed: tuple[str, str, str], said: str) -> None:
    assert message(born(*typed), "birth_date") == said


def test_birth_date_tomorrow_is_refused_and_today_is_not() -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    assert cleaned(born(str(today.year), str(today.month), str(today.day)), "birth_date") == today
    assert "未来の日付" in message(born(str(tomorrow.year), str(tomorrow.month), str(tomorrow.day)), "birth_date")


@pytest.mark.parametrize(
    "typed",
    [
        "090-0000-0000",
        "０９０００００００００",
        "090 0000 0000",
        "(090)0000-0000",
        "090ー0000ー0000",
        "+81 90-0000-0000",
    ],
)
def test_phone_however_it_is_written(typed: str) -> None:
    assert cleaned(person(phone=typed), "phone") == "09000000000"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("でんわ", "電話番号は数字で入力してください"),
        ("1234567890", "0から始まる番号"),
        ("090-0000-00", "いまは9桁"),
        ("", "電話番号を入力してください。"),
    ],
)
def test_phone_says_what_is_wrong(typed: str, said: str) -> None:
    assert said in message(person(phone=typed), "phone")


def test_mail_in_full_width_is_accepted_and_a_wrong_one_named() -> None:
    assert cleaned(person(email="ｈａｎａｋｏ＠example.jp "), "email") == "hanako@example.jp"
    assert "メールアドレスの形" in message(person(email="hanako＠"), "email")


def test_lines_of_a_remark_are_kept() -> None:
    assert cleaned(person(remark="１行目\n 2行目"), "remark") == "1行目\n2行目"


def test_date_parts_are_three_text_inputs_with_names() -> None:
    class Day(Form):
        day = DateField(label="期限", initial=date(2026, 11, 21))

    html = str(Day()["day"])
    assert html.count('type="text"') == 3
    assert 'name="day_year" value="2026"' in html
    assert 'type="date"' not in html
    assert Day({"day_year": "2026", "day_month": "11", "day_day": "21"})["day"].as_hidden().count('type="hidden"') == 3


class Named(Form):
    name = NameField(label="氏名", max_length=100)
    address = AddressField(label="住所", max_length=200, required=False)


@pytest.mark.parametrize(
    "typed",
    [
        "見本 花子",
        "佐々木 〆子",
        "〇 花子",
        "ヴィトール・シルヴァ・ジュニア",
        "みほん ゝ子",
        "GARCÍA NÚÑEZ, José-María Jr.",
        "O’Brien D'Arcy",
        "Nguyễn Thị Mẫu",
        "葛\U000e0100城 花子",  # a variation selector says which form of the kanji
        "\U00020bb7田 花子",  # the other way of writing 吉
        "\U00031350 花子",  # a kanji newer than Python's tables
        "見本[架空] 花子",  # the former name, as cards print it
        "MIHON HANAKO(見本 花子)",
    ],
)
def test_names_of_people_are_taken_as_they_are(typed: str) -> None:
    assert cleaned(Named({"name": typed}), "name") == typed


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ("見本 花子😀", "😀"),
        ("<b>見本</b>", "<"),
        ('=HYPERLINK("http://example.jp")', "="),
        ("見本@example.jp", "@"),
        ("見本#花子", "#"),
        ("見本 花子2", "2"),
        ("☆花子", "☆"),
        ("見本 花子\ue000", "\ue000"),
    ],
)
def test_signs_that_stand_in_no_name_are_asked_for_again(typed: str, sign: str) -> None:
    said = message(Named({"name": typed}), "name")
    assert "使えない文字" in said
    assert sign in said


def test_a_name_of_dots_is_none() -> None:
    assert message(Named({"name": "・・・"}), "name") == "カードに書かれている氏名を入力してください。"


def test_unseen_characters_that_copying_brings_along_are_dropped() -> None:
    assert cleaned(Named({"name": "\u200b見本\u200e 花子\ufeff"}), "name") == "見本 花子"


@pytest.mark.parametrize("typed", ["😀", "=1+1", "<b>", "-1", "ミホン<ハナコ", "@SUM", "ミホン 1"])
def test_signs_in_a_reading_are_asked_for_again(typed: str) -> None:
    assert "ローマ字" in message(person(reading=typed), "reading")


def test_a_reading_may_have_accents() -> None:
    assert cleaned(person(reading="José Núñez"), "reading") == "José Núñez"


@pytest.mark.parametrize("typed", ["あ", "見本市", "1-2"])
def test_a_short_address_is_asked_for_again(typed: str) -> None:
    assert "短すぎます" in message(Named({"name": "見本", "address": typed}), "address")


@pytest.mark.parametrize("typed", ["<b>見本市架空区1-2-3", "=見本市架空区"])
def test_an_address_holds_no_markup_and_no_formula(typed: str) -> None:
    assert "使えない文字" in message(Named({"name": "見本", "address": typed}), "address")
