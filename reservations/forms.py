"""What staff choose on the booking list."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from postoffices.models import Procedure
from reservations.access import offices_in_scope
from writing.forms import DateField, Form

ALL = "すべて"


class ListForm(Form):
    """Day, office and procedure. The offices offered are those in the person's scope."""

    on = DateField(label="日付", required=False)
    office = forms.ChoiceField(label="拠点", required=False)
    procedure = forms.ChoiceField(label="手続き", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = offices_in_scope(user).order_by("ward__position", "position").values_list("code", "name")
        procedures = Procedure.objects.order_by("position").values_list("code", "name")
        self.fields["office"].choices = [("", ALL), *offices]  # type: ignore[attr-defined]
        self.fields["procedure"].choices = [("", ALL), *procedures]  # type: ignore[attr-defined]

    def typed_day(self) -> date | None:
        """The day typed into the three parts, if it is one."""
        day: date | None = self.cleaned_data.get("on") if self.is_valid() else None
        return day
