"""What is typed to find, hold and check kept applications."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from applications.archive.search import Sought
from applications.models import SignKind
from postoffices.models import Office, Procedure, Ward
from reservations.access import offices_in_scope
from writing.forms import DateField, Form, LongTextField, TextField
from writing.text import digits

ALL = "すべて"


class SearchForm(Form):
    """Every field may stay empty."""

    first_day = DateField(label="署名日（から）", required=False)
    last_day = DateField(label="署名日（まで）", required=False)
    number = TextField(label="申請書番号・予約番号", required=False, max_length=20)
    name = TextField(label="氏名・フリガナ", required=False, max_length=60, help_text="はじめの2文字から探せます。")
    office = forms.ModelChoiceField(label="拠点", queryset=Office.objects.none(), required=False, empty_label=ALL)
    ward = forms.ModelChoiceField(label="区", queryset=Ward.objects.none(), required=False, empty_label=ALL)
    procedure = forms.ModelChoiceField(
        label="手続き", queryset=Procedure.objects.none(), required=False, empty_label=ALL
    )
    sign_kind = forms.ChoiceField(
        label="署名の方法", required=False, choices=[("", ALL), *[kind for kind in SignKind.choices if kind[0]]]
    )
    held = forms.BooleanField(label="消去を保留しているものだけ", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        querysets = {
            "office": offices_in_scope(user).order_by("ward__position", "position"),
            "ward": Ward.objects.order_by("position"),
            "procedure": Procedure.objects.order_by("position"),
        }
        for name, queryset in querysets.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = queryset

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if typed and len(digits(typed)) not in (9, 10):
            raise forms.ValidationError("申請書番号は10桁、予約番号は9桁の数字で入力してください。")
        return typed

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if typed and len("".join(typed.split())) < 2:
            raise forms.ValidationError("氏名・フリガナは2文字以上で入力してください。")
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            self.add_error("last_day", "「まで」の日は「から」の日以後にしてください。")
        return cleaned

    def sought(self) -> Sought:
        """What the valid form asks for."""
        typed = dict(self.cleaned_data)
        typed["sign_kind"] = SignKind(typed["sign_kind"]) if typed["sign_kind"] else None
        return Sought(**typed)


class HoldForm(Form):
    """Why an application is kept past its day, or may go again."""

    reason = LongTextField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：審査請求の対応のため（文書番号）。氏名やマイナンバーは書かないでください。",
    )
