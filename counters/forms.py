"""What a clerk enters: a number to search for, a walk-in's procedure, a signature, an outcome."""

import re
import unicodedata
import uuid
from typing import Any

from django import forms

from accounts.models import User
from applications.signatures import Stroke, strokes_from_json
from audit.errors import Refused
from counters.actions.cash import PIECES
from counters.models import REASONS, Outcome, Reason, ReviewResult, ScreenKind, SupportKind, Visit, VoidReason
from counters.things import things_to_bring
from postoffices.access import offices_for
from postoffices.city import current_city
from postoffices.models import Office, Procedure
from reservations.numbers import is_number
from writing.forms import Form, TextField
from writing.text import HYPHENS, digits

NUMBER = re.compile(rf"[\d\s{HYPHENS}]*")


class SearchForm(Form):
    """Part of a booking number; hyphens and full-width digits are fine."""

    number = TextField(label="予約番号で探す", required=False, max_length=20)

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if not NUMBER.fullmatch(typed):
            raise forms.ValidationError("予約番号は数字で入力してください。")
        return digits(typed)


class WalkInForm(Form):
    """Why somebody came without a booking. `key` is this form's own: a second tap makes no second visit."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    procedure = forms.ModelChoiceField(
        label="手続き", queryset=Procedure.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = office.procedures.all()


class SignatureForm(Form):
    """The pen strokes as the signature pad gives them."""

    strokes = forms.CharField(label="署名", widget=forms.HiddenInput, required=False, strip=False)

    def clean_strokes(self) -> tuple[Stroke, ...]:
        try:
            return strokes_from_json(self.cleaned_data["strokes"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class ScanForm(Form):
    """What the camera read: the booking number alone, as it stands in the citizen's code."""

    number = forms.CharField(label="予約番号", max_length=40)

    def clean_number(self) -> str:
        read: str = self.cleaned_data["number"]
        number = digits(read) if NUMBER.fullmatch(read) else ""
        if not is_number(number):
            raise forms.ValidationError("予約の二次元コードではありません。")
        return number


