"""What is typed at the desks."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from helpdesk.access import colleagues_of
from helpdesk.actions import Asked, Handled, Promise
from helpdesk.desks import categories, takes_personal_data
from helpdesk.errors import PersonalDataRefused
from helpdesk.models import CallResult, DeskCode, Line, NoteKind, Priority, Ticket, TicketChannel, TicketKind
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


class CallForm(DeskForm):
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
    callback_from = TimeOfDayField(label="何時から", required=False)
    callback_until = TimeOfDayField(label="何時まで", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        begins, ends = cleaned.get("callback_from"), cleaned.get("callback_until")
        if begins and ends and begins >= ends:
            self.add_error("callback_until", "終わりの時刻は、始まりより後にしてください。")
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
        """Today between the named times; without them, within the next two hours."""
        cleaned, now = self.cleaned_data, timezone.localtime()
        begins = _today_at(now, cleaned["callback_from"]) if cleaned["callback_from"] else now
        ends = _today_at(now, cleaned["callback_until"]) if cleaned["callback_until"] else begins + timedelta(hours=2)
        return Promise(
            phone=cleaned["phone"],
            window_from=begins,
            window_until=ends,
            contact_name=cleaned["contact_name"],
            note=cleaned["title"] or cleaned["note"][:300],
        )


def _today_at(now: datetime, at: Any) -> datetime:
    return now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


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


class NoteForm(DeskForm):
    free_texts = ("text",)

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="種類",
        choices=[(kind.value, kind.label) for kind in (NoteKind.INTERNAL, NoteKind.OUTSIDE, NoteKind.RECEIVED)],
        initial=NoteKind.INTERNAL,
        widget=forms.RadioSelect,
    )
    text = LongTextField(label="内容", max_length=4000)
    mail = forms.BooleanField(label="この回答をメールで送る", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4(), "kind": NoteKind.INTERNAL})
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 4

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("mail") and cleaned.get("kind") != NoteKind.OUTSIDE:
            self.add_error("mail", "メールで送れるのは「相手への回答」だけです。")
        return cleaned


class CityForm(Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    text = LongTextField(label="回答・指示", max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 4


class SortForm(DeskForm):
    category = forms.ChoiceField(label="分類")
    priority = forms.ChoiceField(label="優先度", choices=Priority.choices)
    kind = forms.ChoiceField(label="種別", choices=TicketKind.choices)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        initial = {"category": ticket.category, "priority": ticket.priority, "kind": ticket.kind}
        super().__init__(*args, desk=ticket.desk, initial=initial, **kwargs)


class OwnerForm(Form):
    owner = forms.ModelChoiceField(
        label="担当者", queryset=User.objects.none(), required=False, empty_label="決めない（だれでも）"
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": ticket.owner_id}, **kwargs)
        people = [person.pk for person in colleagues_of(ticket.desk)]
        self.fields["owner"].queryset = User.objects.filter(pk__in=people).order_by("display_name")  # type: ignore[attr-defined]


class JoinForm(Form):
    other = TextField(label="もう一方の受付番号", max_length=12)


class SplitForm(DeskForm):
    free_texts = ("title",)

    key = forms.CharField(widget=forms.HiddenInput, max_length=120)
    title = TextField(label="新しい問い合わせの件名", max_length=120)
    category = forms.ChoiceField(label="分類")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": new_key()})
        super().__init__(*args, **kwargs)


class MomentForm(DeskForm):
    free_texts = ("text",)

    day = DateField(label="日")
    clock = TimeOfDayField(label="時刻", widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}))
    text = TextField(label="できごと", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": timezone.localdate()})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("day") and cleaned.get("clock"):
            at = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["clock"]))
            if at > timezone.now():
                self.add_error("clock", "これから先の時刻です。日と時刻を確かめてください。")
            cleaned["at"] = at
        return cleaned


class FindingsForm(DeskForm):
    free_texts = ("analysis", "measures")

    analysis = LongTextField(label="原因・分析", required=False, max_length=4000)
    measures = LongTextField(label="対応・再発防止", required=False, max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["rows"] = 4


class AttachForm(Form):
    file = forms.FileField(label="添付するファイル", help_text="JPEGの写真かPDF、10MBまで。")


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
