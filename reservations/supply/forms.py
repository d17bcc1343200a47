"""What the bureau types: an edit of days, a stop, a deadline."""

import re
import unicodedata
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from postoffices.models import DeadlineStep, Office, Procedure
from postoffices.supply.edits import Edit, EditKind
from writing.dates import WEEKDAYS
from writing.forms import DateField, Form, TextField

Periods = tuple[tuple[time, time], ...]
PERIOD = re.compile(r"(\d{1,2}):?(\d{2})[-〜~ー−–](\d{1,2}):?(\d{2})")
CLOCK = re.compile(r"(\d{1,2}):?(\d{2})")
LONGEST_DAYS = 366
MOST_SEATS = 999


class ClockField(forms.CharField):
    """A time of day as 9:00, 900 or in full width."""

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").strip()
        if not text:
            return None
        match = CLOCK.fullmatch(text)
        if match is None:
            raise ValidationError("時刻は 9:00 のように入力してください。", code="clock")
        return clock(match[1], match[2])


class PeriodsField(forms.CharField):
    """Opening periods such as 9:00-12:00 13:00-17:00, in order and apart from each other."""

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        parts = [part for part in re.split(r"[\s、,・]+", re.sub(r"\s*([-〜~ー−–])\s*", r"\1", text)) if part]
        periods = tuple(period(part) for part in parts)
        if any(before[1] > after[0] for before, after in pairwise(periods)):
            raise ValidationError("時間帯は、早いものから順に、重ならないように入力してください。", code="overlap")
        return periods


def period(text: str) -> tuple[time, time]:
    """One period. Raises ValidationError."""
    match = PERIOD.fullmatch(text)
    if match is None:
        raise ValidationError("時間帯は 9:00-12:00 13:00-17:00 のように入力してください。", code="period")
    opens, closes = clock(match[1], match[2]), clock(match[3], match[4])
    if opens >= closes:
        raise ValidationError("時間帯の終わりは、始まりより後の時刻にしてください。", code="order")
    return opens, closes


def clock(hours: str, minutes: str) -> time:
    if int(hours) > 23 or int(minutes) > 59:
        raise ValidationError("時刻は 0:00 から 23:59 までで入力してください。", code="clock")
    return time(int(hours), int(minutes))


class CountField(forms.IntegerField):
    """A number of seats, minutes or days in a plain text input; full width is accepted."""

    widget = forms.TextInput

    def __init__(self, *, most: int = MOST_SEATS, least: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        wrong = f"{least}から{most}までの数字で入力してください。"
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        super().__init__(min_value=least, max_value=most, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", str(value)) if value not in (None, "") else value)


class Scope(models.TextChoices):
    """Which offices an edit is for."""

    HERE = "here", "この拠点"
    CALENDAR = "calendar", "同じ暦の拠点"
    ALL = "all", "すべての拠点"


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
    kind = forms.ChoiceField(label="変更", choices=EditKind.choices, widget=forms.RadioSelect, initial=EditKind.CLOSE)
    periods = PeriodsField(label="受付時間", required=False, help_text="例 9:00-12:00 13:00-17:00")
    public = CountField(label="公開枠", required=False)
    internal = CountField(label="内部枠", required=False)
    slot_minutes = CountField(label="1枠の長さ（分）", least=5, most=240, required=False)
    reason = TextField(label="理由", max_length=60, required=False, help_text="お知らせのメールと、この画面に出ます。")
    scope = forms.ChoiceField(label="対象の拠点", choices=Scope.choices, initial=Scope.HERE)

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
        return cleaned

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
        )

    def offices(self, here: Office) -> list[Office]:
        """The offices that the edit is for, the one on screen first. Needs a valid form."""
        others = Office.objects.select_related("calendar").exclude(pk=here.pk).order_by("pk")
        match self.cleaned_data["scope"]:
            case Scope.CALENDAR:
                return [here, *others.filter(calendar=here.calendar)]
            case Scope.ALL:
                return [here, *others.filter(takes_bookings=True)]
            case _:
                return [here]


class StopForm(Form):
    """An emergency stop: where, from when to when, why."""

    office = forms.ChoiceField(label="対象", required=False)
    from_day = DateField(label="開始日")
    from_time = ClockField(label="開始時刻", required=False, help_text="空けておくと、その日の初めからです。")
    to_day = DateField(label="終了日")
    to_time = ClockField(label="終了時刻", required=False, help_text="空けておくと、その日の終わりまでです。")
    reason = TextField(label="理由", max_length=100, help_text="予約のある方へのメールに、このまま書かれます。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.filter(takes_bookings=True).order_by("ward__position", "position")
        choices = [("", "すべての拠点"), *offices.values_list("code", "name")]
        self.fields["office"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("from_day") and cleaned.get("to_day") and not self.errors:
            begins, ends = self.moments()
            if ends <= begins:
                self.add_error("to_day", "終了は、開始より後にしてください。")
            elif ends <= timezone.now():
                self.add_error("to_day", "終了は、これから先の日時にしてください。")
            elif ends - begins > timedelta(days=LONGEST_DAYS):
                self.add_error("to_day", "一度に停止できるのは1年分までです。")
        return cleaned

    def moments(self) -> tuple[datetime, datetime]:
        """Begin and end; an end without a time is the end of its day."""
        typed = self.cleaned_data
        begins = datetime.combine(typed["from_day"], typed.get("from_time") or time.min)
        if typed.get("to_time"):
            ends = datetime.combine(typed["to_day"], typed["to_time"])
        else:
            ends = datetime.combine(typed["to_day"] + timedelta(days=1), time.min)
        return timezone.make_aware(begins), timezone.make_aware(ends)

    def stopped_office(self) -> Office | None:
        code = self.cleaned_data["office"]
        return Office.objects.select_related("calendar").get(code=code) if code else None


class LiftForm(Form):
    give_back = forms.BooleanField(
        label="まだ選び直していない予約を、元の日時に戻してお知らせする", required=False, initial=True
    )


class DeadlineForm(Form):
    """A deadline of an office, a procedure, both or all."""

    step = forms.ChoiceField(label="期限の対象", choices=DeadlineStep.choices)
    office = forms.ChoiceField(label="拠点", required=False)
    procedure = forms.ChoiceField(label="手続き", required=False)
    days_before = CountField(label="何日前", most=LONGEST_DAYS, help_text="予約日の何日前まで。当日は0。")
    at = ClockField(label="時刻", help_text="例 17:00。この時刻までは受け付けます。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.order_by("ward__position", "position").values_list("code", "name")
        procedures = Procedure.objects.values_list("code", "name")
        self.fields["office"].choices = [("", "すべての拠点"), *offices]  # type: ignore[attr-defined]
        self.fields["procedure"].choices = [("", "すべての手続き"), *procedures]  # type: ignore[attr-defined]

    def place(self) -> tuple[Office | None, Procedure | None]:
        office, procedure = self.cleaned_data["office"], self.cleaned_data["procedure"]
        return (
            Office.objects.get(code=office) if office else None,
            Procedure.objects.get(code=procedure) if procedure else None,
        )
