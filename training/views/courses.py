"""Courses, their sessions, who attends and who attended."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from postoffices.models import Office
from staffing.actions import paper_take_out
from staffing.pages import FormPage, done_or_refused, form_page, paper_response
from training.access import course_for, enrolment_for, session_for
from training.actions import (
    attendance_record,
    course_add,
    course_change,
    enrol,
    enrolment_withdraw,
    material_hand_out,
    session_cancel,
    session_change,
    session_plan,
)
from training.forms import AttendanceForm, CourseForm, EnrolForm, HandOutForm, SessionForm
from training.missing import offices_without_session, people_missing
from training.models import Course, CourseKind, Enrolment, EnrolmentState, Session, SessionState
from training.papers import certificates_pdf, records_xlsx, session_pdf

ANY_METHOD = ["GET", "HEAD", "POST"]
HOME = "training:courses"


def course_address(course: Course) -> str:
    return reverse("training:course", args=[course.pk])


def session_address(session: Session) -> str:
    return reverse("training:session", args=[session.pk])


@require_safe
@requires("training.view")
def courses(request: StaffRequest) -> HttpResponse:
    """Every course with how many have still to attend; the sessions to come."""
    rows = [{"course": course, "missing": len(people_missing(course))} for course in Course.objects.all()]
    to_come = Session.objects.filter(state=SessionState.PLANNED)
    context = {
        "rows": rows,
        "sessions": to_come.for_list(),
        "may_manage": request.user.may("training.manage"),
        "tab": "courses",
    }
    return render(request, "training/courses.html", context)


@require_safe
@requires("training.view")
def course(request: StaffRequest, pk: int) -> HttpResponse:
    shown = course_for(request.user, pk)
    on_site = shown.kind == CourseKind.ON_SITE
    context = {
        "course": shown,
        "sessions": shown.sessions.all().for_list(),
        "missing": people_missing(shown),
        "materials": shown.materials.all(),
        "offices": offices_without_session(shown) if on_site else [],
        "on_site": on_site,
        "may_manage": request.user.may("training.manage"),
    }
    return render(request, "training/course.html", context)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def course_new(request: StaffRequest) -> HttpResponse:
    form = CourseForm(request.POST or None)

    def save() -> str:
        made = course_add(key=form.cleaned_data["key"], facts=form.facts(), by=actor_of(request))
        return f"「{made.title}」を登録しました。研修の画面から、回を登録してください。"

    return form_page(request, form, FormPage("研修を登録する", "登録する", reverse(HOME)), save)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def course_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = course_for(request.user, pk)
    form = CourseForm(request.POST or None, course=shown)

    def save() -> str:
        course_change(course=shown, facts=form.facts(), by=actor_of(request))
        return "研修の内容を変更しました。"

    return form_page(request, form, FormPage(f"研修：{shown.title}", "変更する", course_address(shown)), save)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def session_new(request: StaffRequest, pk: int) -> HttpResponse:
    shown = course_for(request.user, pk)
    office = Office.objects.filter(code=request.GET.get("office", "")).first()
    initial = {"trainer": request.user.pk, "office": office, "place": office.name if office else ""}
    form = SessionForm(request.POST or None, initial=initial)

    def save() -> str:
        made = session_plan(key=form.cleaned_data["key"], course=shown, facts=form.facts(), by=actor_of(request))
        return f"{made.group or '研修'}の回を登録しました。"

    return form_page(request, form, FormPage(f"回を登録する：{shown.title}", "登録する", course_address(shown)), save)


@require_safe
@requires("training.view")
def session(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    context = {
        "session": shown,
        "course": shown.course,
        "enrolments": shown.enrolments.all(),
        "taken": shown.enrolments.exclude(state=EnrolmentState.WITHDRAWN).count(),
        "handouts": shown.handouts.select_related("version__document"),
        "begun": shown.starts_at <= timezone.now(),
        "may_manage": request.user.may("training.manage"),
    }
    return render(request, "training/session.html", context)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def session_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    form = SessionForm(request.POST or None, session=shown)

    def save() -> str:
        session_change(session=shown, facts=form.facts(), by=actor_of(request))
        return "回の内容を変更しました。"

    return form_page(request, form, FormPage("回の内容を変更する", "変更する", session_address(shown)), save)


@require_POST
@requires("training.manage")
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)

    def do() -> str:
        session_cancel(session=shown, by=actor_of(request))
        return "この回を中止にしました。"

    return done_or_refused(request, session_address(shown), do)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def enrol_people(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    form = EnrolForm(request.POST or None, course=shown.course)

    def save() -> str:
        added = enrol(session=shown, people=form.people(), by=actor_of(request))
        return f"{added}人を受講者に加えました。"

    return form_page(request, form, FormPage("受講者を登録する", "登録する", session_address(shown)), save)


@require_POST
@requires("training.manage")
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    held = enrolment_for(request.user, pk)

    def do() -> str:
        enrolment_withdraw(enrolment=held, by=actor_of(request))
        return f"{held.name}さんの受講を取り消しました。"

    return done_or_refused(request, session_address(held.session), do)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def attendance(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    form = AttendanceForm(request.POST or None, session=shown)

    def save() -> str:
        attendance_record(session=shown, came=form.who_came(), by=actor_of(request))
        return "出席を記録しました。"

    page = FormPage("出席の記録", "記録する", session_address(shown), "出席した人に印を付けてください。")
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("training.manage")
def hand_out(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    form = HandOutForm(request.POST or None, course=shown.course)

    def save() -> str:
        material_hand_out(session=shown, version=form.cleaned_data["version"], by=actor_of(request))
        return "配った資料を記録しました。"

    return form_page(request, form, FormPage("配った資料の記録", "記録する", session_address(shown)), save)


@require_safe
@requires("training.view")
def session_file(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    paper_take_out(paper="session", by=actor_of(request))
    return paper_response(session_pdf(shown), f"受講者名簿_{timezone.localtime(shown.starts_at):%Y%m%d}.pdf")


@require_safe
@requires("training.view")
def certificates(request: StaffRequest, pk: int) -> HttpResponse:
    shown = session_for(request.user, pk)
    paper_take_out(paper="certificates", by=actor_of(request))
    return paper_response(certificates_pdf(shown), f"修了証_{timezone.localtime(shown.starts_at):%Y%m%d}.pdf")


@require_safe
@requires("training.view")
def records(request: StaffRequest) -> HttpResponse:
    """Who took what and when, for the city to look into (Kitakyushu 12(2))."""
    words = request.GET.get("q", "").strip()[:80]
    held = Enrolment.objects.exclude(state=EnrolmentState.WITHDRAWN).select_related("session__course")
    found = held.filter(name__icontains=words) if words else held
    context = {"enrolments": found.order_by("-session__starts_at", "name")[:300], "words": words, "tab": "records"}
    return render(request, "training/records.html", context)


@require_safe
@requires("training.view")
def records_file(request: StaffRequest) -> HttpResponse:
    paper_take_out(paper="records", by=actor_of(request))
    return paper_response(records_xlsx(), f"受講の記録_{timezone.localdate():%Y%m%d}.xlsx")
