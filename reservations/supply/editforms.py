"""What the bureau types about days and about a procedure's week."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from postoffices.models import Office, Procedure
from postoffices.strict import clock_text
from postoffices.supply.edits import Edit, EditKind
from postoffices.supply.procedures import Hours
from postoffices.supply.spans import periods_of, spans_of
from postoffices.supply.weeks import WeekEdit, WeekKind
from reservations.deadlines import last_bookable_day
from reservations.supply.fields import LONGEST_DAYS, ClockField, CountField, PeriodsField
from writing.dates import WEEKDAYS
from writing.forms import DateField, Form, TextField


class Scope(models.TextChoices):
    """Which offices an edit is for."""

    HERE = "here", "この拠点"
    CALENDAR = "calendar", "同じ暦の拠点"
    ALL = "all", "すべての拠点"


def offices_of(scope: str, here: Office, procedure: Procedure | None) -> list[Office]:
    """The offices of a scope, the one on screen first; with a procedure only those that do it."""
    others: QuerySet[Office] = Office.objects.select_related("calendar").exclude(pk=here.pk).order_by("pk")
    if procedure:
        others = others.filter(procedures=procedure)
    match scope:
        case Scope.CALENDAR:
            return [here, *others.filter(calendar=here.calendar)]
        case Scope.ALL:
            return [here, *others.filter(takes_bookings=True)]
        case _:
            return [here]


class EditForm(Form):
    """An edit of one day or a range of days."""

    first = DateField(label="初日")
    last = DateField(label="最終日", required=False, help_text="1日だけのときは、空けておきます。")
    weekdays = forms.MultipleChoiceField(
        label="曜日",
        choices=[(str(number), WEEKDAYS[number]) for number in (6, 0, 1, 2, 3, 4, 5)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="選ばなければ、期間のすべての日が対象です。",
    )
    procedure = forms.ChoiceField(
        label="手続き",
        required=False,
        help_text="1つ選ぶと、その手続きを受け付ける時間だけが変わります。枠は、拠点のすべての手続きで分け合います。",
    )
    part_from = ClockField(label="時間帯の初め", required=False)
    part_to = ClockField(label="時間帯の終わり", required=False)
    kind = forms.ChoiceField(label="変更", choices=EditKind.choices, widget=forms.RadioSelect, initial=EditKind.CLOSE)
    periods = PeriodsField(label="受付時間", required=False, help_text="例 9:00-12:00 13:00-17:00")
    public = CountField(label="公開枠", required=False)
    internal = CountField(label="内部枠", required=False)
    slot_minutes = CountField(label="1枠の長さ（分）", least=5, most=240, required=False)
    reason = TextField(label="理由", max_length=60, required=False, help_text="お知らせのメールと、この画面に出ます。")
    scope = forms.ChoiceField(label="対象の拠点", choices=Scope.choices, initial=Scope.HERE)

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offered = [(procedure.code, procedure.name) for procedure in office.procedures.all()]
        self.fields["procedure"].choices = [("", "すべて（拠点の枠）"), *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._refuse_wrong_range(cleaned)
        kind = cleaned.get("kind")
        if kind == EditKind.HOURS and not cleaned.get("periods") and "periods" not in self.errors:
            self.add_error("periods", "受付時間を入力してください。")
        if kind == EditKind.SEATS:
            for name in ("public", "internal"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, f"{self.fields[name].label}の数を入力してください（0も入力できます）。")
            if cleaned.get("procedure"):
                self.add_error("procedure", "枠数は拠点の数です。手続きは「すべて（拠点の枠）」を選んでください。")
        self._refuse_wrong_part(cleaned)
        return cleaned

    def _refuse_wrong_part(self, cleaned: dict[str, Any]) -> None:
        """A time of day has both ends, in order, and stands with the changes that know it."""
        begins, ends, kind = cleaned.get("part_from"), cleaned.get("part_to"), cleaned.get("kind")
        if {"part_from", "part_to"} & set(self.errors):
            return
        if begins is None and ends is None:
            if kind == EditKind.OPEN:
                self.add_error("part_from", "加えて開ける時間帯を入力してください。")
        elif begins is None or ends is None:
            self.add_error("part_to" if begins else "part_from", "時間帯は、初めと終わりの両方を入力してください。")
        elif ends <= begins:
            self.add_error("part_to", "時間帯の終わりは、初めより後の時刻にしてください。")
        elif kind == EditKind.HOURS:
            self.add_error("part_from", "1日の受付時間を決めるときは、時間帯を空けておいてください。")
        elif kind == EditKind.SEATS and cleaned.get("slot_minutes"):
            self.add_error("slot_minutes", "1枠の長さは、1日全体でだけ変えられます。時間帯か長さを空けてください。")

    def _refuse_wrong_range(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("first"), cleaned.get("last") or cleaned.get("first")
        if first is None or last is None or "last" in self.errors:
            return
        if last < first:
            self.add_error("last", "最終日は、初日か、それより後の日にしてください。")
        elif last - first > timedelta(days=LONGEST_DAYS):
            self.add_error("last", "一度に変更できるのは1年分までです。期間を分けてください。")
        elif last < timezone.localdate():
            self.add_error("last", "過ぎた日は変更できません。")

    def edit(self) -> Edit:
        """What was typed. Needs a valid form."""
        typed = self.cleaned_data
        kind = EditKind(typed["kind"])
        seats = kind == EditKind.SEATS
        return Edit(
            kind=kind,
            first=typed["first"],
            last=typed["last"] or typed["first"],
            weekdays=frozenset(int(number) for number in typed["weekdays"] or "0123456"),
            periods=typed["periods"] if kind == EditKind.HOURS else (),
            seats=(typed["public"], typed["internal"]) if seats else None,
            slot_minutes=typed["slot_minutes"] if seats else None,
            reason=typed["reason"],
            part=(typed["part_from"], typed["part_to"]) if typed["part_from"] is not None else None,
            procedure=self.chosen_procedure(),
        )

    def chosen_procedure(self) -> Procedure | None:
        code = self.cleaned_data["procedure"]
        return next((procedure for procedure in self.office.procedures.all() if procedure.code == code), None)

    def offices(self, here: Office) -> list[Office]:
        """The offices that the edit is for, the one on screen first. Needs a valid form."""
        return offices_of(self.cleaned_data["scope"], here, self.chosen_procedure())


def weekday_name(number: int) -> str:
    return f"day_{number}"


class WeekForm(Form):
    """The week of one procedure at an office: when it is done, weekday by weekday."""

    kind = forms.ChoiceField(label="決め方", choices=WeekKind.choices, widget=forms.RadioSelect, initial=WeekKind.OWN)
    reason = TextField(label="理由", max_length=60, required=False, help_text="お知らせのメールに出ます。")
    scope = forms.ChoiceField(label="対象の拠点", choices=Scope.choices, initial=Scope.HERE)

    field_order = ("kind", *(weekday_name(number) for number in range(7)), "reason", "scope")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            self.fields[weekday_name(number)] = PeriodsField(label=f"{name}曜日", required=False)
        self.order_fields(self.field_order)

    def edit(self, procedure: Procedure) -> WeekEdit:
        """What was typed. Needs a valid form."""
        kind = WeekKind(self.cleaned_data["kind"])
        week = tuple(spans_of(self.cleaned_data[weekday_name(number)]) for number in range(7))
        first, last = timezone.localdate(), last_bookable_day()
        held = week if kind == WeekKind.OWN else None
        return WeekEdit(kind, procedure, first, last, held, self.cleaned_data["reason"])

    def weekday_fields(self) -> list[forms.BoundField]:
        return [self[weekday_name(number)] for number in range(7)]


def week_typed(hours: Hours) -> dict[str, str]:
    """What the form shows at first: the week as it holds."""
    kind = WeekKind.OWN if hours.week else WeekKind.ALWAYS
    periods = {
        weekday_name(number): " ".join(
            f"{clock_text(opens)}-{clock_text(closes)}" for opens, closes in periods_of(spans)
        )
        for number, spans in enumerate(hours.week or ())
    }
    return {"kind": kind, **periods}
