"""What authors, the city and those who hand out publicity type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.roles import ROLE_PERMISSIONS, Role
from documents.actions import Content
from documents.actions.writing import LARGEST_FILE
from documents.files import NotReadable, read_file
from documents.models import DocumentKind, Version
from documents.roster import known, unknown
from postoffices.models import Office
from writing.forms import DateField, Form, LongTextField, TextField
from writing.text import refuse_my_number

LONGEST_TEXT = 200_000
READERS = [(role.value, role.label) for role in Role if "documents.read" in ROLE_PERMISSIONS[role]]


class MarkdownField(forms.CharField):
    """Text as it was typed: circled numbers and full-width letters belong to a manual. Refuses My Numbers."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_my_number(value)
        if len(value) > LONGEST_TEXT:
            raise ValidationError(f"{LONGEST_TEXT:,}文字以内で入力してください（いまは{len(value):,}文字です）。")
        if names := unknown(value):
            usable = "、".join(f"{{{{{name}}}}}" for name in known())
            raise ValidationError(f"「{{{{{names[0]}}}}}」は使えません。使えるのは {usable} です。")


class VersionForm(Form):
    """What a version says: text, or a file."""

    changes = TextField(
        label="変更の内容", max_length=300, help_text="承認する人と読む人に見せます。例：休日の受付の章を加えました。"
    )
    text = MarkdownField(
        label="本文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 20, "class": "document-text"}),
        help_text="「## 」で始まる行は見出し、「- 」で始まる行は箇条書き、「1. 」で始まる行は手順になります。"
        "{{市名}} や {{業務責任者}} と書くと、提出するときに職員の名前が入ります。",
    )
    file = forms.FileField(
        label="ファイル",
        required=False,
        help_text="本文の代わりに、PDF・Word（docx）・Excel（xlsx）のファイル（20MBまで）を1つ付けられます。",
    )

    def __init__(self, *args: Any, version: Version | None = None, **kwargs: Any) -> None:
        self.version = version
        super().__init__(*args, **kwargs)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file:
            return None
        if file.size > LARGEST_FILE:
            raise ValidationError(
                f"20MBまでのファイルを選んでください（選ばれたのは{file.size / 1024 / 1024:.0f}MBです）。"
            )
        try:
            _kind, pages = read_file(file.read())
        except NotReadable as error:
            raise ValidationError(str(error)) from error
        refuse_my_number("\n".join(pages))
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "text" not in cleaned or "file" not in cleaned:
            return cleaned
        has_file = bool(self.version and self.version.file_id)
        if cleaned["text"] and cleaned["file"]:
            self.add_error("file", "本文を書くか、ファイルを選ぶか、どちらか一方にしてください。")
        if not cleaned["text"] and not cleaned["file"] and not has_file:
            self.add_error("text", "本文を書くか、ファイルを選んでください。")
        return cleaned

    def content(self) -> Content:
        """What was typed, for the actions."""
        file = self.cleaned_data["file"]
        return Content(
            changes=self.cleaned_data["changes"],
            text=self.cleaned_data["text"],
            file=file.read() if file else b"",
            file_name=file.name[-120:] if file else "",
        )


class DocumentForm(VersionForm):
    """A new document with its first version."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = TextField(label="題名", max_length=100)
    kind = forms.ChoiceField(label="種類", choices=DocumentKind)
    audience = forms.MultipleChoiceField(
        label="読む人",
        choices=READERS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "読む人を1つ以上選んでください。"},
    )
    must_confirm = forms.BooleanField(label="読み終えた人に「読みました」を押してもらう", required=False, initial=True)
    field_order = ("key", "title", "kind", "audience", "must_confirm", "changes", "text", "file")


class ReturnForm(Form):
    remarks = LongTextField(
        label="直してほしいこと",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="作成者に伝わります。",
    )


class DistributionForm(Form):
    """Where publicity went."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    office = forms.ModelChoiceField(
        label="拠点", queryset=Office.objects.none(), required=False, empty_label="拠点以外（下に書く）"
    )
    place = TextField(label="拠点以外の配布先", required=False, max_length=100)
    day = DateField(label="配布日")
    quantity = forms.IntegerField(
        label="部数",
        min_value=1,
        max_value=1_000_000,
        error_messages={
            "invalid": "部数を数字で入力してください。",
            "min_value": "部数は1以上の数字で入力してください。",
            "max_value": "部数は1,000,000以下の数字で入力してください。",
        },
    )
    note = TextField(label="備考", required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.order_by("position")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("office") and not cleaned.get("place") and "office" in cleaned:
            self.add_error("place", "拠点を選ぶか、配布先を入力してください。")
        if cleaned.get("day") and cleaned["day"] > timezone.localdate():
            self.add_error("day", "今日までの日を入力してください。")
        return cleaned
