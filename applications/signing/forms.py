"""What the clerk enters beside a signature: who a walk-in is, and what is recorded for those who cannot sign."""

from typing import Any

from django import forms

from applications.actions import ApplicantData, AssistanceData
from applications.models import Application, AssistanceReason
from writing.forms import AddressField, BirthDateField, Form, NameField, PhoneField, ReadingField, TextField


class ApplicantForm(Form):
    """Nothing has to be filled in: what stays empty the applicant writes by hand."""

    name = NameField(
        label="氏名",
        required=False,
        max_length=100,
        help_text="保存した申請書を探すときに使います。申請書には印字しません。",
    )
    reading = ReadingField(label="フリガナ", max_length=100)
    birth_date = BirthDateField(label="生年月日", required=False)
    address = AddressField(label="住所", required=False, max_length=200)
    phone = PhoneField(label="電話番号", required=False)

    def told(self) -> ApplicantData:
        """Of the valid form."""
        return ApplicantData(**{name: self.cleaned_data[name] for name in self.fields})


class AssistanceForm(Form):
    """Why there is no signature, how the will was confirmed, who wrote in the applicant's place, who witnessed it."""

    reason = forms.ChoiceField(label="署名できない理由", choices=AssistanceReason, widget=forms.RadioSelect)
    note = TextField(
        label="申請の意思を確かめた方法",
        max_length=200,
        help_text="例：申請書の内容を読み上げ、口頭で確かめました。",
    )
    applicant_name = NameField(
        label="申請する方の氏名", max_length=100, help_text="署名がないため、申請書に印字します。"
    )
    proxy_name = NameField(label="代わりに記入した方の氏名", required=False, max_length=100)
    proxy_relation = TextField(label="申請する方との関係", required=False, max_length=40)
    witness_name = NameField(
        label="立会者の氏名", max_length=100, help_text="あなた以外の職員など、その場にいた方です。"
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A booking has the name already.
        if application.reservation_id is not None:
            del self.fields["applicant_name"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("proxy_name") and not cleaned.get("proxy_relation"):
            self.add_error("proxy_relation", "代わりに記入した方と申請する方との関係を入力してください。")
        return cleaned

    def told(self) -> AssistanceData:
        """Of the valid form."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "applicant_name")}
        return AssistanceData(reason=AssistanceReason(self.cleaned_data["reason"]), **kept)
