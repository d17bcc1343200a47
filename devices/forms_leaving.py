"""What is typed when devices come and go: setting up, replacement, erasure."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from devices.actions.leaving import points_for
from devices.models import (
    WITH_STORAGE,
    Device,
    DeviceState,
    Erasure,
    ErasureCause,
    ErasureState,
    Level,
    Method,
)
from writing.forms import DateField, Form, LongTextField, TextField


class KittingForm(Form):
    """The points of the profile, each ticked."""

    points = forms.MultipleChoiceField(
        label="確認したこと",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "確認したことを選んでください。"},
    )

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(point.code, point.words) for point in points_for(device.kind)]
        self.fields["points"].choices = choices  # type: ignore[attr-defined]

    def clean_points(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["points"]
        missing = [words for code, words in self.fields["points"].choices if code not in ticked]  # type: ignore[attr-defined]
        if missing:
            raise ValidationError([f"まだ確認していません：{words}" for words in missing])
        return ticked


class ReplaceForm(Form):
    """Which device comes in the place of the broken or lost one."""

    successor = forms.ModelChoiceField(
        label="交換する機器（設定済みのもの）", queryset=Device.objects.none(), empty_label="選んでください"
    )
    deliberate = forms.BooleanField(label="使用者の故意または重過失による", required=False)
    terms = LongTextField(
        label="市との協議の結果",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="無償でないときだけ入力します。いつ、誰と、何を決めたか。",
    )

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = Device.objects.filter(kind=device.kind, state=DeviceState.KITTED).order_by("seal_number")
        self.fields["successor"].queryset = ready  # type: ignore[attr-defined]


class ErasureForm(Form):
    """A new erasure."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    device = forms.ModelChoiceField(label="機器", queryset=Device.objects.none(), empty_label="選んでください")
    cause = forms.ChoiceField(label="目的", choices=ErasureCause)
    due_on = DateField(label="証明書の提出期限", help_text="市と協議して決めた日です。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **kwargs)
        able = Device.objects.filter(kind__in=sorted(WITH_STORAGE)).exclude(state=DeviceState.ERASED)
        under_way = Erasure.objects.open().values("device")
        self.fields["device"].queryset = able.exclude(pk__in=under_way).order_by("seal_number")  # type: ignore[attr-defined]


class ClearForm(Form):
    method = forms.ChoiceField(
        label="消去の方法", choices=Method, help_text="①〜③は使えない領域も含みます。④はふつうClearです。"
    )
    level = forms.ChoiceField(label="達した水準（NIST SP 800-88 Rev. 1）", choices=Level)
    place = TextField(label="作業した場所", max_length=100, help_text="原則として市の庁舎内で行います。")
    agreement = LongTextField(
        label="協議の結果",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="庁舎内でできないときなど、市と別に決めたことを書きます。",
    )


class PurgeForm(Form):
    method = forms.ChoiceField(
        label="消去の方法",
        required=False,
        choices=[("", "省略する（一次消去でPurge以上に達している）"), *Method.choices],
    )


class RemarksForm(Form):
    remarks = LongTextField(label="差し戻す理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


# What comes next, and whose turn it is.
KEEPERS_TURN = {
    ErasureState.PLANNED: "clear",
    ErasureState.CONFIRMED: "purge",
    ErasureState.PURGED: "submit",
    ErasureState.RETURNED: "submit",
}
CITYS_TURN = {ErasureState.CLEARED: "confirm", ErasureState.SUBMITTED: "approve"}
