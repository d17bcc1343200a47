"""The forms of an inquiry's page: each knows its inquiry, and hands its action what was typed."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.models import User
from helpdesk.access import colleagues_of
from helpdesk.actions import Promise
from helpdesk.forms import DeskForm, WhenForm, new_key
from helpdesk.models import NoteKind, Priority, Ticket, TicketKind
from reservations.operator.forms import TimeOfDayField
from writing.forms import DateField, LongTextField, PhoneField, TextField


class TicketForm(DeskForm):
    """`name` stands before its ids, as several forms of the page have a field of the same name."""

    name: ClassVar[str]

    def __init__(self, *sent: Any, ticket: Ticket, initial: dict[str, Any] | None = None) -> None:
        super().__init__(*sent, desk=ticket.desk, auto_id=f"{self.name}_%s", initial=initial)
        self.ticket = ticket

    def wanted(self) -> dict[str, Any]:
        """What the action is given, of a valid form."""
        return self.cleaned_data


class NoteForm(TicketForm):
    name = "note"
    free_texts = ("text",)

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(
        label="種類",
        choices=[(kind.value, kind.label) for kind in (NoteKind.INTERNAL, NoteKind.OUTSIDE, NoteKind.RECEIVED)],
        coerce=NoteKind,
        widget=forms.RadioSelect,
    )
    text = LongTextField(label="内容", max_length=4000)
    mail = forms.BooleanField(label="この回答をメールで送る", required=False)

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        super().__init__(*sent, ticket=ticket, initial={"key": uuid.uuid4(), "kind": NoteKind.INTERNAL})
        self.fields["text"].widget.attrs["rows"] = 4

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("mail") and cleaned.get("kind") != NoteKind.OUTSIDE:
            self.add_error("mail", "メールで送れるのは「相手への回答」だけです。")
        return cleaned

    def wanted(self) -> dict[str, Any]:
        return self.cleaned_data | {"key": str(self.cleaned_data["key"])}


class CityForm(TicketForm):
    name = "city"
    free_texts = ("text",)

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = LongTextField(label="回答・指示", max_length=4000)

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        super().__init__(*sent, ticket=ticket, initial={"key": uuid.uuid4()})
        self.fields["text"].widget.attrs["rows"] = 4

    def wanted(self) -> dict[str, Any]:
        return self.cleaned_data | {"key": str(self.cleaned_data["key"])}


class SortForm(TicketForm):
    name = "sort"

    category = forms.ChoiceField(label="分類")
    priority = forms.TypedChoiceField(label="優先度", choices=Priority.choices, coerce=Priority)
    kind = forms.TypedChoiceField(label="種別", choices=TicketKind.choices, coerce=TicketKind)

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        held = {"category": ticket.category, "priority": ticket.priority, "kind": ticket.kind}
        super().__init__(*sent, ticket=ticket, initial=held)


class OwnerForm(TicketForm):
    name = "owner"

    owner = forms.ModelChoiceField(
        label="担当者", queryset=User.objects.none(), required=False, empty_label="決めない（だれでも）"
    )

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        super().__init__(*sent, ticket=ticket, initial={"owner": ticket.owner_id})
        people = [person.pk for person in colleagues_of(ticket.desk)]
        self.fields["owner"].queryset = User.objects.filter(pk__in=people).order_by("display_name")  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["owner"]}


class JoinForm(TicketForm):
    name = "join"

    other = TextField(label="もう一方の受付番号", max_length=12)


class SplitForm(TicketForm):
    name = "split"
    free_texts = ("title",)

    key = forms.CharField(widget=forms.HiddenInput, max_length=120)
    title = TextField(label="新しい問い合わせの件名", max_length=120)
    category = forms.ChoiceField(label="分類")

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        super().__init__(*sent, ticket=ticket, initial={"key": new_key()})


class MomentForm(TicketForm):
    name = "moment"
    free_texts = ("text",)

    day = DateField(label="日")
    clock = TimeOfDayField(label="時刻", widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}))
    text = TextField(label="できごと", max_length=300)

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        super().__init__(*sent, ticket=ticket, initial={"day": timezone.localdate()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("day") and cleaned.get("clock"):
            at = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["clock"]))
            if at > timezone.now():
                self.add_error("clock", "これから先の時刻です。日と時刻を確かめてください。")
            cleaned["at"] = at
        return cleaned

    def wanted(self) -> dict[str, Any]:
        return {"at": self.cleaned_data["at"], "text": self.cleaned_data["text"]}


class FindingsForm(TicketForm):
    name = "findings"
    free_texts = ("analysis", "measures")

    analysis = LongTextField(label="原因・分析", required=False, max_length=4000)
    measures = LongTextField(label="対応・再発防止", required=False, max_length=4000)

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        super().__init__(*sent, ticket=ticket, initial={"analysis": ticket.analysis, "measures": ticket.measures})
        for field in self.fields.values():
            field.widget.attrs["rows"] = 4


class CallbackForm(TicketForm, WhenForm):
    name = "callback"
    free_texts = ("note",)

    key = forms.UUIDField(widget=forms.HiddenInput)
    phone = PhoneField(label="折り返し先の電話番号")
    note = TextField(label="用件", required=False, max_length=300)

    def __init__(self, *sent: Any, ticket: Ticket) -> None:
        phone = ticket.phone or (ticket.office.phone if ticket.office else "")
        held = {"key": uuid.uuid4(), "phone": phone, "note": ticket.title}
        super().__init__(*sent, ticket=ticket, initial=held)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"

    def wanted(self) -> dict[str, Any]:
        typed = self.cleaned_data
        who = self.ticket.contact_name
        promise = Promise(phone=typed["phone"], window=self.window(), contact_name=who, note=typed["note"])
        return {"desk": self.ticket.desk, "promise": promise, "key": typed["key"]}


class AttachForm(TicketForm):
    name = "attach"

    file = forms.FileField(label="添付するファイル", help_text="JPEGの写真かPDF、10MBまで。")

    def wanted(self) -> dict[str, Any]:
        upload = self.cleaned_data["file"]
        return {"name": upload.name, "upload": upload.read()}


ALL: tuple[type[TicketForm], ...] = (
    NoteForm,
    CityForm,
    SortForm,
    OwnerForm,
    JoinForm,
    SplitForm,
    MomentForm,
    FindingsForm,
    CallbackForm,
    AttachForm,
)