class FinishForm(Form):
    """How the visit ended: nothing is chosen beforehand, and what needs the city's answer is offered only after it.

    Outcomes that do not explain themselves ask for a reason (`reason_<outcome>`), a referral also for the place.
    """

    outcome = forms.ChoiceField(label="結果", widget=forms.RadioSelect)
    place = forms.ChoiceField(label="案内先", required=False)
    supports = forms.MultipleChoiceField(
        label="あわせて行った支援",
        choices=SupportKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = TextField(label="備考", required=False, max_length=300, help_text="氏名などの個人情報は書かないでください。")

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        self.visit = visit
        super().__init__(*args, **kwargs)
        self.places = {place.code: place for place in current_city().rules.counter.referrals}
        offered = [outcome for outcome in Outcome if _is_offered(outcome, visit)]
        _set_choices(self.fields["outcome"], [(outcome.value, outcome.label) for outcome in offered])
        _set_choices(self.fields["place"], [("", "選んでください"), *((p.code, p.name) for p in self.places.values())])
        for outcome in offered:
            if outcome in REASONS:
                self.fields[f"reason_{outcome}"] = forms.ChoiceField(
                    label=f"「{outcome.label}」の理由",
                    choices=[(reason.value, reason.label) for reason in REASONS[outcome]],
                    required=False,
                    widget=forms.RadioSelect,
                )

    @property
    def outcomes(self) -> list[tuple[Any, forms.BoundField | None]]:
        """Each choice of the outcome with the field of its reasons, for the page."""
        names = [f"reason_{value}" for value, _ in self.fields["outcome"].choices]  # type: ignore[attr-defined]
        reasons = [self[name] if name in self.fields else None for name in names]
        return list(zip(self["outcome"].subwidgets, reasons, strict=True))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome and f"reason_{outcome}" in self.fields and not cleaned.get(f"reason_{outcome}"):
            self.add_error(f"reason_{outcome}", "理由を選んでください。")
        if outcome == Outcome.REFERRED and self.places and not cleaned.get("place"):
            self.add_error("place", "案内先を選んでください。案内票に印刷されます。")
        return cleaned

    def ending(self) -> dict[str, Any]:
        """What `visit_finish` needs of a form that is right."""
        typed = self.cleaned_data
        outcome = Outcome(typed["outcome"])
        reason = Reason(typed[f"reason_{outcome}"]) if outcome in REASONS else None
        place = self.places.get(typed["place"]) if outcome == Outcome.REFERRED else None
        things = things_to_bring(self.visit.procedure.bring, reason) if place else []
        return {"outcome": outcome, "reason": reason, "place": place, "things": things, "note": typed["note"]}


def _is_offered(outcome: Outcome, visit: Visit) -> bool:
    return NEEDS_ANSWER.get(outcome, visit.review_result) == visit.review_result


def _set_choices(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


NEEDS_ANSWER = {Outcome.COMPLETED: ReviewResult.APPROVED, Outcome.REJECTED: ReviewResult.REJECTED}


class SupportForm(Form):
    """Help for somebody who came for that alone."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="支援の種類", choices=SupportKind.choices)


class FeesForm(Form):
    """Which fees, and for each whether it is paid or exempt."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = current_city().rules.counter
        ways = [("", "受け取らない"), (PAID, "現金で受け取る")]
        ways += [(part.code, f"免除（{part.name}）") for part in rules.fee_exemptions]
        self.fees = rules.fees_of(visit.procedure.code)
        for fee in self.fees:
            self.fields[f"fee_{fee.code}"] = forms.ChoiceField(
                label=f"{fee.name}　{fee.amount:,}円", choices=ways, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(f"fee_{fee.code}") for fee in self.fees):
            self.add_error(None, "受け取る手数料か、免除の理由を選んでください。")
        return cleaned

    @property
    def chosen(self) -> dict[str, str]:
        """Codes of the fees with the code of the exemption, "" when paid."""
        ways = {fee.code: self.cleaned_data[f"fee_{fee.code}"] for fee in self.fees}
        return {code: "" if way == PAID else way for code, way in ways.items() if way}


PAID = "+paid"  # no code of an exemption begins like that


class VoidForm(Form):
    reason = forms.ChoiceField(label="取り消しの理由", choices=VoidReason.choices, widget=forms.RadioSelect)


class CashUpForm(Form):
    """How many of each note and coin lie in the drawer."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value in PIECES:
            self.fields[f"pieces_{value}"] = CountField(label=f"{value:,}円", required=False)
        self.fields["difference_reason"] = TextField(
            label="差額の理由",
            required=False,
            max_length=200,
            help_text="現金と領収書の合計が合わないときだけ書きます。個人情報は書かないでください。",
        )

    @property
    def pieces(self) -> list[forms.BoundField]:
        return [self[f"pieces_{value}"] for value in PIECES]

    @property
    def counted(self) -> dict[int, int]:
        return {value: self.cleaned_data[f"pieces_{value}"] or 0 for value in PIECES}


class CountField(forms.IntegerField):
    """A number of pieces; full-width digits are fine."""

    def __init__(self, **kwargs: Any) -> None:
        tablet = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        message = "枚数を0以上の数字で入力してください。"
        messages = {"invalid": message, "min_value": message, "max_value": "枚数が多すぎます。"}
        super().__init__(min_value=0, max_value=99_999, widget=tablet, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> int | None:
        typed = unicodedata.normalize("NFKC", str(value or "")).strip().replace(",", "")
        return super().to_python(typed)


class ScreenForm(Form):
    """A new screen on a wall."""

    name = TextField(label="画面の名前", max_length=40, help_text="例：待合の大型画面")
    kind = forms.ChoiceField(label="種類", choices=ScreenKind.choices, widget=forms.RadioSelect)
    office = forms.ModelChoiceField(label="拠点", queryset=Office.objects.none(), required=False, empty_label="市全体")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = offices_for(user)
            if not user.may("counters.oversee"):
                field.empty_label = None
                field.required = True
                field.error_messages["required"] = "拠点を選んでください。"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == ScreenKind.CALLS and not cleaned.get("office") and "office" not in self.errors:
            self.add_error("office", "呼び出し表示は、拠点を選んでください。")
        return cleaned
