"""What citizens type on their road."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postoffices.models import Procedure
from reservations.citizen.together import person_label
from reservations.fairness.keys import person_key
from reservations.models import CancelReason, Reservation
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
from writing.languages import current_language
from writing.numbers import number_text
from writing.text import digits

# Reasons that citizens choose from; DEFECT is the office's.
CITIZENS_REASONS = [
    (reason.value, reason.label)
    for reason in (CancelReason.SCHEDULE, CancelReason.DONE_ELSEWHERE, CancelReason.NOT_NEEDED, CancelReason.OTHER)
]


class PersonForm(Form):
    """Step four: who comes. Of `people`, those after the first have fields of their own (`name_2` ...)."""

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

    def __init__(self, *args: Any, people: int = 1, **kwargs: Any) -> None:
        self.companion_fields = {
            number: {f"{name}_{number}": field for name, field in _companion_fields(number).items()}
            for number in range(2, people + 1)
        }
        self.base_fields = self.base_fields | {  # type: ignore[misc]  # this form alone has them
            name: field for fields in self.companion_fields.values() for name, field in fields.items()
        }
        super().__init__(*args, **kwargs)

    def first_person(self) -> list[forms.BoundField]:
        """The fields of whoever books, with the contact."""
        return [self[name] for name in PERSON_FIELDS]

    def further_people(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Each further person's number and fields."""
        return [(number, [self[name] for name in fields]) for number, fields in self.companion_fields.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for number in (1, *self.companion_fields):
            ending = f"_{number}" if number > 1 else ""
            name, birth_date = cleaned.get(f"name{ending}"), cleaned.get(f"birth_date{ending}")
            if name and birth_date:
                key = person_key(name, birth_date)
                if key in seen:
                    self.add_error(f"name{ending}", _("同じ方が2回入力されています。"))
                seen.add(key)
        return cleaned

    def person(self) -> Person:
        """The person of a valid form."""
        return Person(**{name: self.cleaned_data[name] for name in PERSON_FIELDS})

    def companions(self) -> list[Person]:
        """Whoever comes along, with the first one's contact, and address where none was typed."""
        return [self._companion(number) for number in self.companion_fields]

    def _companion(self, number: int) -> Person:
        own = {name: self.cleaned_data[f"{name}_{number}"] for name in ("name", "reading", "birth_date", "address")}
        first = self.cleaned_data
        return Person(
            **own | {"address": own["address"] or first["address"]}, phone=first["phone"], email=first["email"]
        )


PERSON_FIELDS = tuple(PersonForm.base_fields)


def _companion_fields(number: int) -> dict[str, forms.Field]:
    of = {"number": number}
    return {
        "name": NameField(
            label=_("%(number)s人目の氏名") % of,
            max_length=100,
            help_text=_("マイナンバーカードに書かれているとおりに入力してください。"),
        ),
        "reading": ReadingField(label=_("%(number)s人目のフリガナ") % of, max_length=100),
        "birth_date": BirthDateField(label=_("%(number)s人目の生年月日") % of),
        "address": AddressField(
            label=_("%(number)s人目の住所") % of,
            max_length=200,
            required=False,
            help_text=_("1人目の方と同じときは、空欄のままで構いません。"),
        ),
    }


def typed(form: Form, data: QueryDict) -> dict[str, Any]:
    """What was typed so far as a form's initial values: kept as it is, not judged yet."""
    return {name: field.widget.value_from_datadict(data, QueryDict(), name) for name, field in form.fields.items()}


def drawn(form: PersonForm) -> SafeString:
    """The fields as the page shows them."""
    return render_to_string("reservations/citizen/_people_fields.html", {"form": form})


def drawn_empty(people: int) -> SafeString:
    """The fields of a form in which nobody has typed anything yet."""
    return _drawn_empty(people, current_language().code)


@cache
def _drawn_empty(people: int, language: str) -> SafeString:
    """Once in a process: they hold nothing of anybody, and drawing them takes half of the page's time."""
    with translation.override(language):
        return drawn(PersonForm(people=people))


def typed_person(data: QueryDict, people: int) -> PersonForm:
    """The form with what was typed so far."""
    return PersonForm(initial=typed(PersonForm(people=people), data), people=people)


def of_person(name: str) -> bool:
    """Whether a field of this name belongs to somebody who comes."""
    whole = re.sub(r"_(year|month|day)$", "", name)
    return re.sub(r"_\d$", "", whole) in PERSON_FIELDS


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
    """Why, and of people who booked together, who: at first everybody."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("取り消す方"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("取り消す方を選んでください。")},
    )
    reason = forms.ChoiceField(label=gettext_lazy("取り消しの理由"), choices=CITIZENS_REASONS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Sequence[Reservation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(people) < 2:
            del self.fields["people"]
            return
        choices = [(str(booking.place), _choice(booking)) for booking in people]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        self.initial["people"] = [value for value, _words in choices]

    def places(self) -> list[int] | None:
        """The places of those who cancel; None for everybody."""
        chosen = self.cleaned_data.get("people")
        return None if chosen is None else [int(place) for place in chosen]


def _choice(booking: Reservation) -> str:
    told = {"person": person_label(booking.place), "number": number_text(booking.number)}
    return _("%(person)s（予約番号 %(number)s）") % told
