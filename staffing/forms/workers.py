"""Workers, their roles, who is missing, and what goes to the city."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from postoffices.models import Office
from staffing.actions import WorkerFacts
from staffing.models import ContractRole, Employment, Worker
from staffing.roster import title_of
from writing.forms import DateField, EmailField, Form, LongTextField, NameField, PhoneField, ReadingField, TextField


class KeyedForm(Form):
    """A form that makes something: pressed twice, it makes it once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid4()} | (initial or {}), **kwargs)


class WorkerForm(KeyedForm):
    name = NameField(label="氏名", max_length=80)
    reading = ReadingField(label="フリガナ", max_length=80)
    employer = TextField(label="所属", max_length=100, help_text="雇用している会社の名前です。")
    employment = forms.ChoiceField(label="雇用の形", choices=Employment)
    joined_on = DateField(label="従事を始める日")
    phone = PhoneField(label="電話番号", required=False, help_text="責任者の番号は、市に届け出る名簿に載ります。")
    email = EmailField(label="メールアドレス", required=False)
    qualifications = LongTextField(
        label="資格・経験", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例：自治体の窓口業務 3年、個人情報保護士",
    )  # fmt: skip
    user = forms.ModelChoiceField(
        label="この製品のログイン名",
        queryset=User.objects.none(),
        required=False,
        empty_label="ログインしない人",
        help_text="ログインする人は、その職員を選んでください。誓約書の有無を職員ごとに確かめます。",
    )

    def __init__(self, *args: Any, worker: Worker | None = None, **kwargs: Any) -> None:
        if worker:
            kwargs["initial"] = {name: getattr(worker, name) for name in WorkerFacts.__dataclass_fields__}
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("role", "username")
        field = self.fields["user"]
        field.queryset = people  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: f"{user.display_name}（{user.username}）"  # type: ignore[attr-defined]

    def facts(self) -> WorkerFacts:
        typed = {name: self.cleaned_data[name] for name in WorkerFacts.__dataclass_fields__}
        return WorkerFacts(**typed | {"employment": Employment(typed["employment"])})


class OfficeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only for the type checker
    """One office, or all of them."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"label": "拠点", "required": False, "empty_label": "全体"}
        super().__init__(queryset=Office.objects.order_by("position"), **defaults | kwargs)


class AssignmentForm(Form):
    role = forms.ChoiceField(label="役割")
    office = OfficeField(label="担当する拠点")
    first_day = DateField(label="初日")
    last_day = DateField(label="最終日", required=False, help_text="決まっていないときは、空のままにします。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, title_of(role)) for role in ContractRole]  # type: ignore[attr-defined]


class EndForm(Form):
    last_day = DateField(label="最終日")


class LeaveForm(Form):
    left_on = DateField(label="最後に従事する日")
    reminded = forms.BooleanField(
        label="退職したあとも秘密を守る義務が続くことを、本人に説明した", required=False, initial=False
    )
    reminded_on = DateField(label="説明した日", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        told = cleaned.get("reminded_on")
        if cleaned.get("reminded") and not told and "reminded_on" in cleaned:
            cleaned["reminded_on"] = timezone.localdate()
        if told and told > timezone.localdate():
            self.add_error("reminded_on", "今日までの日を入力してください。")
        return cleaned


class SubstituteForm(Form):
    substitute = forms.ModelChoiceField(
        label="代わりの人", queryset=Worker.objects.none(), required=False, empty_label="まだ決まっていない"
    )

    def __init__(self, *args: Any, worker: Worker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Worker.objects.working().exclude(pk=worker.pk)
        self.fields["substitute"].queryset = others  # type: ignore[attr-defined]


class AbsenceForm(SubstituteForm, KeyedForm):
    first_day = DateField(label="初日")
    last_day = DateField(label="最終日")
    note = TextField(label="備考", required=False, max_length=100, help_text="病名などの事情は書かないでください。")
    field_order = ("key", "first_day", "last_day", "substitute", "note")


class SubmitForm(Form):
    note = TextField(label="備考", required=False, max_length=200, help_text="例：メールで提出。市担当者が受領を確認。")


class FileField(forms.FileField):
    """A scan as PDF of at most 20 MB."""

    MOST = 20 * 1024 * 1024

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > self.MOST or file.read(5) != b"%PDF-":
            raise ValidationError("PDFファイル（20MBまで）を選んでください。スキャンをPDFにしてから選んでください。")
        file.seek(0)
        return file
