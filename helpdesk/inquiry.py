"""What a citizen writes in the inquiry form."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.actions import Asked
from helpdesk.desks import categories, local_category_name
from helpdesk.models import DeskCode
from writing.forms import EmailField, Form, LongTextField, NameField, PhoneField, TextField
from writing.languages import current_language


class InquiryForm(Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    category = forms.ChoiceField(label=gettext_lazy("何についてのお問い合わせですか"), widget=forms.RadioSelect)
    title = TextField(label=gettext_lazy("件名"), max_length=120)
    body = LongTextField(label=gettext_lazy("お問い合わせの内容"), max_length=2000)
    contact_name = NameField(label=gettext_lazy("お名前"), required=False, max_length=80)
    email = EmailField(label=gettext_lazy("返事を受け取るメールアドレス"), required=False)
    phone = PhoneField(
        label=gettext_lazy("返事を受ける電話番号"),
        required=False,
        help_text=gettext_lazy("メールアドレスのない方は入力してください。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        offered = [(held.code, local_category_name(held)) for held in categories(DeskCode.CITIZEN)]
        self.fields["category"].choices = offered  # type: ignore[attr-defined]
        self.fields["contact_name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("email") and not cleaned.get("phone") and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("メールアドレスか電話番号の、どちらかを入力してください。"))
        return cleaned

    def asked(self) -> Asked:
        typed = self.cleaned_data
        names = ("title", "category", "body", "contact_name", "phone", "email")
        return Asked(**{name: typed[name] for name in names}, language=current_language().code)
