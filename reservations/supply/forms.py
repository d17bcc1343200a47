"""What the bureau types: a stop, a deadline, the horizon. Edits of days and weeks stand in editforms.py."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from postoffices.models import DeadlineStep, Office, Procedure
from reservations.supply.fields import LONGEST_DAYS, ClockField, CountField
from writing.forms import DateField, Form, TextField


class StopForm(Form):
    """An emergency stop: where, from when to when, why."""

    office = forms.ChoiceField(label="対象", required=False)
    from_day = DateField(label="開始日")
    from_time = ClockField(label="開始時刻", required=False, help_text="空けておくと、その日の初めからです。")
    to_day = DateField(label="終了日")
    to_time = ClockField(label="終了時刻", required=False, help_text="空けておくと、その日の終わりまでです。")
    reason = TextField(label="理由", max_length=100, help_text="予約のある方へのメールに、このまま書かれます。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.filter(takes_bookings=True).order_by("ward__position", "position")
        choices = [("", "すべての拠点"), *offices.values_list("code", "name")]
        self.fields["office"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("from_day") and cleaned.get("to_day") and not self.errors:
            begins, ends = self.moments()
            if ends <= begins:
                self.add_error("to_day", "終了は、開始より後にしてください。")
            elif ends <= timezone.now():
                self.add_error("to_day", "終了は、これから先の日時にしてください。")
            elif ends - begins > timedelta(days=LONGEST_DAYS):
                self.add_error("to_day", "一度に停止できるのは1年分までです。")
        return cleaned

    def moments(self) -> tuple[datetime, datetime]:
        """Begin and end; an end without a time is the end of its day."""
        typed = self.cleaned_data
        begins = datetime.combine(typed["from_day"], typed.get("from_time") or time.min)
        if typed.get("to_time"):
            ends = datetime.combine(typed["to_day"], typed["to_time"])
        else:
            ends = datetime.combine(typed["to_day"] + timedelta(days=1), time.min)
        return timezone.make_aware(begins), timezone.make_aware(ends)

    def stopped_office(self) -> Office | None:
        code = self.cleaned_data["office"]
        return Office.objects.select_related("calendar").get(code=code) if code else None


class AgreementForm(Form):
    reason = TextField(label="理由", max_length=60, required=False, help_text="枠がなくなる方へのメールに出ます。")


class LiftForm(Form):
    give_back = forms.BooleanField(
        label="まだ選び直していない予約を、元の日時に戻してお知らせする", required=False, initial=True
    )


class HorizonForm(Form):
    """How many days ahead; left empty with `profile`, the city's own number."""

    profile = forms.BooleanField(required=False, widget=forms.HiddenInput)
    days = CountField(label="何日先まで", least=1, most=LONGEST_DAYS, required=False, help_text="1〜366日")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("profile") and cleaned.get("days") is None and "days" not in self.errors:
            self.add_error("days", "日数を入力してください。")
        return cleaned

    def chosen(self) -> int | None:
        """The number typed; None is the profile's. Needs a valid form."""
        return None if self.cleaned_data["profile"] else int(self.cleaned_data["days"])


class DeadlineForm(Form):
    """A deadline of an office, a procedure, both or all."""

    step = forms.ChoiceField(label="期限の対象", choices=DeadlineStep.choices)
    office = forms.ChoiceField(label="拠点", required=False)
    procedure = forms.ChoiceField(label="手続き", required=False)
    days_before = CountField(label="何日前", most=LONGEST_DAYS, help_text="予約日の何日前まで。当日は0。")
    at = ClockField(label="時刻", help_text="例 17:00。この時刻までは受け付けます。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.order_by("ward__position", "position").values_list("code", "name")
        procedures = Procedure.objects.values_list("code", "name")
        self.fields["office"].choices = [("", "すべての拠点"), *offices]  # type: ignore[attr-defined]
        self.fields["procedure"].choices = [("", "すべての手続き"), *procedures]  # type: ignore[attr-defined]

    def place(self) -> tuple[Office | None, Procedure | None]:
        office, procedure = self.cleaned_data["office"], self.cleaned_data["procedure"]
        return (
            Office.objects.get(code=office) if office else None,
            Procedure.objects.get(code=procedure) if procedure else None,
        )
