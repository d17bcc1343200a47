"""The roster of the contract, and what the city was told of it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from staffing.access import submission_for
from staffing.actions import paper_take_out, roster_submit
from staffing.forms.workers import SubmitForm
from staffing.models import Absence, Assignment, Oath, Submission, SubmissionKind, Worker, sworn
from staffing.pages import FormPage, form_page, paper_response
from staffing.papers import contacts_pdf, roster_pdf, roster_xlsx
from staffing.roster import ROLE_ORDER, in_charge, roster_changes, roster_rows, title_of

FORMS = {"pdf": roster_pdf, "xlsx": roster_xlsx}


@require_safe
@requires("staffing.view")
def roster(request: StaffRequest) -> HttpResponse:
    """Who works now or soon and as what; what the city is still to be told; who is missing."""
    today = timezone.localdate()
    held = Assignment.objects.not_over(today).select_related("worker", "office", "worker__user")
    assignments = list(held.order_by(ROLE_ORDER, "office__position", "first_day", "pk"))
    bound = set(Oath.objects.binding().values_list("worker_id", flat=True))
    rows = [{"held": held, "title": title_of(held.role), "is_sworn": held.worker_id in bound} for held in assignments]
    context = {
        "rows": rows,
        "without_role": Worker.objects.working().exclude(assignments__in=held),
        "today": today,
        "charge": in_charge(today),
        "manager_title": title_of("manager"),
        "changes": roster_changes(),
        "absences": Absence.objects.to_come().select_related("worker", "substitute"),
        "submissions": Submission.objects.filter(kind=SubmissionKind.ROSTER).select_related("submitted_by")[:12],
        "may_manage": request.user.may("staffing.manage"),
        "tab": "roster",
    }
    return render(request, "staffing/roster.html", context)


@require_safe
@requires("staffing.view")
def left(request: StaffRequest) -> HttpResponse:
    """Those who left: what they signed, and whether they were told that it binds them further."""
    people = Worker.objects.left().annotate(is_sworn=sworn()).order_by("-left_on", "pk")
    return render(request, "staffing/left.html", {"people": people, "tab": "left"})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("staffing.manage")
def submit(request: StaffRequest) -> HttpResponse:
    form = SubmitForm(request.POST or None)
    page = FormPage(
        "従事者名簿を市に提出した記録",
        "提出を記録する",
        reverse("staffing:roster"),
        "いまの名簿を、市に提出したものとして残します。PDFかXLSXを受け取り、市へ送ってから押してください。",
    )

    def save() -> str:
        roster_submit(note=form.cleaned_data["note"], by=actor_of(request))
        return "従事者名簿の提出を記録しました。"

    return form_page(request, form, page, save)


@require_safe
@requires("staffing.view")
def roster_file(request: StaffRequest, form: str) -> HttpResponse:
    """The roster as it stands, to be sent to the city, as `pdf` or `xlsx`. Raises Http404."""
    if form not in FORMS:
        raise Http404
    written = FORMS[form](roster_rows(), timezone.localdate())
    paper_take_out(paper="roster", by=actor_of(request))
    return paper_response(written, f"従事者名簿_{timezone.localdate():%Y%m%d}.{form}")


@require_safe
@requires("staffing.view")
def submission_file(request: StaffRequest, pk: int) -> HttpResponse:
    """A roster or contact tree as it was handed in."""
    held = submission_for(request.user, pk)
    day = timezone.localdate(held.submitted_at)
    make = roster_pdf if held.kind == SubmissionKind.ROSTER else contacts_pdf
    written = make(held.rows, day)
    paper_take_out(paper=held.kind, by=actor_of(request))
    return paper_response(written, f"{held.get_kind_display()}_{day:%Y%m%d}.pdf")
