"""The emergency contact tree: for everybody in one click, and for those who keep it current."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from documents.access import documents_for
from documents.models import DocumentKind
from postoffices.city import current_city
from staffing.access import contact_for
from staffing.actions import (
    contact_add,
    contact_change,
    contact_confirm,
    contact_remove,
    contacts_submit,
    paper_take_out,
)
from staffing.calling import contact_changes, contact_rows, contact_tree, everybody
from staffing.forms.contacts import ContactForm
from staffing.forms.workers import SubmitForm
from staffing.models import Submission, SubmissionKind
from staffing.pages import FormPage, done_or_refused, form_page, paper_response
from staffing.papers import contacts_pdf

HOME = "staffing:contacts"
ANY_METHOD = ["GET", "HEAD", "POST"]


@require_safe
@requires("staffing.contacts")
def contacts(request: StaffRequest) -> HttpResponse:
    tree = contact_tree()
    may_manage = request.user.may("staffing.manage")
    plans = documents_for(request.user).published().filter(kind=DocumentKind.EMERGENCY).order_by("title", "pk")
    context = {
        "tree": tree,
        "everybody": everybody(tree),
        "plans": plans,
        "may_manage": may_manage,
        "changes": contact_changes() if may_manage else [],
        "confirm_days": current_city().rules.staffing.contact_confirm_days,
        "submission": Submission.objects.newest(SubmissionKind.CONTACTS),
    }
    return render(request, "staffing/contacts.html", context)


@require_safe
@requires("staffing.contacts")
def contacts_file(request: StaffRequest) -> HttpResponse:
    """The tree on one sheet, to hang beside the telephone."""
    written = contacts_pdf(contact_rows(), timezone.localdate())
    paper_take_out(paper="contacts", by=actor_of(request))
    return paper_response(written, f"緊急連絡網_{timezone.localdate():%Y%m%d}.pdf")


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def contact_new(request: StaffRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)

    def save() -> str:
        made = contact_add(key=form.cleaned_data["key"], facts=form.facts(), by=actor_of(request))
        return f"{made.shown_name}を緊急連絡網に加えました。"

    return form_page(request, form, FormPage("緊急連絡網に加える", "加える", reverse(HOME)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def contact_edit(request: StaffRequest, pk: int) -> HttpResponse:
    contact = contact_for(request.user, pk)
    form = ContactForm(request.POST or None, contact=contact)

    def save() -> str:
        contact_change(contact=contact, facts=form.facts(), by=actor_of(request))
        return "緊急連絡先を変更しました。変更は市にも提出してください。"

    return form_page(request, form, FormPage(f"緊急連絡先：{contact.shown_name}", "変更する", reverse(HOME)), save)


@require_POST
@requires("staffing.manage")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    contact = contact_for(request.user, pk)
    name = contact.shown_name

    def do() -> str:
        contact_remove(contact=contact, by=actor_of(request))
        return f"{name}を緊急連絡網から外しました。"

    return done_or_refused(request, reverse(HOME), do)


@require_POST
@requires("staffing.manage")
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    contact = contact_for(request.user, pk)

    def do() -> str:
        contact_confirm(contact=contact, by=actor_of(request))
        return f"{contact.shown_name}の連絡先を確かめたことを記録しました。"

    return done_or_refused(request, reverse(HOME), do)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def submit(request: StaffRequest) -> HttpResponse:
    form = SubmitForm(request.POST or None)
    lead = "いまの連絡網を、市に提出したものとして残します。PDFを受け取り、市へ送ってから押してください。"

    def save() -> str:
        contacts_submit(note=form.cleaned_data["note"], by=actor_of(request))
        return "緊急連絡網の提出を記録しました。"

    page = FormPage("緊急連絡網を市に提出した記録", "提出を記録する", reverse(HOME), lead)
    return form_page(request, form, page, save)
