"""What somebody who waits tells us: where, when, and how to reach them."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postoffices.city import current_city
from postoffices.models import Office, Procedure
from reservations.deadlines import first_bookable_day, last_bookable_day
from reservations.waiting_list.registering import Told, Wanted
from writing.forms import DateField, EmailField, Form, PhoneField

OFFICE, WARD = "office", "ward"


class WaitForm(Form):
    place = forms.ChoiceField(label=gettext_lazy("待つ場所"), widget=forms.RadioSelect)
    people = forms.ChoiceField(
        label=gettext_lazy("人数"),
        required=False,
        help_text=gettext_lazy("2人以上のときは、全員が続けて手続きできる時間が空いたときにお知らせします。"),
    )
    first = DateField(
        label=gettext_lazy("この日から"),
        required=False,
        help_text=gettext_lazy("空欄のときは、予約できる最初の日からです。"),
    )
    last = DateField(
        label=gettext_lazy("この日まで"),
        required=False,
        help_text=gettext_lazy("空欄のときは、予約できる最後の日までです。"),
    )
    email = EmailField(
        label=gettext_lazy("メールアドレス"),
        required=False,
        help_text=gettext_lazy("確認のメールをお送りします。空きが出たときも、すぐメールでお知らせします。"),
    )
    phone = PhoneField(
        label=gettext_lazy("電話番号"),
        required=False,
        help_text=gettext_lazy("メールアドレスのない方は入力してください。受付時間内に電話でお知らせします。"),
    )

    # Lost or cut off, it is no mistake of the citizen's: a fresh one takes its place.
    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=36)

    def __init__(self, *args: Any, procedure: Procedure, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.procedure, self.office = procedure, office
        ward = _("%(ward)sのどの場所でもよい") % {"ward": office.ward.name}
        self.fields["place"].choices = [(OFFICE, office.name), (WARD, ward)]  # type: ignore[attr-defined]
        self.fields["place"].initial = OFFICE
        most = current_city().rules.people_together
        people = [(str(number), _("%(number)s人") % {"number": number}) for number in range(1, most + 1)]
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        if most == 1:
            del self.fields["people"]
        self.fields["key"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("email") and not cleaned.get("phone") and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("メールアドレスか電話番号の、どちらかを入力してください。"))
        if not {"first", "last"} & set(self.errors):
            self._clean_days(cleaned)
        return cleaned

    def _clean_days(self, cleaned: dict[str, Any]) -> None:
        begins = max(cleaned.get("first") or date.min, first_bookable_day(timezone.now()))
        ends = cleaned.get("last") or last_bookable_day()
        if ends < begins:
            self.add_error("last", _("「この日まで」は、「この日から」と予約の締め切りより後の日にしてください。"))
        cleaned["first"], cleaned["last"] = begins, ends

    def clean_key(self) -> UUID:
        try:
            return UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid4()

    def told(self, language: str) -> Told:
        """Of a valid form."""
        return Told(self.cleaned_data["email"], self.cleaned_data["phone"], language)

    def wanted(self) -> Wanted:
        """Of a valid form."""
        cleaned = self.cleaned_data
        place = self.office if cleaned["place"] == OFFICE else self.office.ward
        return Wanted(self.procedure, place, cleaned["first"], cleaned["last"], int(cleaned.get("people") or 1))
