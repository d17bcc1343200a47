"""What citizens type on their road."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postoffices.models import Procedure
from reservations.models import CancelReason
from reservations.numbers import is_number
from reservations.person import Person
from writing.forms import (
    AddressField,
    BirthDateField,
    DateField,
    EmailField,
    Form,
    NameField,
    PhoneField,
    ReadingField,
    TextField,
)
from writing.text import digits

# Reasons that citizens choose from; DEFECT is the office's.
CITIZENS_REASONS = [
    (reason.value, reason.label)
    for reason in (CancelReason.SCHEDULE, CancelReason.DONE_ELSEWHERE, CancelReason.NOT_NEEDED, CancelReason.OTHER)
]


class PersonForm(Form):
    """Step four: who comes."""

    name = NameField(
        label=gettext_lazy("氏名"),
        max_length=100,
        help_text=gettext_lazy("マイナンバーカードに書かれているとおりに入力してください。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reading = ReadingField(
        label=gettext_lazy("フリガナ"),
        max_length=100,
        help_text=gettext_lazy("ひらがなでも入力できます。ふりがなのない方は空欄のままで構いません。"),
    )
    birth_date = BirthDateField(
        label=gettext_lazy("生年月日"),
        help_text=gettext_lazy("年は西暦（例：1960）でも元号（例：昭和35、S35）でも入力できます。"),
    )
    address = AddressField(
        label=gettext_lazy("住所"),
        max_length=200,
        help_text=gettext_lazy("住民票の住所を入力してください。来局の前に、市が登録内容を確認するために使います。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    phone = PhoneField(
        label=gettext_lazy("電話番号"),
        help_text=gettext_lazy("日中に連絡のとれる番号。ハイフンはあってもなくても構いません。"),
    )
    email = EmailField(
        label=gettext_lazy("メールアドレス"),
        required=False,
        help_text=gettext_lazy("予約の内容と、お越しになる日が近づいたお知らせをお送りします。"),
    )

    def person(self) -> Person:
        """The person of a valid form."""
        return Person(**{name: self.cleaned_data[name] for name in self.fields})


def typed(form_class: type[Form], data: QueryDict) -> dict[str, Any]:
    """What was typed so far as a form's initial values: kept as it is, not judged yet."""
    return {
        name: field.widget.value_from_datadict(data, QueryDict(), name)
        for name, field in form_class.base_fields.items()
    }


class EligibilityForm(Form):
    """Which day counts depends on the procedure: only its questions are asked."""

    birth_date = BirthDateField(
        label=gettext_lazy("生年月日"),
        help_text=gettext_lazy("年は西暦（例：1960）でも元号（例：昭和35、S35）でも入力できます。"),
    )
    certificate_expiry = DateField(
        label=gettext_lazy("電子証明書の有効期限"),
        required=False,
        help_text=gettext_lazy("有効期限通知書か、カードの表面の余白に書かれている日付です。"),
    )
    card_expiry = DateField(
        label=gettext_lazy("カードの有効期限"),
        required=False,
        help_text=gettext_lazy("カードの表面、顔写真の近くに印刷されている日付です。"),
    )

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if procedure.eligibility == "renewal":
            self._ask_for_certificate()
        elif procedure.eligibility != "issue":
            del self.fields["certificate_expiry"]

    def _ask_for_certificate(self) -> None:
        field = self.fields["certificate_expiry"]
        field.required = True
        field.error_messages["required"] = _("電子証明書の有効期限を入力してください。")


class FindForm(Form):
    """The way back to a booking without its link."""

    number = TextField(
        label=gettext_lazy("予約番号"),
        help_text=gettext_lazy("9桁の数字です（例：123-456-789）。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    birth_date = BirthDateField(
        label=gettext_lazy("生年月日"),
        help_text=gettext_lazy("年は西暦（例：1960）でも元号（例：昭和35、S35）でも入力できます。"),
    )

    def clean_number(self) -> str:
        number = digits(self.cleaned_data["number"])
        if not is_number(number):
            raise forms.ValidationError(_("予約番号は9桁の数字です。打ち間違いがないか確認してください。"))
        return number


class CancelForm(Form):
    reason = forms.ChoiceField(label=gettext_lazy("取り消しの理由"), choices=CITIZENS_REASONS, widget=forms.RadioSelect)
