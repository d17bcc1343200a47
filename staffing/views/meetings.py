"""Meetings: the list, one meeting, and every step on its way to the minutes."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from staffing.access import meeting_for, task_for
from staffing.actions import (
    meeting_cancel,
    meeting_change,
    meeting_close,
    meeting_hold,
    meeting_notify,
    meeting_plan,
    minutes_write,
    paper_take_out,
    task_agree,
    task_settle,
)
from staffing.forms.meetings import HoldForm, MeetingForm, MinutesForm, TaskForm
from staffing.meeting import earlier_tasks, missing_this_month
from staffing.models import TO_COME, Meeting, MeetingTask, TaskState
from staffing.pages import FormPage, done_or_refused, form_page, paper_response
from staffing.papers import minutes_pdf

ANY_METHOD = ["GET", "HEAD", "POST"]


def address(meeting: Meeting) -> str:
    return reverse("staffing:meeting", args=[meeting.pk])


@require_safe
@requires("staffing.meetings")
def meetings(request: StaffRequest) -> HttpResponse:
    open_tasks = MeetingTask.objects.filter(state=TaskState.OPEN).select_related("owner", "meeting")
    context = {
        "to_come": Meeting.objects.filter(state__in=TO_COME).order_by("starts_at"),
        "past": Meeting.objects.exclude(state__in=TO_COME)[:60],
        "tasks": open_tasks,
        "missing": missing_this_month(),
        "today": timezone.localdate(),
        "may_manage": request.user.may("staffing.manage"),
    }
    return render(request, "staffing/meetings.html", context)


@require_safe
@requires("staffing.meetings")
def meeting(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)
    context = {
        "meeting": shown,
        "items": shown.items.all(),
        "attendees": shown.attendees.select_related("user"),
        "tasks": shown.tasks.select_related("owner"),
        "earlier": earlier_tasks(shown),
        "today": timezone.localdate(),
        "may_manage": request.user.may("staffing.manage"),
        "to_come": shown.state in TO_COME,
    }
    return render(request, "staffing/meeting.html", context)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def meeting_new(request: StaffRequest) -> HttpResponse:
    form = MeetingForm(request.POST or None)

    def save() -> str:
        made = meeting_plan(key=form.cleaned_data["key"], facts=form.facts(), by=actor_of(request))
        return f"「{made.title}」を登録しました。会議の画面から、開催を通知してください。"

    return form_page(request, form, FormPage("会議を登録する", "登録する", reverse("staffing:meetings")), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def meeting_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)
    form = MeetingForm(request.POST or None, meeting=shown)
    lead = "通知したあとで変更すると、出席を求める人に変更後の内容をもう一度知らせます。"

    def save() -> str:
        meeting_change(meeting=shown, facts=form.facts(), by=actor_of(request))
        return "会議の内容を変更しました。"

    return form_page(request, form, FormPage("会議の内容を変更する", "変更する", address(shown), lead), save)


@require_POST
@requires("staffing.manage")
def notify(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)

    def do() -> str:
        meeting_notify(meeting=shown, by=actor_of(request))
        return "開催を通知しました。"

    return done_or_refused(request, address(shown), do)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def hold(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)
    form = HoldForm(request.POST or None, meeting=shown)

    def save() -> str:
        typed = form.cleaned_data
        meeting_hold(meeting=shown, came=list(typed["came"]), guests=typed["guests"], by=actor_of(request))
        return "出席を記録しました。議事録を書いてください。"

    return form_page(request, form, FormPage(f"出席の記録：{shown.title}", "記録する", address(shown)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def minutes(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)
    form = MinutesForm(request.POST or None, items=list(shown.items.all()))

    def save() -> str:
        minutes_write(meeting=shown, texts=form.texts(), by=actor_of(request))
        return "議事録を保存しました。"

    return form_page(request, form, FormPage(f"議事録：{shown.title}", "保存する", address(shown)), save)


@require_POST
@requires("staffing.manage")
def close(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)

    def do() -> str:
        meeting_close(meeting=shown, by=actor_of(request))
        return "議事録を確定しました。"

    return done_or_refused(request, address(shown), do)


@require_POST
@requires("staffing.manage")
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)

    def do() -> str:
        meeting_cancel(meeting=shown, by=actor_of(request))
        return f"「{shown.title}」を中止にしました。"

    return done_or_refused(request, address(shown), do)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def task_new(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)
    form = TaskForm(request.POST or None)

    def save() -> str:
        task_agree(meeting=shown, **form.cleaned_data, by=actor_of(request))
        return "決めたことを登録しました。担当者のはじめの画面に出ます。"

    return form_page(request, form, FormPage("決めたことを登録する", "登録する", address(shown)), save)


@require_POST
@requires("staffing.meetings")
def task(request: StaffRequest, pk: int, state: str) -> HttpResponse:
    """Done, dropped, open again. Raises Http404 for somebody else's, and for a state that there is not."""
    held = task_for(request.user, pk)
    if state not in TaskState.values:
        raise Http404

    def do() -> str:
        settled = task_settle(task=held, state=TaskState(state), by=actor_of(request))
        return f"「{held.text}」を「{settled.get_state_display()}」にしました。"

    return done_or_refused(request, address(held.meeting), do)


@require_safe
@requires("staffing.meetings")
def minutes_file(request: StaffRequest, pk: int) -> HttpResponse:
    shown = meeting_for(request.user, pk)
    written = minutes_pdf(shown)
    paper_take_out(paper="minutes", by=actor_of(request))
    return paper_response(written, f"議事録_{timezone.localtime(shown.starts_at):%Y%m%d}.pdf")
