"""What a clerk enters: a number to search for, a walk-in's procedure, a signature, an outcome."""

import re
import uuid
from typing import Any

from django import forms

from applications.signatures import Stroke, strokes_from_json
from audit.errors import Refused
from counters.models import Outcome, ReviewResult, Visit
from postoffices.models import Office, Procedure
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


class FinishForm(Form):
    """How the visit ended: nothing is chosen beforehand, and what needs the city's answer is offered only after it."""

    outcome = forms.ChoiceField(label="結果", widget=forms.RadioSelect)
    note = TextField(label="備考", required=False, max_length=300, help_text="氏名などの個人情報は書かないでください。")

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (outcome, words)
                for outcome, words in Outcome.choices
                if NEEDS_ANSWER.get(Outcome(outcome), visit.review_result) == visit.review_result
            ]


NEEDS_ANSWER = {Outcome.COMPLETED: ReviewResult.APPROVED, Outcome.REJECTED: ReviewResult.REJECTED}
