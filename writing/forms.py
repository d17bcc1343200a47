"""Fields that take what people type in Japan, and say in Japanese what is missing."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from writing.dates import typed_number, typed_year
from writing.text import (
    BETWEEN_LETTERS,
    HYPHENS,
    digits,
    katakana,
    normalised,
    normalised_lines,
    not_in_names,
    refuse_my_number,
    without_invisible,
)

EARLIEST_BIRTH = date(1900, 1, 1)
LATEST_YEAR = 2199
PHONE_DIGITS = (10, 11)
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
_READING = re.compile(rf"[ァ-ヺ{_LATIN}][ァ-ヺーヽヾ・{_LATIN}'’\-. ]*")
_ADDRESS_LENGTH = 4
_NOT_IN_ADDRESSES = "<>="
_PHONE = re.compile(rf"[\d\s(){HYPHENS}]+")


class Form(forms.Form):
    """A form whose own messages name the field; the browser's validation stays out of it."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _say_what_is_missing(field, str(field.label or name))


def _say_what_is_missing(field: forms.Field, label: str) -> None:
    standard = forms.Field.default_error_messages["required"]
    if field.error_messages["required"] != standard:
        return
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
    sentence = _("%(label)sを選んでください。") if chosen else _("%(label)sを入力してください。")
    field.error_messages["required"] = str(sentence) % {"label": label}


