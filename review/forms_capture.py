"""What the counter says before it photographs."""

from collections.abc import Iterable
from typing import Any

from django import forms

from counters.models import Visit
from postoffices.city import current_city
from writing.forms import Form

GROUPS = ((True, "写真付き（1点）"), (False, "写真なし（2点）"))


class PlanForm(Form):
    """The identity documents at hand; the action says which are still missing."""

    documents = forms.MultipleChoiceField(
        label="本人確認書類",
        required=False,
        help_text="写真付きは1点、写真のないものは2点。",
        widget=forms.CheckboxSelectMultiple,
    )
    pin_forgotten = forms.BooleanField(label="暗証番号をお忘れです（もう1点いただきます）", required=False)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        plan = getattr(getattr(visit, "case", None), "plan", None)
        held = {"documents": plan.documents, "pin_forgotten": plan.pin_forgotten} if plan else None
        super().__init__(*args, initial=held, **kwargs)
        self.chosen_before = plan is not None
        choices = [(label, _choices(photo)) for photo, label in GROUPS]
        self.fields["documents"].choices = choices  # type: ignore[attr-defined]


def _choices(photo: bool) -> Iterable[tuple[str, str]]:
    rules = current_city().rules.capture
    return [(document.code, document.name) for document in rules.documents if document.photo == photo]
