"""What is typed about questions and answers."""

from typing import Any

from django import forms

from helpdesk.errors import PersonalDataRefused
from helpdesk.forms import DeskForm
from helpdesk.models import QuestionState
from helpdesk.personal import refuse_personal
from helpdesk.questions.actions import Written
from writing.forms import LongTextField, TextField


class QuestionForm(DeskForm):
    """A question and its answer; the button says whether it is published."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = TextField(label="質問", max_length=200, help_text="聞かれるとおりの言葉で書きます。")
    other_words = TextField(
        label="ほかの言い方", required=False, max_length=300, help_text="別の言い方を、空白で区切って並べます。"
    )
    answer = LongTextField(
        label="答え",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="そのまま読み上げられる言葉で書きます。個人の情報は書きません。",
    )
    category = forms.ChoiceField(label="分類")
    state = forms.ChoiceField(choices=QuestionState, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("title", "other_words", "answer"):
            try:
                refuse_personal(cleaned.get(name) or "")
            except PersonalDataRefused as refused:
                if not self.has_error(name):
                    self.add_error(name, refused.message)
        return cleaned

    def written(self) -> Written:
        typed = self.cleaned_data
        state = QuestionState(typed["state"] or QuestionState.DRAFT)
        return Written(typed["category"], typed["title"], typed["other_words"], typed["answer"], state)
