"""What the device keeper and the offices type."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.forms import FactorForm
from devices.access import places
from devices.actions import DeviceFacts
from devices.models import (
    BY_PROCEDURE,
    DEVICE_MOVES,
    IN_TABLET,
    CommandKind,
    Device,
    DeviceKind,
    DeviceState,
    FaultKind,
    LineState,
    Wipe,
)
from postoffices.city import current_city
from postoffices.models import Office
from writing.forms import DateField, Form, LongTextField, PhoneField, TextField

LONGEST_SSID = 32
MOST_SSIDS = 10
# What reasons are asked for: without one nobody knows later why.
WITH_REASON = frozenset({DeviceState.FAULTY, DeviceState.LOST, DeviceState.REMOVED})
_SERIAL = re.compile(r"[A-Z0-9-]+")


class CodeLikeField(TextField):
    """Letters, figures and hyphens as they stand on a device; full width is accepted."""

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value).upper()
        if typed and not _SERIAL.fullmatch(typed):
            raise ValidationError("英数字とハイフンで入力してください。")
        return typed


class SsidsField(forms.CharField):
    """Network names, one a line, as they are broadcast: their spelling is not touched."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return tuple(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_SSIDS:
            raise ValidationError(f"{MOST_SSIDS}個までにしてください（いまは{len(value)}個です）。")
        for ssid in value:
            if len(ssid.encode()) > LONGEST_SSID:
                raise ValidationError(f"「{ssid[:20]}…」は長すぎます。SSIDは32バイトまでです。")


class DeviceForm(Form):
    """A device as it stands in the register."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="種類", choices=DeviceKind)
    seal_number = CodeLikeField(label="管理番号", max_length=20, help_text="機器管理シールに印字します。例：T-001")
    model = TextField(label="機種", max_length=80)
    serial = CodeLikeField(label="製造番号", max_length=40)
    udid = CodeLikeField(
        label="端末識別子（UDID）",
        max_length=64,
        required=False,
        help_text="遠隔管理（MDM）に登録したタブレットだけ、MDMに出ている識別子を入力します。",
    )
    ssids = SsidsField(
        label="接続できるSSID",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="1行に1つ。ここにあるWi-Fiにだけ接続できます。空欄にすると、どのWi-Fiにも接続できません。",
    )
    received_on = DateField(label="納品日")
    placed_from = DateField(label="設置期間の初日")
    placed_until = DateField(label="設置期間の最終日")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("placed_from"), cleaned.get("placed_until")
        if first and last and first > last:
            self.add_error("placed_until", "設置期間の最終日は、初日以後の日を入力してください。")
        if cleaned.get("kind") != DeviceKind.TABLET:
            for name in ("udid", "ssids"):
                if cleaned.get(name):
                    self.add_error(name, "タブレット端末だけに入力します。空欄にしてください。")
        return cleaned

    def facts(self) -> DeviceFacts:
        """What was typed, for the actions."""
        typed = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "key"}
        return DeviceFacts(**typed | {"kind": DeviceKind(typed["kind"])})


def facts_of(device: Device) -> dict[str, Any]:
    """A device's facts as the form shows them."""
    shown = ("kind", "seal_number", "model", "serial", "udid", "received_on", "placed_from", "placed_until")
    return {name: getattr(device, name) for name in shown} | {"ssids": "\n".join(device.ssids), "key": device.key}


def new_device() -> dict[str, Any]:
    """What a new tablet begins with: the contract's period, and the networks that the city names."""
    rules = current_city().rules
    return {
        "key": uuid4(),
        "kind": DeviceKind.TABLET,
        "placed_from": rules.contract.begins,
        "placed_until": rules.contract.ends,
        "ssids": "\n".join(rules.devices.ssids),
    }


class PlaceField(forms.ModelChoiceField[Office]):
    """A place where devices can stand."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Office.objects.none(), **kwargs)


class MoveForm(Form):
    """The next state of a device, only those that may follow the present one."""

    state = forms.ChoiceField(label="次の状態")
    office = PlaceField(label="設置する拠点", required=False, empty_label="（設置中にするときに選ぶ）")
    reason = TextField(label="理由・経過", max_length=200, required=False)

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = places()  # type: ignore[attr-defined]
        self.fields["state"].choices = next_states(device)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        state = cleaned.get("state")
        if state == DeviceState.INSTALLED and not cleaned.get("office") and "office" in cleaned:
            self.add_error("office", "設置する拠点を選んでください。")
        if state in WITH_REASON and not cleaned.get("reason") and "reason" in cleaned:
            self.add_error("reason", f"「{DeviceState(state).label}」にする理由を入力してください。")
        return cleaned


def next_states(device: Device) -> list[tuple[str, str]]:
    """What a person may do with the device by hand; an installed one may also go to another office."""
    allowed = DEVICE_MOVES[DeviceState(device.state)] - BY_PROCEDURE
    if device.state == DeviceState.STOCK:
        # Out of stock a device goes by the checks of its setting up.
        allowed -= {DeviceState.KITTED}
    words = {DeviceState.INSTALLED: "設置する", DeviceState.STOCK: "在庫に戻す", DeviceState.KITTED: "設定済みにする"}
    choices = [(state.value, words.get(state, f"{state.label}にする")) for state in DeviceState if state in allowed]
    if device.state == DeviceState.INSTALLED:
        choices.insert(0, (DeviceState.INSTALLED.value, "ほかの拠点へ移す"))
    return choices


class LineForm(Form):
    """A new line."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    number = PhoneField(label="回線番号（電話番号）")
    sim = CodeLikeField(label="SIMの番号（ICCID）", max_length=22)
    carrier = TextField(label="通信会社", max_length=60)
    plan = TextField(label="契約の内容", max_length=100, help_text="例：LTE データ通信 無制限・定額")
    begins_on = DateField(label="利用開始日")


