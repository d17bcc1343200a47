"""What staff choose on the booking list."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import User
from postoffices.models import Procedure
from reservations.access import offices_in_scope
from reservations.lists.chosen import MOST_DAYS, Period
from reservations.lists.columns import COLUMNS
from writing.forms import DateField, Form

ALL = "すべて"


class ListForm(Form):
    """Days, office, procedure and columns. The offices offered are those in the person's scope."""

    on = DateField(label="日付（はじめの日）", required=False)
    until = DateField(label="終わりの日", required=False)
    office = forms.ChoiceField(label="拠点", required=False)
    procedure = forms.ChoiceField(label="手続き", required=False)
    column = forms.MultipleChoiceField(
        label="表示する項目",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(column.code, column.title) for column in COLUMNS.values()],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = offices_in_scope(user).order_by("ward__position", "position").values_list("code", "name")
        procedures = Procedure.objects.order_by("position").values_list("code", "name")
        self.fields["office"].choices = [("", ALL), *offices]  # type: ignore[attr-defined]
        self.fields["procedure"].choices = [("", ALL), *procedures]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("on"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", "終わりの日は、はじめの日と同じ日か、後の日を入力してください。")
        elif first and last and last - first >= timedelta(days=MOST_DAYS):
            self.add_error("until", f"期間は{MOST_DAYS}日までです。終わりの日を早めてください。")
        elif last and not first:
            self.add_error("on", "はじめの日を入力してください。")
        return cleaned

    def typed_period(self) -> Period | None:
        """The days typed, if they are days in order; without a last day, the first alone."""
        if not self.is_valid() or not self.cleaned_data.get("on"):
            return None
        first = self.cleaned_data["on"]
        return Period(first, self.cleaned_data.get("until") or first)
