"""What the pages of people and of training have in common: a form on a page of its own, and a paper to take along."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from accounts.access import StaffRequest
from audit.errors import Refused
from writing.forms import Form

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"pdf": "application/pdf", "xlsx": XLSX_TYPE}


@dataclass(frozen=True, slots=True)
class FormPage:
    """`back` is the address after saving and of 「やめる」; `lead` says what the form is for."""

    title: str
    submit: str
    back: str
    lead: str = ""


def form_page(request: StaffRequest, form: Form, page: FormPage, save: Callable[[], str]) -> HttpResponse:
    """Show the form, or save what was typed: `save` does it and gives the sentence that says so.

    What was typed stays on the page, with status 422, when it is wrong or an action refuses it.
    """
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            said = save()
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, said)
            return redirect(page.back)
    context = {"form": form, "page": page, "refusal": refusal}
    return render(request, "staffing/form.html", context, status=422 if form.errors or refusal else 200)


def done_or_refused(request: StaffRequest, back: str, do: Callable[[], str]) -> HttpResponse:
    """One button without a form: what came of it is said on the page that it leads back to."""
    try:
        said = do()
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect(back)


def paper_response(written: bytes, name: str) -> HttpResponse:
    """A PDF or XLSX (by the end of `name`) as a download that leaves no copy in caches."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "no-store",
    }
    return HttpResponse(written, content_type=TYPES[name.rsplit(".", 1)[-1]], headers=headers)
