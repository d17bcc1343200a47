"""What is typed at the desks."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from helpdesk.actions import Asked, Handled, Promise
from helpdesk.callback_times import Window, day_label, open_days, window_on
from helpdesk.desks import categories, takes_personal_data
from helpdesk.errors import PersonalDataRefused
from helpdesk.models import CallResult, DeskCode, Line, Priority, TicketChannel, TicketKind
from helpdesk.personal import refuse_personal
from postoffices.models import Office
from reservations.operator.forms import TimeOfDayField
from writing.forms import DateField, EmailField, Form, LongTextField, NameField, PhoneField, TextField

NOT_CHOSEN = ("", "選ばない")
# With the digit that chooses each on the call screen.
RESULTS = [(result.value, f"{digit} {result.label}") for digit, result in enumerate(CallResult, start=1)]


class DeskForm(Form):
    """A form of one desk: it offers the desk's categories, and refuses personal data where the desk handles none."""

    free_texts: tuple[str, ...] = ()

    def __init__(self, *args: Any, desk: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        if "category" in self.fields:
            self._offer("category", [(held.code, f"{held.key} {held.name}") for held in categories(desk)])
        if "office" in self.fields:
            self._offer("office", [NOT_CHOSEN, *Office.objects.values_list("code", "name")])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if takes_personal_data(self.desk):
            return cleaned
        for name in self.free_texts:
            try:
                refuse_personal(cleaned.get(name) or "")
            except PersonalDataRefused as refused:
                self.add_error(name, refused.message)
        return cleaned

    def chosen_office(self) -> Office | None:
        code = self.cleaned_data.get("office")
        return Office.objects.filter(code=code).first() if code else None


def new_key() -> str:
    return str(uuid.uuid4())


class TakeForm(Form):
    """A call that the operator takes without a telephone system."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    number = PhoneField(label="発信者の電話番号", required=False)
    line = forms.ChoiceField(label="回線", choices=Line.choices, initial=Line.OUTSIDE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4(), "line": Line.OUTSIDE})
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs["autocomplete"] = "off"


class WhenForm(DeskForm):
    """When somebody wants to be called back: a day on which the desk is open, and between which hours."""

    callback_day = forms.ChoiceField(label="いつ", required=False)
    callback_from = TimeOfDayField(label="何時から", required=False)
    callback_until = TimeOfDayField(label="何時まで", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._days = open_days(self.desk)
        self._offer("callback_day", [(day.isoformat(), day_label(day)) for day in self._days])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        begins, ends = cleaned.get("callback_from"), cleaned.get("callback_until")
        if begins and ends and begins >= ends:
            self.add_error("callback_until", "終わりの時刻は、始まりより後にしてください。")
        return cleaned

    def window(self) -> Window:
        """Of a valid form."""
        typed = self.cleaned_data
        day = date.fromisoformat(typed["callback_day"]) if typed["callback_day"] else self._days[0]
        return window_on(self.desk, day, typed["callback_from"], typed["callback_until"])


class CallForm(WhenForm):
    """The end of a call: category, result, note. With a result that leads on, what that needs."""

    free_texts = ("note", "passed_to", "title", "device_label")

    category = forms.ChoiceField(label="分類", widget=forms.RadioSelect)
    result = forms.ChoiceField(label="結果", choices=RESULTS, widget=forms.RadioSelect, initial=CallResult.ANSWERED)
    line = forms.ChoiceField(label="回線", choices=Line.choices, initial=Line.OUTSIDE)
    note = LongTextField(label="メモ", required=False, max_length=2000)
    booking = TextField(label="予約番号", required=False, max_length=12)
    office = forms.ChoiceField(label="拠点", required=False)
    passed_to = TextField(label="引き継いだ職員・部署", required=False, max_length=60)
    kind = forms.ChoiceField(label="種別", choices=TicketKind.choices, initial=TicketKind.INQUIRY, required=False)
    priority = forms.ChoiceField(label="優先度", choices=Priority.choices, initial=Priority.NORMAL, required=False)
    title = TextField(label="件名", required=False, max_length=120)
    contact_name = NameField(label="お名前", required=False, max_length=80)
    phone = PhoneField(label="折り返し先の電話番号", required=False)
    device_label = TextField(label="機器（シールの番号など）", required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The booking desk, which opens in the same page, has fields of the same names.
        super().__init__(*args, auto_id="call_%s", **kwargs)
        self.fields["note"].widget.attrs["rows"] = 5
        for name in ("contact_name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        result = cleaned.get("result")
        if result == CallResult.PASSED and not cleaned.get("passed_to"):
            self.add_error("passed_to", "引き継いだ職員か部署を入力してください。")
        if result == CallResult.TICKET and not cleaned.get("title"):
            self.add_error("title", "問い合わせ票の件名を入力してください。")
        if result == CallResult.CALLBACK and "phone" not in self.errors and not cleaned.get("phone"):
            self.add_error("phone", "折り返し先の電話番号を入力してください。")
        return cleaned

    def handled(self) -> Handled:
        """Of a valid form; the booking is looked up by the view."""
        cleaned = self.cleaned_data
        return Handled(
            category=cleaned["category"],
            result=CallResult(cleaned["result"]),
            note=cleaned["note"],
            office=self.chosen_office(),
            passed_to=cleaned["passed_to"],
            line=Line(cleaned["line"]),
        )

    def asked(self) -> Asked:
        """The inquiry that the call becomes."""
        cleaned = self.cleaned_data
        return Asked(
            title=cleaned["title"],
            category=cleaned["category"],
            body=cleaned["note"],
            kind=TicketKind(cleaned["kind"] or TicketKind.INQUIRY),
            priority=Priority(cleaned["priority"] or Priority.NORMAL),
            contact_name=cleaned["contact_name"],
            phone=cleaned["phone"],
            office=self.chosen_office(),
            device_label=cleaned["device_label"],
        )

    def promise(self) -> Promise:
        cleaned = self.cleaned_data
        return Promise(
            phone=cleaned["phone"],
            window=self.window(),
            contact_name=cleaned["contact_name"],
            note=cleaned["title"] or cleaned["note"][:300],
        )


class NewTicketForm(DeskForm):
    free_texts = ("title", "body", "device_label")

    key = forms.CharField(widget=forms.HiddenInput, max_length=120)
    kind = forms.ChoiceField(label="種別", choices=TicketKind.choices, initial=TicketKind.INQUIRY)
    channel = forms.ChoiceField(label="受付方法", choices=TicketChannel.choices, initial=TicketChannel.STAFF)
    category = forms.ChoiceField(label="分類")
    priority = forms.ChoiceField(label="優先度", choices=Priority.choices, initial=Priority.NORMAL)
    title = TextField(label="件名", max_length=120)
    body = LongTextField(label="内容", required=False, max_length=4000)
    office = forms.ChoiceField(label="拠点", required=False)
    device_label = TextField(label="機器（シールの番号など）", required=False, max_length=60)
    contact_name = NameField(label="お名前", required=False, max_length=80)
    phone = PhoneField(label="電話番号", required=False)
    email = EmailField(label="メールアドレス", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": new_key(), "channel": TicketChannel.STAFF})
        super().__init__(*args, **kwargs)
        if not takes_personal_data(self.desk):
            for name in ("contact_name", "phone", "email"):
                del self.fields[name]

    def asked(self) -> Asked:
        cleaned = self.cleaned_data
        return Asked(
            title=cleaned["title"],
            category=cleaned["category"],
            body=cleaned["body"],
            kind=TicketKind(cleaned["kind"]),
            priority=Priority(cleaned["priority"]),
            contact_name=cleaned.get("contact_name", ""),
            phone=cleaned.get("phone", ""),
            email=cleaned.get("email", ""),
            office=self.chosen_office(),
            device_label=cleaned["device_label"],
        )


class FilterForm(Form):
    """The list's filters, as they stand in the address. What was searched for is posted and stands in none."""

    q = TextField(label="ことばでさがす", required=False, max_length=100)


class FileForm(Form):
    file = forms.FileField(label="CSVファイル", help_text="UTF-8かShift_JIS、5MBまで。")

    def clean_file(self) -> Any:
        held = self.cleaned_data["file"]
        if held.size > 5 * 1024 * 1024:
            raise ValidationError("ファイルが大きすぎます（5MBまで）。月ごとに分けてください。", code="size")
        return held


class LogForm(Form):
    day = DateField(label="日")


class PeriodForm(Form):
    desk = forms.ChoiceField(label="窓口", choices=DeskCode.choices)
    first = DateField(label="いつから")
    last = DateField(label="いつまで")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "「いつまで」は、「いつから」以後の日にしてください。")
        elif first and last and (last - first).days > 731:
            self.add_error("last", "期間は2年までにしてください。")
        return cleaned
