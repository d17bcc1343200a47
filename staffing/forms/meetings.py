"""Meetings: plan, attendance, minutes, and what is to be done."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, Role
from reservations.operator.forms import TimeOfDayField
from reservations.supply.fields import CountField
from staffing.actions import MeetingFacts
from staffing.forms.workers import KeyedForm
from staffing.models import AgendaItem, Meeting, MeetingKind
from writing.forms import DateField, Form, LongTextField, TextField


def invitable() -> Any:
    """Active people whose role takes part in meetings."""
    roles = [role for role in Role if "staffing.meetings" in ROLE_PERMISSIONS[role]]
    return User.objects.filter(is_active=True, role__in=roles).order_by("role", "pk")


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only for the type checker
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（{obj.get_role_display()}）"


class MeetingForm(KeyedForm):
    kind = forms.ChoiceField(label="種類", choices=MeetingKind)
    title = TextField(label="会議の名前", max_length=100)
    day = DateField(label="開催日")
    at = TimeOfDayField(label="開始の時刻", widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}))
    minutes = CountField(label="予定の長さ（分）", least=10, most=480, initial=60)
    place = TextField(label="場所", max_length=100)
    agenda = LongTextField(
        label="議題",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="1行に1つずつ書いてください。",
    )
    people = PeopleField(label="出席を求める人", queryset=User.objects.none())
    guests = TextField(label="ほかの出席者", required=False, max_length=200)

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        if meeting:
            kwargs["initial"] = _initial(meeting)
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = invitable()  # type: ignore[attr-defined]

    def facts(self) -> MeetingFacts:
        typed = self.cleaned_data
        return MeetingFacts(
            kind=MeetingKind(typed["kind"]),
            title=typed["title"],
            starts_at=timezone.make_aware(datetime.combine(typed["day"], typed["at"])),
            minutes=typed["minutes"],
            place=typed["place"],
            guests=typed["guests"],
            agenda=[line[:150] for line in typed["agenda"].splitlines() if line],
            people=list(typed["people"]),
        )


def _initial(meeting: Meeting) -> dict[str, Any]:
    begins = timezone.localtime(meeting.starts_at)
    return {
        "kind": meeting.kind,
        "title": meeting.title,
        "day": begins.date(),
        "at": f"{begins.hour}:{begins.minute:02}",
        "minutes": meeting.minutes,
        "place": meeting.place,
        "agenda": "\n".join(meeting.items.values_list("title", flat=True)),
        "people": list(meeting.attendees.values_list("user_id", flat=True)),
        "guests": meeting.guests,
    }


class HoldForm(Form):
    """Who of those asked came."""

    came = PeopleField(label="出席した人", queryset=User.objects.none(), required=False)
    guests = TextField(label="ほかの出席者", required=False, max_length=200)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        asked = User.objects.filter(pk__in=meeting.attendees.values("user")).order_by("role", "pk")
        super().__init__(*args, initial={"came": asked, "guests": meeting.guests}, **kwargs)
        self.fields["came"].queryset = asked  # type: ignore[attr-defined]


class MinutesForm(Form):
    """One field for each item of the agenda."""

    def __init__(self, *args: Any, items: list[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items:
            field = LongTextField(
                label=f"{item.position}　{item.title}", required=False, max_length=4000, initial=item.text,
                widget=forms.Textarea(attrs={"rows": 5}),
            )  # fmt: skip
            self.fields[f"item_{item.pk}"] = field

    def texts(self) -> dict[int, str]:
        return {int(name.removeprefix("item_")): text for name, text in self.cleaned_data.items()}


class TaskForm(KeyedForm):
    text = TextField(label="すること", max_length=200)
    owner = forms.ModelChoiceField(label="担当者", queryset=User.objects.none(), empty_label="選んでください")
    due_on = DateField(label="期限")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = invitable()  # type: ignore[attr-defined]
