"""What the reviewer ticks, chooses and writes."""

from typing import Any

from django import forms

from review.models import ReasonCode, Verdict
from writing.forms import Form, LongTextField

CHECKS = (
    ("clear", "画像が鮮明で、端まで写っている"),
    ("card", "カードの氏名・生年月日・住所が、予約の内容と一致している"),
    ("period", "カードの有効期限が切れていない"),
    ("person", "写真の書類で、ご本人と確認できる"),
    ("signature", "申請書に署名がある"),
)
# Without a booking there is nothing but what the person wrote.
CARD_OF_WALK_IN = "カードの記載が、写真の申請書と一致している"
NO_REASON = "（承認するときは不要です）"


class DecideForm(Form):
    """`token` and `version` name the claim and the state that the reviewer saw."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Verdict, widget=forms.HiddenInput)
    checks = forms.MultipleChoiceField(
        label="確認すること", choices=CHECKS, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.ChoiceField(
        label="撮り直し・不可の理由", choices=[("", NO_REASON), *ReasonCode.choices], required=False
    )
    remarks = LongTextField(
        label="窓口への連絡",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="マイナンバーは書かないでください。",
    )

    def __init__(self, *args: Any, walk_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        checks = self.fields["checks"]
        if walk_in and isinstance(checks, forms.MultipleChoiceField):
            checks.choices = [(code, CARD_OF_WALK_IN if code == "card" else words) for code, words in CHECKS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Verdict.APPROVED:
            self._refuse_unless_all_checked(cleaned)
        elif cleaned.get("verdict"):
            self._refuse_without_reason(cleaned)
        return cleaned

    def _refuse_unless_all_checked(self, cleaned: dict[str, Any]) -> None:
        if len(cleaned.get("checks", [])) < len(CHECKS):
            self.add_error("checks", "承認するときは、すべて確かめて印を付けてください。")

    def _refuse_without_reason(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("reason"):
            self.add_error("reason", "撮り直し・不可のときは、理由を選んでください。")
        elif cleaned["reason"] == ReasonCode.OTHER and not cleaned.get("remarks") and "remarks" not in self.errors:
            self.add_error("remarks", "「その他」のときは、窓口で伝える内容を書いてください。")


def carried(data: Any, *, walk_in: bool) -> DecideForm:
    """A form that shows again what was ticked, chosen and written, without judging it."""
    typed = {"checks": data.getlist("checks"), "reason": data.get("reason", ""), "remarks": data.get("remarks", "")}
    return DecideForm(initial=typed, walk_in=walk_in)