class LineMoveForm(Form):
    """What happens to a line."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("assign", "suspend", "resume", "release", "end")])
    device = forms.ModelChoiceField(queryset=Device.objects.none(), required=False)
    reason = TextField(label="理由", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].queryset = tablets_without_line()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("act") == "assign" and not cleaned.get("device"):
            raise ValidationError("回線を入れるタブレットを選んでください。")
        return cleaned


def tablets_without_line() -> "QuerySet[Device]":
    tablets = Device.objects.in_use().filter(kind=DeviceKind.TABLET)
    return tablets.exclude(lines__state__in=IN_TABLET).order_by("seal_number")


LINE_ACTS = {
    LineState.READY: [("end", "解約する")],
    LineState.ACTIVE: [("suspend", "停止する"), ("release", "タブレットから外す"), ("end", "解約する")],
    LineState.SUSPENDED: [("resume", "停止を解除する"), ("release", "タブレットから外す"), ("end", "解約する")],
    LineState.ENDED: [],
}


class FaultForm(Form):
    """A trouble as it is told."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="どうなりましたか", choices=FaultKind, widget=forms.RadioSelect)
    device = forms.ModelChoiceField(
        label="機器", queryset=Device.objects.none(), required=False, empty_label="分からない・拠点の回線など"
    )
    text = LongTextField(
        label="起きていること",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="いつから、何をしたときに、どうなったか。お客様のお名前は書かないでください。",
    )

    def __init__(self, *args: Any, devices: "QuerySet[Device]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].queryset = devices  # type: ignore[attr-defined]
        self.fields["device"].label_from_instance = device_words  # type: ignore[attr-defined]


class KeepersFaultForm(FaultForm):
    """The same, told to the device keeper by telephone."""

    office = PlaceField(label="拠点", required=False, empty_label="機器の設置場所")
    ticket_number = CodeLikeField(label="問い合わせの番号", max_length=20, required=False, help_text="例：Q-000123")
    field_order = ("key", "kind", "device", "office", "text", "ticket_number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = places()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("device") and not cleaned.get("office"):
            self.add_error("device", "機器か拠点のどちらかを選んでください。")
        return cleaned


def device_words(device: Device) -> str:
    return f"{device.seal_number}　{device.get_kind_display()}　{device.place}"


class FaultStepForm(Form):
    """What was done about a fault."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("take", "repair", "close")], widget=forms.HiddenInput)
    text = LongTextField(label="行った対応", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    cause = LongTextField(label="原因", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    back_to = forms.ChoiceField(
        label="機器の状態",
        required=False,
        choices=[
            (DeviceState.INSTALLED.value, "そのまま設置場所で使う"),
            (DeviceState.STOCK.value, "在庫に戻し、設定し直す"),
        ],
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("act") == "repair" and "text" in cleaned and not cleaned["text"]:
            self.add_error("text", "行った対応を入力してください。障害対応報告書に載ります。")
        return cleaned


class CommandForm(Form):
    """A command by its button; a wipe has a page of its own."""

    kind = forms.ChoiceField(choices=[choice for choice in CommandKind.choices if choice[0] != CommandKind.ERASE])


class WipeForm(FactorForm, Form):
    """Reason (of the first person) or number of the device (of the second one), and the second factor, given again."""

    reason = TextField(label="初期化する理由", max_length=200)
    seal_number = CodeLikeField(label="管理番号", max_length=20)
    field_order = ["reason", "seal_number", "code", "key"]

    def __init__(self, *args: Any, device: Device, asked: Wipe | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.device = device
        self.fields["seal_number"].help_text = f"初期化する機器の管理番号「{device.seal_number}」を入力してください。"
        if asked:
            del self.fields["reason"]

    def clean_seal_number(self) -> str:
        typed: str = self.cleaned_data["seal_number"]
        if typed != self.device.seal_number:
            raise ValidationError(f"「{self.device.seal_number}」と入力してください。")
        return typed
