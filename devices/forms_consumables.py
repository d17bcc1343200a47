"""What the keeper types about consumables."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from devices.access import places
from devices.forms import PlaceField
from devices.models import SupplyKind
from postoffices.city import current_city
from writing.forms import DateField, Form

MOST = 100_000


class SupplyForm(Form):
    """One movement."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.ChoiceField(label="品目")
    kind = forms.ChoiceField(label="種類", choices=SupplyKind)
    quantity = forms.IntegerField(
        label="数",
        min_value=1,
        max_value=MOST,
        error_messages={
            "invalid": "数を数字で入力してください。",
            "min_value": "1以上の数を入力してください。",
            "max_value": f"{MOST:,}以下の数を入力してください。",
        },
    )
    office = PlaceField(label="納品先の拠点", required=False, empty_label="（拠点へ納品するときに選ぶ）")
    day = DateField(label="日付")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4(), "day": timezone.localdate()})
        super().__init__(*args, **kwargs)
        items = current_city().rules.devices.consumables
        self.fields["code"].choices = [(item.code, item.name) for item in items]  # type: ignore[attr-defined]
        self.fields["office"].queryset = places()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == SupplyKind.DELIVERED:
            if not cleaned.get("office") and "office" in cleaned:
                self.add_error("office", "納品先の拠点を選んでください。")
        else:
            cleaned["office"] = None
        if cleaned.get("day") and cleaned["day"] > timezone.localdate():
            self.add_error("day", "今日までの日を入力してください。")
        return cleaned
