"""What staff choose and write about checks, defects and application forms."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from applications.models import DefectReason
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
