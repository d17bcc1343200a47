"""What the reviewer ticks, chooses and writes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from accounts.models import User
from postoffices.rules import CheckPoint
from review.actions import Findings, Remark
from review.models import CaseImage, NextStep, ReasonCode, Verdict
from writing.forms import Form, LongTextField, TextField

NO_REASON = "（承認するときは不要です）"
NO_NEXT_STEP = "（不可のときに選んでください）"
NOTHING_WRONG = "（問題なし）"
NO_MY_NUMBER = "マイナンバーは書かないでください。"


@dataclass(frozen=True, slots=True)
class ImageFields:
    """The two fields of one picture."""

    image: CaseImage
    reason: BoundField
    note: BoundField


class DecideForm(Form):
    """`token` and `version` name the claim and the state that the reviewer saw.

    `points` is the case's checklist; each of `images`, the attempt's pictures, gets a reason and a note.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Verdict, widget=forms.HiddenInput)
    checks = forms.MultipleChoiceField(label="確認すること", required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.ChoiceField(
        label="撮り直し・不可の理由", choices=[("", NO_REASON), *ReasonCode.choices], required=False
    )
    remarks = LongTextField(
        label="窓口への連絡",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=NO_MY_NUMBER,
    )
    next_step = forms.ChoiceField(label="次の案内", choices=[("", NO_NEXT_STEP), *NextStep.choices], required=False)
    say = LongTextField(
        label="窓口で伝える言葉",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="空欄のときは「本日はお手続きできません。」と案内します。",
    )

    def __init__(
        self, *args: Any, points: Sequence[CheckPoint], images: Sequence[CaseImage] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points, self.images = points, images
        checks = self.fields["checks"]
        if isinstance(checks, forms.MultipleChoiceField):
            checks.choices = [(point.code, point.words) for point in points]
        for image in images:
            # They stand below the picture, outside the form's own element.
            self.fields[reason_name(image)] = forms.ChoiceField(
                label="撮り直す理由",
                choices=[("", NOTHING_WRONG), *ReasonCode.choices],
                required=False,
                widget=forms.Select(attrs={"form": "deciding"}),
            )
            self.fields[note_name(image)] = TextField(
                label="撮り方の案内", required=False, max_length=200, widget=forms.TextInput(attrs={"form": "deciding"})
            )

    def image_fields(self) -> list[ImageFields]:
        return [ImageFields(image, self[reason_name(image)], self[note_name(image)]) for image in self.images]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        verdict = cleaned.get("verdict")
        if verdict == Verdict.RESHOOT and not cleaned.get("reason"):
            # What is wrong with a picture is the reason, said once.
            cleaned["reason"] = next((remark.reason for remark in self._remarks(cleaned)), "")
        if verdict == Verdict.APPROVED:
            self._refuse_unless_all_checked(cleaned)
        elif verdict:
            self._refuse_without_reason(cleaned)
        if verdict == Verdict.REJECTED and not cleaned.get("next_step"):
            self.add_error("next_step", "不可のときは、次の案内を選んでください。")
        return cleaned

    def findings(self) -> Findings:
        """What goes into the decision beside verdict and reason. Only for a form that is valid."""
        answer = self.cleaned_data
        refused = answer["verdict"] == Verdict.REJECTED
        ticked = answer["checks"]
        return Findings(
            remarks=answer["remarks"],
            say=answer["say"] if refused else "",
            next_step=NextStep(answer["next_step"]) if refused else None,
            checks=[{"code": point.code, "words": point.words, "ok": point.code in ticked} for point in self.points],
            images=self._remarks(answer) if answer["verdict"] == Verdict.RESHOOT else (),
        )

    def _remarks(self, cleaned: dict[str, Any]) -> list[Remark]:
        return [
            Remark(image.pk, ReasonCode(reason), cleaned.get(note_name(image), ""))
            for image in self.images
            if (reason := cleaned.get(reason_name(image)))
        ]

    def _refuse_unless_all_checked(self, cleaned: dict[str, Any]) -> None:
        if len(cleaned.get("checks", [])) < len(self.points):
            self.add_error("checks", "承認するときは、すべて確かめて印を付けてください。")
        if self._remarks(cleaned):
            self.add_error("reason", "撮り直す理由を付けた画像があります。承認するときは「問題なし」に戻してください。")

    def _refuse_without_reason(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("reason"):
            self.add_error("reason", "撮り直し・不可のときは、理由を選んでください。")
        elif cleaned["reason"] == ReasonCode.OTHER and not cleaned.get("remarks") and "remarks" not in self.errors:
            self.add_error("remarks", "「その他」のときは、窓口で伝える内容を書いてください。")


def reason_name(image: CaseImage) -> str:
    return f"image_reason_{image.pk.hex}"


def note_name(image: CaseImage) -> str:
    return f"image_note_{image.pk.hex}"


def carried(data: Any, *, points: Sequence[CheckPoint], images: Sequence[CaseImage]) -> DecideForm:
    """A form that shows again what was ticked, chosen and written, without judging it."""
    form = DecideForm(points=points, images=images)
    form.initial = {name: data.get(name, "") for name in form.fields if name not in ("token", "version", "verdict")}
    form.initial["checks"] = data.getlist("checks")
    return form


class QuestionForm(Form):
    """A question to the counter, or its answer."""

    text = LongTextField(label="内容", max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)


class HandOverForm(Form):
    """To whom, and what they should know."""

    to = forms.ModelChoiceField(label="引き継ぐ相手", queryset=User.objects.none())
    note = LongTextField(label="引き継ぎのメモ", required=False, max_length=300)

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        if isinstance(to, forms.ModelChoiceField):
            to.queryset = User.objects.filter(pk__in=[colleague.pk for colleague in colleagues])


def new_key() -> uuid.UUID:
    """Names one sending of a form."""
    return uuid.uuid4()
