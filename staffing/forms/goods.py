"""The ledger of lent goods, and counting what is there."""

from typing import Any

from django import forms
from django.utils import timezone

from reservations.supply.fields import CountField
from staffing.actions import GoodFacts
from staffing.forms.oaths import UpToTodayForm
from staffing.forms.workers import KeyedForm, OfficeField
from staffing.models import Good, Provider, StocktakeLine
from writing.forms import DateField, Form, TextField

MOST = 9999


class GoodForm(KeyedForm):
    name = TextField(label="品名", max_length=80, help_text="例：統合端末、電話機、会議室の鍵、事務処理要領")
    number = TextField(label="管理番号", required=False, max_length=60)
    quantity = CountField(label="数量", least=1, most=MOST)
    unit = TextField(label="単位", max_length=10, initial="台")
    provider = forms.ChoiceField(label="用意する者", choices=Provider)
    office = OfficeField(label="拠点", empty_label="事務局など（拠点以外）")
    place = TextField(label="置き場所", required=False, max_length=80)
    note = TextField(label="備考", required=False, max_length=200)

    def __init__(self, *args: Any, good: Good | None = None, **kwargs: Any) -> None:
        if good:
            kwargs["initial"] = {name: getattr(good, name) for name in GoodFacts.__dataclass_fields__}
        super().__init__(*args, **kwargs)

    def facts(self) -> GoodFacts:
        typed = {name: self.cleaned_data[name] for name in GoodFacts.__dataclass_fields__}
        return GoodFacts(**typed | {"provider": Provider(typed["provider"])})


class DayForm(UpToTodayForm):
    """The day on which it happened."""

    dated = ("on",)
    on = DateField(label="日")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"on": timezone.localdate()} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)


class PartForm(DayForm):
    """How many of them."""

    quantity = CountField(label="数量", least=1, most=MOST)
    field_order = ("quantity", "office", "place", "on", "note")


class PutForm(PartForm):
    office = OfficeField(label="移した先の拠点", empty_label="事務局など（拠点以外）")
    place = TextField(label="置き場所", required=False, max_length=80)


class LoseForm(PartForm):
    note = TextField(label="いきさつ", max_length=150)


class CountForm(Form):
    """What was counted, line by line."""

    def __init__(self, *args: Any, lines: list[StocktakeLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"count_{line.pk}"] = CountField(
                label=f"{line.good.name} 数えた数", most=MOST, required=False, initial=line.counted
            )
            self.fields[f"note_{line.pk}"] = TextField(
                label=f"{line.good.name} 備考", required=False, max_length=100, initial=line.note
            )

    def rows(self) -> list[dict[str, Any]]:
        """The lines with their two fields, for the table."""
        return [
            {"line": line, "count": self[f"count_{line.pk}"], "note": self[f"note_{line.pk}"]} for line in self.lines
        ]

    def counts(self) -> dict[int, tuple[int | None, str]]:
        typed = self.cleaned_data
        return {line.pk: (typed[f"count_{line.pk}"], typed[f"note_{line.pk}"]) for line in self.lines}
