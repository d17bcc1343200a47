"""What staff choose and write about checks, defects and application forms."""

import uuid
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from applications.contacts.records import CALL_RESULTS
from applications.contacts.texts import is_approved, texts
from applications.models import DefectReason, EndReason
from reservations.access import offices_in_scope
from writing.forms import DateField, Form, LongTextField

ALL = "すべて"


class WorklistForm(Form):
    """Day and office of a list. The offices offered are those in the person's scope."""

    on = DateField(label="来局日", required=False)
    office = forms.ChoiceField(label="拠点", required=False)

    def __init__(self, *args: Any, user: User, all_offices: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = offices_in_scope(user).order_by("ward__position", "position").values_list("code", "name")
        choices = [("", ALL), *offices] if all_offices else list(offices)
        self.fields["office"].choices = choices  # type: ignore[attr-defined]

    def typed_day(self) -> date | None:
        """The day typed into the three parts, if it is one."""
        day: date | None = self.cleaned_data.get("on") if self.is_valid() else None
        return day


class DefectForm(Form):
    """What the register says otherwise."""

    reason = forms.ChoiceField(label="不備の理由", choices=DefectReason, widget=forms.RadioSelect)
    note = LongTextField(
        label="事務局への連絡事項",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="申請者に確かめてほしいことを書いてください。マイナンバーは書かないでください。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == DefectReason.OTHER and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "「その他」のときは、不備の内容を書いてください。")
        return cleaned


class HandleForm(Form):
    """What the bureau did about a defect."""

    note = LongTextField(
        label="対応の内容",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="空欄のときは、これまでの連絡事項をそのまま残します。マイナンバーは書かないでください。",
    )


class EndForm(HandleForm):
    """How a defect ends that is not corrected."""

    reason = forms.ChoiceField(label="終了の理由", choices=EndReason, widget=forms.RadioSelect)
    field_order = ["reason", "note"]


class CallForm(Form):
    """What became of a call, and when somebody tries again. `key` is this form's own: sent twice, noted once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    result = forms.ChoiceField(
        label="電話の結果",
        choices=[(result.value, result.label) for result in CALL_RESULTS],
        widget=forms.RadioSelect,
    )
    call_note = LongTextField(
        label="話した内容",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="マイナンバーは書かないでください。",
    )
    next_on = DateField(label="次に連絡する日（返事を待つときは、その期限）")
    next_time = forms.TimeField(
        label="その時刻",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "時刻を 10:00 のように入力してください。"},
    )

    def __init__(self, *args: Any, visit: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = visit

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, at = cleaned.get("next_on"), cleaned.get("next_time")
        if day and at:
            moment = timezone.make_aware(datetime.combine(day, at))
            if moment <= timezone.now():
                self.add_error("next_on", "これからの日時を入力してください。")
            elif moment > self.visit:
                self.add_error("next_on", "来局日時より前にしてください。")
            cleaned["next_at"] = moment
        return cleaned


class NoticeForm(Form):
    """Which of the city's texts goes out."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    text = forms.ChoiceField(label="文面", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = [(text.code, text.name) for text in texts() if is_approved(text)]
        self.fields["text"].choices = approved  # type: ignore[attr-defined]


class ReturnFileForm(Form):
    """The workbook with the city's answers."""

    file = forms.FileField(
        label="回答を書いたファイル（.xlsx）",
        max_length=200,
        allow_empty_file=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": "ファイルが空です。回答を書いたファイルを選んでください。"},
    )
