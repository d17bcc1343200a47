"""For auditors: who saw which picture, and when it was or will be erased. Shows no picture."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, requires
from review.looks import pictures_of, with_looks
from writing.forms import DateField, Form

ON_A_PAGE = 50


class LooksForm(Form):
    """A day, or one case by its number."""

    day = DateField(label="撮影した日", required=False)
    case = forms.IntegerField(label="審査番号", required=False, min_value=1, max_value=2**62)


@require_safe
@requires("review.see_looks")
def looks(request: StaffRequest) -> HttpResponse:
    """Pictures of a day (today unless said otherwise) or of a case, each with its looks."""
    asked = bool(request.GET)
    form = LooksForm(request.GET if asked else None)
    typed = form.cleaned_data if asked and form.is_valid() else {}
    day = typed.get("day") or (None if typed.get("case") else timezone.localdate())
    page = Paginator(pictures_of(day=day, case=typed.get("case")), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "looked": with_looks(list(page)), "day": day, "case": typed.get("case")}
    return render(request, "review/looks/looks.html", context, status=422 if form.errors else 200)
