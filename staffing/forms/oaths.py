"""Oaths: preparing, signing, handing in, taking back."""

from typing import Any

from django import forms
from django.utils import timezone

from staffing.forms.workers import FileField, KeyedForm
from staffing.models import OathOccasion, Worker
from writing.forms import DateField, Form, TextField


class PrepareForm(KeyedForm):
    worker = forms.ModelChoiceField(label="従事者", queryset=Worker.objects.none(), empty_label="選んでください")
    occasion = forms.ChoiceField(label="時期", choices=OathOccasion)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = Worker.objects.working()  # type: ignore[attr-defined]


class UpToTodayForm(Form):
    """A form with a day that is not in the future."""

    dated: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.dated:
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, "今日までの日を入力してください。")
        return cleaned


class SignForm(UpToTodayForm):
    dated = ("signed_on",)
    signed_on = DateField(label="署名日")
    scan = FileField(
        label="署名した誓約書のスキャン（PDF）",
        required=False,
        help_text="暗号化して保管します。紙だけで保管するときは空のままにします。",
    )


class HandInForm(UpToTodayForm):
    dated = ("handed_in_on",)
    handed_in_on = DateField(label="市への提出日")


class VoidForm(Form):
    void_reason = TextField(label="取り消す理由", max_length=100)
