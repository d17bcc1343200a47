"""One worker: facts, roles, absences, oaths."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from staffing.access import absence_for, assignment_for, worker_for
from staffing.actions import (
    absence_cover,
    absence_record,
    assignment_begin,
    assignment_end,
    worker_add,
    worker_change,
    worker_leave,
)
from staffing.forms.workers import AbsenceForm, AssignmentForm, EndForm, LeaveForm, SubstituteForm, WorkerForm
from staffing.models import ContractRole, Worker
from staffing.pages import FormPage, form_page
from staffing.roster import title_of
from writing.dates import long_day_text

ANY_METHOD = ["GET", "HEAD", "POST"]


def address(worker: Worker) -> str:
    return reverse("staffing:worker", args=[worker.pk])


@require_safe
@requires("staffing.view")
def worker(request: StaffRequest, pk: int) -> HttpResponse:
    shown = worker_for(request.user, pk)
    assignments = shown.assignments.select_related("office").order_by("-first_day", "-pk")
    context = {
        "worker": shown,
        "assignments": [{"held": held, "title": title_of(held.role)} for held in assignments],
        "absences": shown.absences.select_related("substitute").order_by("-first_day"),
        "oaths": shown.oaths.select_related("form__document"),
        "may_manage": request.user.may("staffing.manage"),
    }
    return render(request, "staffing/worker.html", context)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def worker_new(request: StaffRequest) -> HttpResponse:
    form = WorkerForm(request.POST or None)

    def save() -> str:
        made = worker_add(key=form.cleaned_data["key"], facts=form.facts(), by=actor_of(request))
        return f"{made.name}さんを登録しました。名前を押して、役割を登録してください。"

    return form_page(request, form, FormPage("従事者を加える", "登録する", reverse("staffing:roster")), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def worker_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = worker_for(request.user, pk)
    form = WorkerForm(request.POST or None, worker=shown)

    def save() -> str:
        worker_change(worker=shown, facts=form.facts(), by=actor_of(request))
        return "登録内容を変更しました。名簿に載る内容を変えたときは、市に届け出てください。"

    return form_page(request, form, FormPage(f"{shown.name}さんの登録内容", "変更する", address(shown)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    shown = worker_for(request.user, pk)
    form = AssignmentForm(request.POST or None, initial={"first_day": shown.joined_on})

    def save() -> str:
        role = ContractRole(form.cleaned_data.pop("role"))
        assignment_begin(worker=shown, role=role, **form.cleaned_data, by=actor_of(request))
        return f"{title_of(role)}として登録しました。"

    return form_page(request, form, FormPage(f"{shown.name}さんの役割", "登録する", address(shown)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def end(request: StaffRequest, pk: int) -> HttpResponse:
    held = assignment_for(request.user, pk)
    form = EndForm(request.POST or None, initial={"last_day": held.last_day})
    begins = f"{title_of(held.role)}（{long_day_text(held.first_day)}から）の最終日を決めます。"

    def save() -> str:
        assignment_end(assignment=held, last_day=form.cleaned_data["last_day"], by=actor_of(request))
        return f"{title_of(held.role)}の最終日を記録しました。"

    page = FormPage(f"{held.worker.name}さんの担当の最終日", "記録する", address(held.worker), begins)
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    shown = worker_for(request.user, pk)
    initial = {"left_on": shown.left_on, "reminded": bool(shown.reminded_on), "reminded_on": shown.reminded_on}
    form = LeaveForm(request.POST or None, initial=initial)
    lead = "担当はすべてこの日で終わります。ログインする人は、「職員」で利用も停止してください。"

    def save() -> str:
        told = form.cleaned_data["reminded_on"] if form.cleaned_data["reminded"] else None
        worker_leave(worker=shown, left_on=form.cleaned_data["left_on"], reminded_on=told, by=actor_of(request))
        return f"{shown.name}さんの従事の終わりを記録しました。"

    page = FormPage(f"{shown.name}さんの従事の終わり", "記録する", address(shown), lead)
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def absence_new(request: StaffRequest, pk: int) -> HttpResponse:
    shown = worker_for(request.user, pk)
    form = AbsenceForm(request.POST or None, worker=shown)

    def save() -> str:
        absence_record(worker=shown, **form.cleaned_data, by=actor_of(request))
        return f"{shown.name}さんの休みを記録しました。"

    page = FormPage(f"{shown.name}さんの休みと代わりの人", "記録する", address(shown))
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def cover(request: StaffRequest, pk: int) -> HttpResponse:
    held = absence_for(request.user, pk)
    form = SubstituteForm(request.POST or None, worker=held.worker, initial={"substitute": held.substitute})
    missing = (
        f"{held.worker.name}さんは {long_day_text(held.first_day)}から{long_day_text(held.last_day)}まで休みます。"
    )

    def save() -> str:
        absence_cover(absence=held, substitute=form.cleaned_data["substitute"], by=actor_of(request))
        return "代わりの人を記録しました。"

    return form_page(
        request, form, FormPage("代わりの人を決める", "記録する", reverse("staffing:roster"), missing), save
    )
