"""Entries of the emergency contact tree."""

from typing import Any

from django import forms

from reservations.supply.fields import CountField
from staffing.actions import ContactFacts
from staffing.forms.workers import KeyedForm
from staffing.models import Contact, Worker
from writing.forms import PhoneField, TextField


class ContactForm(KeyedForm):
    title = TextField(label="役割", max_length=40, help_text="例：業務責任者、コールセンター、市の担当課")
    worker = forms.ModelChoiceField(
        label="従事者", queryset=Worker.objects.none(), required=False, empty_label="名簿にない人・部署（下に書く）"
    )
    name = TextField(label="名簿にない人・部署の名前", required=False, max_length=80)
    day_phone = PhoneField(label="昼の電話番号")
    night_phone = PhoneField(label="夜間・休日の電話番号", required=False)
    deputy_name = TextField(label="つながらないときの代理", required=False, max_length=80)
    deputy_phone = PhoneField(label="代理の電話番号", required=False)
    above = forms.ModelChoiceField(
        label="この人に電話をかける人",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="最初に連絡を受ける人",
    )
    position = CountField(label="並び順", least=1, most=99, initial=1, help_text="同じ人が電話をかける順です。")

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact:
            kwargs["initial"] = {name: getattr(contact, name) for name in ContactFacts.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        others = Contact.objects.select_related("worker").exclude(pk=contact.pk if contact else 0)
        self.fields["above"].queryset = others  # type: ignore[attr-defined]
        self.fields["worker"].queryset = Worker.objects.working()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "worker" in cleaned and "name" in cleaned and bool(cleaned["worker"]) == bool(cleaned["name"]):
            self.add_error("name", "従事者を選ぶか、名前を書くか、どちらか一方にしてください。")
        name, phone = cleaned.get("deputy_name"), cleaned.get("deputy_phone")
        if name and phone == "":
            self.add_error("deputy_phone", "代理の電話番号も入力してください。")
        if phone and name == "":
            self.add_error("deputy_name", "代理の名前も入力してください。")
        return cleaned

    def facts(self) -> ContactFacts:
        return ContactFacts(**{name: self.cleaned_data[name] for name in ContactFacts.__dataclass_fields__})
