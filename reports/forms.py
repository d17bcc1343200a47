"""What a manager types: which report, and the issues it names."""

from datetime import date

from django import forms
from django.utils import timezone

from reports.models import ReportKind
from writing.forms import DateField, Form, TextField


class RequestForm(Form):
    """Which report: its kind, and a day of its period."""

    kind = forms.ChoiceField(label="種類", choices=ReportKind, widget=forms.RadioSelect, initial=ReportKind.DAILY)
    day = DateField(label="対象の日", help_text="月報は、その月のどの日でもかまいません。")

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError("今日までの日を入力してください。")
        return day


class RemarksForm(Form):
    """Issues and remedies, in the manager's words."""

    remarks = TextField(
        label="課題・連絡事項",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="書いたあとで報告書を作り直すと、報告書に載ります。",
    )
