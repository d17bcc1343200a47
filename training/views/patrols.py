"""Patrols: the month, the year, one visit and what follows from it."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from postoffices.city import current_city
from postoffices.rules import months_after
from staffing.actions import paper_take_out
from staffing.pages import FormPage, form_page, paper_response
from training.access import patrol_for
from training.actions import finding_note, patrol_cancel, patrol_schedule, patrol_visit, patrols_plan
from training.forms import CancelForm, FindingForm, PlanForm, ScheduleForm, VisitForm, moment
from training.models import Finding, Patrol, PatrolState
from training.overview import year_of_patrols
from training.papers import patrol_pdf, patrols_pdf
from training.planning import offices_of
from writing.dates import fiscal_year, month_text

ANY_METHOD = ["GET", "HEAD", "POST"]


def address(patrol: Patrol) -> str:
    return reverse("training:patrol", args=[patrol.pk])


def chosen_month(request: StaffRequest) -> date:
    """The first day of `?month=2026-09`; of this month for anything else."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)


@require_safe
@requires("training.view")
def patrols(request: StaffRequest) -> HttpResponse:
    """The month's visits, the offices without one, and what is still to be put right."""
    month = chosen_month(request)
    held = list(Patrol.objects.filter(month=month).for_list())
    open_findings = Finding.objects.exclude(ticket__state__in=("resolved", "closed"))
    context = {
        "month": month,
        "before": months_after(month, -1),
        "after": months_after(month, 1),
        "patrols": held,
        "visited": sum(patrol.state == PatrolState.VISITED for patrol in held),
        "unplanned": offices_of(month).exclude(patrols__month=month),
        "findings": open_findings.select_related("patrol__office", "ticket"),
        "today": timezone.localdate(),
        "may_manage": request.user.may("training.manage"),
        "sees_tickets": request.user.may("helpdesk.work"),
        "tab": "month",
    }
    return render(request, "training/patrols.html", context)


@require_safe
@requires("training.view")
def year(request: StaffRequest) -> HttpResponse:
    """Every office and month of a fiscal year."""
    typed = request.GET.get("year", "")
    first = int(typed) if typed.isascii() and typed.isdecimal() and 2000 <= int(typed) < 2200 else None
    chosen = first or fiscal_year(timezone.localdate())
    context = {"year": year_of_patrols(chosen), "fiscal_year": chosen, "tab": "year"}
    return render(request, "training/year.html", context)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def plan(request: StaffRequest) -> HttpResponse:
    form = PlanForm(request.POST or None)
    lead = "その月に取り扱いのある郵便局すべてに、開庁日の中で日時を割り当てます。すでにある予定は変わりません。"

    def save() -> str:
        typed = form.cleaned_data
        first = date(typed["year"], typed["month"], 1)
        added = patrols_plan(month=first, months=typed["months"], visitor=typed["visitor"], by=actor_of(request))
        return f"{month_text(first)}から{added}回の巡回を計画しました。"

    page = FormPage("巡回を計画する", "計画する", reverse("training:patrols"), lead)
    return form_page(request, form, page, save)


@require_safe
@requires("training.view")
def patrol(request: StaffRequest, pk: int) -> HttpResponse:
    shown = patrol_for(request.user, pk)
    context = {
        "patrol": shown,
        "answers": shown.answers.all(),
        "findings": shown.findings.select_related("ticket"),
        "short": shown.state == PatrolState.VISITED
        and shown.stayed_minutes < current_city().rules.training.patrol_minutes,
        "wanted_minutes": current_city().rules.training.patrol_minutes,
        "today": timezone.localdate(),
        "may_manage": request.user.may("training.manage"),
        "sees_tickets": request.user.may("helpdesk.work"),
    }
    return render(request, "training/patrol.html", context)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def schedule(request: StaffRequest, pk: int) -> HttpResponse:
    shown = patrol_for(request.user, pk)
    form = ScheduleForm(request.POST or None, patrol=shown)

    def save() -> str:
        typed = form.cleaned_data
        at = moment(typed["day"], typed["at"])
        patrol_schedule(patrol=shown, at=at, visitor=typed["visitor"], by=actor_of(request))
        return "巡回の日時を変更しました。"

    return form_page(request, form, FormPage(f"巡回の日時：{shown.office.name}", "変更する", address(shown)), save)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = patrol_for(request.user, pk)
    form = VisitForm(request.POST or None, patrol=shown)

    def save() -> str:
        typed = form.cleaned_data
        patrol_visit(
            patrol=shown,
            arrived_at=moment(typed["day"], typed["arrived"]),
            left_at=moment(typed["day"], typed["left"]),
            met=typed["met"],
            remarks=typed["remarks"],
            answers=form.answers(),
            by=actor_of(request),
        )
        return "巡回の結果を記録しました。改善が必要なことがあれば、指摘として登録してください。"

    page = FormPage(f"巡回の結果：{shown.office.name}", "記録する", address(shown))
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    shown = patrol_for(request.user, pk)
    form = CancelForm(request.POST or None)

    def save() -> str:
        patrol_cancel(patrol=shown, reason=form.cleaned_data["reason"], by=actor_of(request))
        return "巡回を取りやめにしました。"

    page = FormPage(f"巡回を取りやめる：{shown.office.name}", "取りやめる", address(shown))
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def finding_new(request: StaffRequest, pk: int) -> HttpResponse:
    shown = patrol_for(request.user, pk)
    form = FindingForm(request.POST or None)
    lead = "登録すると、ヘルプデスクの問い合わせとして対応が始まります。"

    def save() -> str:
        made = finding_note(patrol=shown, **form.cleaned_data, by=actor_of(request))
        return f"指摘を登録しました（{made.ticket.number}）。"

    page = FormPage(f"改善が必要なこと：{shown.office.name}", "登録する", address(shown), lead)
    return form_page(request, form, page, save)


@require_safe
@requires("training.view")
def patrol_file(request: StaffRequest, pk: int) -> HttpResponse:
    shown = patrol_for(request.user, pk)
    paper_take_out(paper="patrol", by=actor_of(request))
    return paper_response(patrol_pdf(shown), f"巡回記録_{shown.office.name}_{shown.month:%Y%m}.pdf")


@require_safe
@requires("training.view")
def patrols_file(request: StaffRequest) -> HttpResponse:
    month = chosen_month(request)
    paper_take_out(paper="patrols", by=actor_of(request))
    return paper_response(patrols_pdf(month), f"巡回実施報告_{month:%Y%m}.pdf")
