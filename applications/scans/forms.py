"""What is typed about scanned pages and originals."""

from typing import Any

from django import forms

from writing.forms import Form, TextField
from writing.text import digits

SHA256 = r"\A[0-9a-fA-F]{64}\Z"


class UploadForm(Form):
    """What the browser announces before it sends a file in pieces."""

    filename = forms.CharField(label="ファイル名", max_length=1000)
    size = forms.IntegerField(label="大きさ", min_value=0)
    fingerprint = forms.RegexField(label="照合値", regex=SHA256)


class PieceForm(Form):
    """The headers of a piece."""

    offset = forms.IntegerField(label="位置", min_value=0)
    sha256 = forms.RegexField(label="照合値", regex=SHA256)


class AssignForm(Form):
    """The number on the paper, typed from the picture."""

    number = TextField(
        label="申請書番号", max_length=20, help_text="紙の右上にある番号です。例：2026-000123", required=False
    )

    def clean_number(self) -> str:
        figures = digits(self.cleaned_data["number"])
        if len(figures) < 10:
            raise forms.ValidationError("申請書番号は10桁の数字で入力してください。")
        return f"{figures[:4]}-{figures[4:]}"


class ReceiveForm(Form):
    """Which of a batch's originals did not arrive."""

    missing = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, numbers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["missing"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(number, number) for number in numbers]
