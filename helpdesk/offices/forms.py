"""What somebody at an office types."""

import uuid
from typing import Any

from django import forms

from helpdesk.actions import Asked
from helpdesk.forms import DeskForm, new_key
from helpdesk.models import DeskCode, Priority, TicketKind
from postoffices.models import Office
from writing.forms import LongTextField, TextField

KINDS = [
    (TicketKind.INQUIRY, "質問・相談"),
    (TicketKind.EQUIPMENT, "機器・回線が使えない（市にもすぐに知らせます）"),
    (TicketKind.ESCALATION, "特定の方について、市の判断がいる（お名前は書かないでください）"),
]


class AskForm(DeskForm):
    """A question to the helpdesk. The categories are the six of Kitakyushu 5(1)オ unless the profile names others."""

    free_texts = ("title", "body", "device_label")

    key = forms.CharField(widget=forms.HiddenInput, max_length=120)
    kind = forms.ChoiceField(label="どのようなことですか", choices=KINDS, widget=forms.RadioSelect, initial=KINDS[0][0])
    category = forms.ChoiceField(label="分類", widget=forms.RadioSelect)
    title = TextField(label="聞きたいこと（一行で）", max_length=120)
    body = LongTextField(label="くわしい内容", required=False, max_length=2000)
    device_label = TextField(
        label="機器（機器管理シールの番号）", required=False, max_length=60, help_text="機器のことのときだけ。"
    )
    urgent = forms.BooleanField(label="お客さまをお待たせしている（急ぎ）", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": new_key(), "kind": TicketKind.INQUIRY})
        super().__init__(*args, desk=DeskCode.HELPDESK, **kwargs)
        self.fields["body"].widget.attrs["rows"] = 6

    def asked(self, office: Office) -> Asked:
        """Of a valid form."""
        typed = self.cleaned_data
        return Asked(
            title=typed["title"],
            category=typed["category"],
            body=typed["body"],
            kind=TicketKind(typed["kind"]),
            priority=Priority.URGENT if typed["urgent"] else Priority.NORMAL,
            office=office,
            device_label=typed["device_label"],
        )


class AddForm(DeskForm):
    free_texts = ("text",)

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = LongTextField(label="書き足すこと", max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, desk=DeskCode.HELPDESK, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 4