class TextField(forms.CharField):
    """A line of text, normalised; refuses My Numbers. `max_length` counts normalised characters."""

    def to_python(self, value: Any) -> str:
        return normalised(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_my_number(value)

    def run_validators(self, value: str) -> None:
        if self.max_length is not None and len(value) > self.max_length:
            raise ValidationError(
                _("%(limit)s文字以内で入力してください（いまは%(length)s文字です）。")
                % {"limit": self.max_length, "length": len(value)},
                code="max_length",
            )
        super().run_validators(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: it would cut a pasted text silently instead of saying that it is too long."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class LongTextField(TextField):
    """Several lines of text, each normalised; refuses My Numbers."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return normalised_lines(forms.CharField.to_python(self, value) or "")


class NameField(TextField):
    """A person's name as on the card: letters of any script, and what stands between them."""

    def to_python(self, value: Any) -> str:
        return without_invisible(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        wrong = not_in_names(value)
        if wrong:
            raise ValidationError(
                _("氏名に使えない文字があります（%(characters)s）。カードに書かれている文字だけで入力してください。")
                % {"characters": " ".join(wrong)},
                code="name",
            )
        if value and not value.strip(BETWEEN_LETTERS):
            raise ValidationError(_("カードに書かれている氏名を入力してください。"), code="name")


class AddressField(TextField):
    """An address in one line, long enough to be looked up and without the signs of markup and formulas."""

    def validate(self, value: str) -> None:
        super().validate(value)
        wrong = [character for character in _NOT_IN_ADDRESSES if character in value]
        if wrong:
            raise ValidationError(
                _("住所に使えない文字があります（%(characters)s）。その文字を消してください。")
                % {"characters": " ".join(wrong)},
                code="address",
            )
        if value and len(value) < _ADDRESS_LENGTH:
            raise ValidationError(_("住所が短すぎます。市区町村から番地まで入力してください。"), code="address")


class ReadingField(TextField):
    """The reading of a name. Hiragana and half-width kana become katakana; a name may have none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return katakana(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not _READING.fullmatch(value):
            raise ValidationError(_("フリガナは、ひらがな、カタカナまたはローマ字で入力してください。"), code="reading")


class PhoneField(TextField):
    """A Japanese telephone number of 10 or 11 digits, however it is written; gives digits only."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "tel", "autocomplete": "tel"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """With the country's code written as the 0 it stands for: its digits could pass for a My Number."""
        return re.sub(r"^\+81[\s-]*", "0", super().to_python(value))

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        number = digits(typed)
        if not _PHONE.fullmatch(typed):
            raise ValidationError(_("電話番号は数字で入力してください（例：093-000-0000）。"), code="phone")
        if not number.startswith("0"):
            raise ValidationError(_("電話番号は、0から始まる番号を市外局番から入力してください。"), code="phone")
        if len(number) not in PHONE_DIGITS:
            raise ValidationError(
                _("電話番号は10桁または11桁です。桁数を確認してください（いまは%(length)s桁です）。")
                % {"length": len(number)},
                code="phone",
            )
        return number


class EmailField(forms.EmailField):
    """A mail address; full-width letters are accepted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages", {"invalid": _("メールアドレスの形を確認してください（例：hanako@example.jp）。")}
        )
        attributes = {"inputmode": "email", "autocomplete": "email", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().to_python(value) or "").replace(" ", "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class DateParts(forms.MultiWidget):
    """Year, month and day as three text inputs `<name>_year`, `<name>_month`, `<name>_day`.

    With `birth`, browsers may fill in the person's own birthday.
    """

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, birth: bool = False) -> None:
        # The year takes 昭和60 too, so its keyboard is not the numeric one.
        inputs: dict[str, dict[str, Any]] = {
            "year": {"size": 8, "autocomplete": "bday-year" if birth else "off"},
            "month": {"size": 3, "inputmode": "numeric", "autocomplete": "bday-month" if birth else "off"},
            "day": {"size": 3, "inputmode": "numeric", "autocomplete": "bday-day" if birth else "off"},
        }
        super().__init__({name: forms.TextInput(attrs=own) for name, own in inputs.items()}, attrs)

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.year), str(value.month), str(value.day)] if value else ["", "", ""]

    def id_for_label(self, id_: str) -> str:
        """None: the three parts have labels of their own inside a fieldset."""
        return ""


class HiddenDateParts(DateParts):
    """The same three values, carried along unseen."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget in self.widgets:
            widget.input_type = "hidden"  # type: ignore[attr-defined]  # all three are inputs


class DateField(forms.MultiValueField):
    """A day typed as year, month and day: western or Japanese year, half or full width."""

    widget = DateParts
    hidden_widget = HiddenDateParts

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False) for _part in range(3)]
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> date | None:
        if not any(data_list):
            return None
        year, month, day = (*data_list, "", "", "")[:3]
        _refuse_gaps(year, month, day)
        return _day(_western_year(year), _month(month), _day_number(day))


def _refuse_gaps(year: str, month: str, day: str) -> None:
    missing = [str(unit) for unit, typed in ((_("年"), year), (_("月"), month), (_("日"), day)) if not typed.strip()]
    if missing:
        parts = str(_("・")).join(missing)
        raise ValidationError(_("%(parts)sを入力してください。") % {"parts": parts}, code="incomplete")


def _western_year(typed: str) -> int:
    year = typed_year(typed)
    if year is None or year > LATEST_YEAR:
        raise ValidationError(
            _("年は、西暦4桁（例：1960）または元号（例：昭和35、S35）で入力してください。"), code="year"
        )
    return year


def _month(typed: str) -> int:
    month = typed_number(typed, "月")
    if month is None or not 1 <= month <= 12:
        raise ValidationError(_("月は1から12までの数字で入力してください。"), code="month")
    return month


def _day_number(typed: str) -> int:
    day = typed_number(typed, "日")
    if day is None or not 1 <= day <= 31:
        raise ValidationError(_("日は1から31までの数字で入力してください。"), code="day")
    return day


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValidationError(
            _("%(year)s年%(month)s月に%(day)s日はありません。日付を確認してください。")
            % {"year": year, "month": month, "day": day},
            code="no_such_day",
        ) from None


class BirthDateField(DateField):
    """A birth date: from 1900 to today."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateParts(birth=True))
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value > timezone.localdate():
            raise ValidationError(_("生年月日が未来の日付です。年を確認してください。"), code="future")
        if value < EARLIEST_BIRTH:
            raise ValidationError(_("生年月日は1900年以降の日付を入力してください。"), code="too_early")
