"""What is typed in this room."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, Role
from documents.models import Document, DocumentKind, Version, VersionState
from helpdesk.desks import categories
from helpdesk.models import DeskCode
from postoffices.city import current_city
from reservations.operator.forms import TimeOfDayField
from reservations.supply.fields import CountField
from staffing.forms.workers import KeyedForm, OfficeField
from staffing.models import Worker
from training.actions import Answer, CourseFacts, Person, SessionFacts
from training.models import Course, CourseKind, Enrolment, Patrol, Session, Verdict
from writing.forms import DateField, Form, LongTextField, TextField
from writing.text import not_in_names

LONGEST_MINUTES = 600


def trainers() -> Any:
    roles = [role for role in Role if "training.manage" in ROLE_PERMISSIONS[role]]
    return User.objects.filter(is_active=True, role__in=roles).order_by("role", "pk")


def clock_field(label: str, **options: Any) -> TimeOfDayField:
    return TimeOfDayField(label=label, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}), **options)


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


class CourseForm(KeyedForm):
    title = TextField(label="研修の名前", max_length=100)
    kind = forms.ChoiceField(label="方法", choices=CourseKind)
    topics = LongTextField(label="内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    shortest_minutes = CountField(label="1回の長さ（最短、分）", least=10, most=LONGEST_MINUTES)
    longest_minutes = CountField(label="1回の長さ（最長、分）", least=10, most=LONGEST_MINUTES)
    for_roles = forms.MultipleChoiceField(
        label="受ける役割", choices=Role, required=False, widget=forms.CheckboxSelectMultiple
    )
    for_workers = forms.BooleanField(label="従事者名簿の全員が受ける", required=False)
    repeat_months = CountField(
        label="繰り返す間隔（月）", least=1, most=60, required=False, help_text="一度だけの研修は、空のままにします。"
    )
    materials = forms.ModelMultipleChoiceField(
        label="使う資料", queryset=Document.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="「文書」の研修資料とマニュアルです。配れるのは、市が承認して公開された版だけです。",
    )  # fmt: skip

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        if course:
            held = {name: getattr(course, name) for name in CourseFacts.__dataclass_fields__ if name != "materials"}
            kwargs["initial"] = held | {"materials": course.materials.all()}
        super().__init__(*args, **kwargs)
        kinds = [DocumentKind.MATERIAL, DocumentKind.MANUAL]
        self.fields["materials"].queryset = Document.objects.filter(kind__in=kinds)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        shortest, longest = cleaned.get("shortest_minutes"), cleaned.get("longest_minutes")
        if shortest and longest and longest < shortest:
            self.add_error("longest_minutes", "最長は、最短以上の長さにしてください。")
        return cleaned

    def facts(self) -> CourseFacts:
        typed = {name: self.cleaned_data[name] for name in CourseFacts.__dataclass_fields__}
        changed = {"kind": CourseKind(typed["kind"]), "for_roles": [Role(role) for role in typed["for_roles"]]}
        return CourseFacts(**typed | changed | {"materials": list(typed["materials"])})


class SessionForm(KeyedForm):
    group = TextField(label="組", required=False, max_length=40, help_text="例：8月 1組")
    day = DateField(label="日")
    begins = clock_field("開始")
    ends = clock_field("終了")
    place = TextField(label="場所", max_length=100)
    office = OfficeField(label="拠点（現地の研修）", empty_label="拠点ではない")
    trainer = forms.ModelChoiceField(label="講師", queryset=User.objects.none(), empty_label="選んでください")
    capacity = CountField(label="定員", least=1, most=500)

    def __init__(self, *args: Any, session: Session | None = None, **kwargs: Any) -> None:
        if session:
            kwargs["initial"] = _session_initial(session)
        super().__init__(*args, **kwargs)
        self.fields["trainer"].queryset = trainers()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("begins") and cleaned.get("ends") and cleaned["ends"] <= cleaned["begins"]:
            self.add_error("ends", "終了は、開始より後の時刻にしてください。")
        return cleaned

    def facts(self) -> SessionFacts:
        typed = self.cleaned_data
        return SessionFacts(
            group=typed["group"],
            starts_at=moment(typed["day"], typed["begins"]),
            ends_at=moment(typed["day"], typed["ends"]),
            place=typed["place"],
            office=typed["office"],
            trainer=typed["trainer"],
            capacity=typed["capacity"],
        )


def _session_initial(session: Session) -> dict[str, Any]:
    begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return {
        "group": session.group,
        "day": begins.date(),
        "begins": f"{begins.hour}:{begins.minute:02}",
        "ends": f"{ends.hour}:{ends.minute:02}",
        "place": session.place,
        "office": session.office_id,
        "trainer": session.trainer_id,
        "capacity": session.capacity,
    }


class AccountsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only for the type checker
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}（{obj.get_role_display()}）"


class EnrolForm(Form):
    users = AccountsField(label="職員", queryset=User.objects.none(), required=False)
    workers = forms.ModelMultipleChoiceField(
        label="ログインしない従事者",
        queryset=Worker.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    names = LongTextField(
        label="ほかの受講者", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="1行に1人、「氏名　所属」の順に書いてください。例：見本 局子　見本郵便局",
    )  # fmt: skip

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = User.objects.filter(is_active=True).select_related("posting__office")
        wanted = users.filter(role__in=course.for_roles) if course.for_roles else users
        self.fields["users"].queryset = wanted.order_by("role", "pk")  # type: ignore[attr-defined]
        self.fields["workers"].queryset = Worker.objects.working().filter(user=None)  # type: ignore[attr-defined]

    def clean_names(self) -> list[Person]:
        people = [_named(line) for line in self.cleaned_data["names"].splitlines() if line]
        if wrong := next((person for person in people if not person.name or not_in_names(person.name)), None):
            raise ValidationError(f"「{wrong.name}」の行は、氏名と所属を空白で区切って書いてください。")
        return people

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "names" in cleaned and not (cleaned["names"] or cleaned.get("users") or cleaned.get("workers")):
            self.add_error("names", "受講する人を選ぶか、書いてください。")
        return cleaned

    def people(self) -> list[Person]:
        users = [Person(user.display_name, _office_of(user), user=user) for user in self.cleaned_data["users"]]
        workers = [Person(worker.name, worker.employer, worker=worker) for worker in self.cleaned_data["workers"]]
        return [*users, *workers, *self.cleaned_data["names"]]


def _named(line: str) -> Person:
    """The last word is the place; a name may have a space of its own."""
    words = line.split()
    place = words[-1] if len(words) > 2 or (len(words) == 2 and words[-1].endswith(("局", "所", "課", "社"))) else ""
    return Person(" ".join(words[: len(words) - bool(place)]), place)


def _office_of(user: User) -> str:
    return user.posting.office.name if hasattr(user, "posting") else user.get_role_display()


class AttendanceForm(Form):
    """Who came."""

    came = forms.ModelMultipleChoiceField(
        label="出席した人", queryset=Enrolment.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        enrolled = session.enrolments.exclude(state="withdrawn")
        super().__init__(*args, initial={"came": enrolled.exclude(state="absent")}, **kwargs)
        field = self.fields["came"]
        field.queryset = enrolled  # type: ignore[attr-defined]
        field.label_from_instance = lambda held: f"{held.name}　{held.affiliation}"  # type: ignore[attr-defined]

    def who_came(self) -> dict[int, bool]:
        here = {held.pk for held in self.cleaned_data["came"]}
        everybody = self.fields["came"].queryset.values_list("pk", flat=True)  # type: ignore[attr-defined]
        return {pk: pk in here for pk in everybody}


class HandOutForm(Form):
    version = forms.ModelChoiceField(
        label="配った資料", queryset=Version.objects.none(), empty_label="選んでください",
        help_text="市が承認して公開された版だけが並びます。",
    )  # fmt: skip

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Version.objects.filter(state=VersionState.PUBLISHED, document__in=course.materials.all())
        field = self.fields["version"]
        field.queryset = published.select_related("document")  # type: ignore[attr-defined]
        field.label_from_instance = lambda held: f"{held.document.title} 第{held.number}版"  # type: ignore[attr-defined]


class PlanForm(Form):
    year = CountField(label="始まりの年", least=2020, most=2199)
    month = CountField(label="始まりの月", least=1, most=12)
    months = CountField(label="月数", least=1, most=12, initial=1)
    visitor = forms.ModelChoiceField(label="巡回する人", queryset=User.objects.none(), empty_label="選んでください")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, initial={"year": today.year, "month": today.month, "months": 1}, **kwargs)
        self.fields["visitor"].queryset = trainers()  # type: ignore[attr-defined]


class ScheduleForm(Form):
    day = DateField(label="日")
    at = clock_field("時刻")
    visitor = forms.ModelChoiceField(label="巡回する人", queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, patrol: Patrol, **kwargs: Any) -> None:
        held = timezone.localtime(patrol.at)
        initial = {"day": held.date(), "at": f"{held.hour}:{held.minute:02}", "visitor": patrol.visitor_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["visitor"].queryset = trainers()  # type: ignore[attr-defined]


class VisitForm(Form):
    """When, whom, and every point of the checklist."""

    day = DateField(label="巡回した日")
    arrived = clock_field("着いた時刻")
    left = clock_field("出た時刻")
    met = TextField(label="対応した人", required=False, max_length=80)

    def __init__(self, *args: Any, patrol: Patrol, **kwargs: Any) -> None:
        held = timezone.localtime(patrol.at)
        super().__init__(*args, initial={"day": held.date(), "arrived": f"{held.hour}:{held.minute:02}"}, **kwargs)
        self.checks = current_city().rules.training.patrol_checks
        for check in self.checks:
            self.fields[f"verdict_{check.code}"] = forms.ChoiceField(
                label=check.words, choices=Verdict, widget=forms.RadioSelect
            )
            self.fields[f"note_{check.code}"] = TextField(
                label="内容（指導・改善のとき）", required=False, max_length=200
            )
        self.fields["remarks"] = LongTextField(label="所見", required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for check in self.checks:
            says = cleaned.get(f"verdict_{check.code}")
            if says in (Verdict.ADVISED, Verdict.FINDING) and not cleaned.get(f"note_{check.code}", "-"):
                self.add_error(f"note_{check.code}", "指導や改善の内容を入力してください。")
        return cleaned

    def answers(self) -> list[Answer]:
        typed = self.cleaned_data
        return [
            Answer(check.words, Verdict(typed[f"verdict_{check.code}"]), typed[f"note_{check.code}"])
            for check in self.checks
        ]


class CancelForm(Form):
    reason = TextField(label="取りやめる理由", max_length=100)


class FindingForm(KeyedForm):
    text = TextField(
        label="改善が必要なこと",
        max_length=110,
        help_text="氏名や電話番号は書かないでください。ヘルプデスクの問い合わせになります。",
    )
    category = forms.ChoiceField(label="分類")
    due_on = DateField(label="期限")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(category.code, category.name) for category in categories(DeskCode.HELPDESK)]
        self.fields["category"].choices = held  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        due: date = self.cleaned_data["due_on"]
        if due < timezone.localdate():
            raise ValidationError("今日からあとの日を入力してください。")
        return due
