"""What is written about a handover."""

from django import forms

from writing.forms import Form, TextField


class NoteForm(Form):
    note = TextField(
        label="引き継ぐ方への連絡",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="引き継ぐ相手、日程、注意してほしいことなど。",
    )


class ConfirmForm(Form):
    remarks = TextField(
        label="市からの連絡",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="差し戻すときは、何が足りないかを書いてください。",
    )


class ReturnForm(ConfirmForm):
    """Whoever sends it back says why."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remarks"].required = True
        self.fields["remarks"].error_messages["required"] = "差し戻す理由を入力してください。"
