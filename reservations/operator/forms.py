"""What is typed at the desk while somebody is on the telephone."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from postoffices.city import current_city
from postoffices.models import Procedure, Ward
from reservations.access import offices_in_scope
from reservations.citizen.forms import PERSON_FIELDS, PersonForm
from reservations.citizen.together import coming, party_of
from reservations.models import CancelReason, Reservation
from reservations.operator.freetimes import Wanted
from writing.forms import DateField, Form, TextField
from writing.text import normalised

ALL = "すべて"
WEEKDAYS = [(str(number), name) for number, name in enumerate("月火水木金土日", start=1)]
# The form that all controls of the desk belong to, wherever they stand on the page.
DESK_FORM = "desk-form"


class TimeOfDayField(forms.CharField):
    """13, 1330, 13:30 or 13時30分. None when empty."""

    _TYPED = re.compile(r"(?P<hour>\d{1,2})(?:[:時.]?(?P<minute>\d{2})分?|[:時]?)")

    def to_python(self, value: Any) -> time | None:  # type: ignore[override]  # CharField would give text
        text = normalised(super().to_python(value) or "").replace(" ", "")
        if not text:
            return None
        match = self._TYPED.fullmatch(text)
        try:
            return time(int(match["hour"]), int(match["minute"] or 0)) if match else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> time:
        raise ValidationError("時刻は、13、1330、13:30のように入力してください。", code="time")


def of_desk(form: Form) -> None:
    """Tie the form's controls to the desk's one form element."""
    for field in form.fields.values():
        field.widget.attrs["form"] = DESK_FORM
        field.widget.attrs.setdefault("autocomplete", "off")


class TimesForm(Form):
    """Which times fit the caller. With a booking, its procedure is the only one."""

    procedure = forms.ChoiceField(label="手続き")
    people = forms.ChoiceField(label="人数", required=False)
    ward = forms.ChoiceField(label="区", required=False)
    office = forms.ChoiceField(label="拠点", required=False)
    first = DateField(label="いつから", required=False)
    last = DateField(label="いつまで", required=False)
    weekday = forms.MultipleChoiceField(
        label="曜日", choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    begins = TimeOfDayField(label="何時から", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    ends = TimeOfDayField(label="何時まで", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))

    def __init__(self, *args: Any, user: User, booking: Reservation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.procedures = [booking.procedure] if booking else list(Procedure.objects.order_by("position"))
        offices = offices_in_scope(user).order_by("ward__position", "position")
        places = list(offices.values_list("code", "name", "ward__code"))
        wards = Ward.objects.filter(code__in={ward for _code, _name, ward in places}).values_list("code", "name")
        self._offer_people(booking)
        self._offer("procedure", [(procedure.code, procedure.name) for procedure in self.procedures])
        self._offer("ward", [("", ALL), *wards])
        self._offer("office", [("", ALL), *((code, name) for code, name, _ward in places)])
        of_desk(self)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _offer_people(self, booking: Reservation | None) -> None:
        """Everybody of a booking moves together; nobody is asked in a city where everybody books alone."""
        most = current_city().rules.group_limit
        self._people = len(coming(party_of(booking))) if booking else 0
        if booking or most == 1:
            del self.fields["people"]
            return
        self._offer("people", [(str(number), f"{number}人") for number in range(1, most + 1)])

    def chosen_people(self) -> int:
        """For how many people a time is looked for: those of the booking, else as many as were chosen."""
        told = self.data.get("people", "") if self.is_bound and "people" in self.fields else ""
        offered = dict(self.fields["people"].choices) if "people" in self.fields else {}  # type: ignore[attr-defined]
        return self._people or (int(told) if told in offered else 1)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if last and last < (first or timezone.localdate()):
            self.add_error("last", "「いつまで」が「いつから」か今日より前の日です。")
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", "「何時まで」は「何時から」より後の時刻にしてください。")
        return cleaned

    def chosen_procedure(self) -> Procedure | None:
        """The procedure that the rest of the page speaks of: the chosen one, else the first."""
        code = self.data.get("procedure") if self.is_bound else self.initial.get("procedure")
        return next((held for held in self.procedures if held.code == code), next(iter(self.procedures), None))

    def wanted(self) -> Wanted | None:
        """None when something typed is wrong, or the city has no procedure."""
        procedure = self.chosen_procedure()
        if procedure is None:
            return None
        if not self.is_bound:
            return Wanted(procedure, office=self.initial.get("office", ""), people=self.chosen_people())
        if not self.is_valid():
            return None
        typed = self.cleaned_data
        return Wanted(
            procedure,
            ward=typed["ward"],
            office=typed["office"],
            first=typed["first"],
            last=typed["last"],
            weekdays=tuple(int(number) for number in typed["weekday"]),
            begins=typed["begins"],
            ends=typed["ends"],
            people=self.chosen_people(),
        )


class CallerForm(PersonForm):
    """Who comes, as told on the telephone: the browser must not offer the data of the caller before."""

    field_order = ("name", "reading", "birth_date", "address", "phone", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""
            for widget in (field.widget, *getattr(field.widget, "widgets", ())):
                widget.attrs["autocomplete"] = "off"
        of_desk(self)

    def anything_typed(self) -> bool:
        dates = [name for name in self.fields if name.startswith("birth_date")]
        return any(self[name].value() for name in self.fields if name not in dates) or any(
            any(self[name].value() or ()) for name in dates
        )


class FindForm(Form):
    """One field; what it holds is understood by `search.understand`."""

    q = TextField(label="予約をさがす", max_length=100, error_messages={"required": "さがす言葉を入力してください。"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_desk(self)


EVERYBODY, ONE = "all", "one"


class StaffCancelForm(Form):
    """Why, and of people who booked together, whether all of them cancel."""

    who = forms.ChoiceField(label="取り消す方", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="取り消しの理由", choices=[("", "選んでください"), *CancelReason.choices])

    def __init__(self, *args: Any, booking: Reservation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = coming(party_of(booking)) if booking else []
        if len(people) < 2 or booking not in people:
            del self.fields["who"]
            return
        choices = [(EVERYBODY, f"いっしょの予約の{len(people)}人とも"), (ONE, "この方だけ")]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    @property
    def asks_who(self) -> bool:
        return "who" in self.fields

    def places(self, booking: Reservation) -> list[int] | None:
        """The places of those who cancel; None for everybody."""
        return [booking.place] if self.cleaned_data.get("who") == ONE else None


def person_of(reservation: Reservation) -> dict[str, str | date]:
    """The person of an earlier booking, for a new one: nobody has to say everything twice."""
    return {name: getattr(reservation, name) for name in PERSON_FIELDS}
