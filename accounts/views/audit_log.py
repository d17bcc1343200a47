"""The audit log to be read. It stands here because the room `audit` lies below sign-in and permissions."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import requires
from audit.models import AuditEvent, AuditEventQuerySet, AuditSeal, Unsealed
from audit.sealing import day_root
from writing.forms import DateField, Form, TextField

PER_PAGE = 50


class EventSearch(Form):
    """Everything may stay empty: no day means all days."""

    day = DateField(label="日付", required=False)
    action = TextField(label="操作", required=False, max_length=60)
    actor = TextField(label="行為者", required=False, max_length=150)
    # No TextField: one object number in some hundreds (a UUID) holds digits that would pass for a My Number.
    subject = forms.CharField(label="対象（種類、番号、種類:番号）", required=False, max_length=100)


@dataclass(frozen=True, slots=True)
class SealState:
    """`day_root` is what the daily report of the shown day prints; empty until a seal covers the day."""

    waiting: int
    newest: AuditSeal | None
    day_root: str


@requires("audit.view")
@never_cache
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Today's events, unless something else is asked for."""
    form = EventSearch(_asked_for(request.GET))
    found = _found(form) if form.is_valid() else AuditEvent.objects.none()
    day = form.cleaned_data.get("day")
    context = {
        "form": form,
        "day": day,
        "page": Paginator(found.with_waiting(), PER_PAGE).get_page(request.GET.get("page")),
        "seals": SealState(Unsealed.objects.count(), AuditSeal.objects.newest(), day_root(day) if day else ""),
    }
    return render(request, "audit/events.html", context)


def _asked_for(typed: QueryDict) -> dict[str, str]:
    if typed.keys() & {"day_year", "action", "actor", "subject"}:
        return typed.dict()  # type: ignore[return-value]  # no list: each name is read once
    today = timezone.localdate()
    return {"day_year": str(today.year), "day_month": str(today.month), "day_day": str(today.day)}


def _found(form: EventSearch) -> AuditEventQuerySet:
    wanted = form.cleaned_data
    found = AuditEvent.objects.searched(action=wanted["action"], actor=wanted["actor"], subject=wanted["subject"])
    return found.between(*_bounds(wanted["day"])) if wanted["day"] else found


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start, start + timedelta(days=1)
