"""Mobile lines: the list, new ones, and what happens to them."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from devices.access import line_for
from devices.actions import line_add, line_assign, line_end, line_release, line_resume, line_suspend
from devices.forms import LINE_ACTS, LineForm, LineMoveForm, tablets_without_line
from devices.listing import listed_lines
from devices.models import Line, LineState
from devices.views.register import INVALID, TOPICS, keeper_only
from live.grants import grant
from writing.numbers import phone_text

MOVES = {"suspend": line_suspend, "resume": line_resume, "release": line_release, "end": line_end}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.view")
def lines(request: StaffRequest) -> HttpResponse:
    """Every line with its tablet; a POST adds one."""
    if request.method != "POST":
        return lines_page(request, LineForm(initial={"key": uuid4()}))
    keeper_only(request)
    form = LineForm(request.POST)
    if not form.is_valid():
        return lines_page(request, form)
    try:
        made = line_add(by=actor_of(request), **form.cleaned_data)
    except Refused as refused:
        return lines_page(request, form, refused.message)
    messages.success(request, f"回線 {phone_text(made.number)} を登録しました。")
    return redirect("devices:lines")


def lines_page(request: StaffRequest, form: LineForm, refusal: str = "") -> HttpResponse:
    state = request.GET.get("state", "")
    may_keep = request.user.may("devices.keep")
    rows = [(line, LINE_ACTS[LineState(line.state)]) for line in listed_lines(request.user, state)]
    context = {
        "live_grant": grant(request, TOPICS),
        "rows": rows,
        "state": state,
        "states": LineState.choices,
        "form": form,
        "refusal": refusal,
        "may_keep": may_keep,
        "tablets": tablets_without_line() if may_keep else [],
    }
    return render(request, "devices/lines.html", context, status=INVALID if refusal or form.errors else 200)


@require_POST
@requires("devices.keep")
def line_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Into a tablet, suspended, resumed, out of it, ended."""
    line = line_for(request.user, pk)
    form = LineMoveForm(request.POST)
    empty = LineForm(initial={"key": uuid4()})
    if not form.is_valid():
        return lines_page(request, empty, "回線を入れるタブレットを選んでください。")
    try:
        moved = _moved(line, form, request)
    except Refused as refused:
        return lines_page(request, empty, refused.message)
    messages.success(request, f"回線 {phone_text(moved.number)} を「{moved.get_state_display()}」にしました。")
    return redirect("devices:lines")


def _moved(line: Line, form: LineMoveForm, request: StaffRequest) -> Line:
    act, reason, by = form.cleaned_data["act"], form.cleaned_data["reason"], actor_of(request)
    if act == "assign":
        return line_assign(line=line, device=form.cleaned_data["device"], reason=reason, by=by)
    return MOVES[act](line=line, reason=reason, by=by)
