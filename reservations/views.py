"""Staff's booking list and a booking's page."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, actor_of, requires
from live.grants import grant
from notifications.models import Message
from reservations.access import offices_in_scope, reservation_for_staff
from reservations.actions import list_take_out
from reservations.forms import ListForm
from reservations.history import history
from reservations.lists import Chosen, OfficeDay, bookings, by_office, chosen_from, state_chips
from reservations.papers import day_list_pdf, day_list_xlsx

PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires("reservations.list")
def booking_list(request: StaffRequest) -> HttpResponse:
    """The bookings of a day. Choices are read from the address."""
    typed = ListForm(request.GET, user=request.user) if "on_year" in request.GET else None
    chosen = chosen_from(request.user, request.GET, typed.typed_day() if typed else None)
    live_grant = grant(request, _topics(request, chosen))
    page = Paginator(bookings(request.user, chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "live_grant": live_grant,
        "form": typed or ListForm(initial=_initial(chosen), user=request.user),
        "chosen": chosen,
        "page": page,
        "chips": state_chips(request.user, chosen),
    }
    return render(request, "reservations/list.html", context)


def _initial(chosen: Chosen) -> dict[str, object]:
    return {
        "on": chosen.day,
        "office": chosen.office.code if chosen.office else "",
        "procedure": chosen.procedure.code if chosen.procedure else "",
    }


def _topics(request: StaffRequest, chosen: Chosen) -> list[str]:
    """The streams of the offices on the page."""
    codes = [chosen.office.code] if chosen.office else offices_in_scope(request.user).values_list("code", flat=True)
    return [f"office:{code}" for code in codes]


@require_safe
@requires("reservations.list")
def list_pdf(request: StaffRequest) -> HttpResponse:
    chosen, offices = _taken_out(request, "pdf")
    written = day_list_pdf(chosen.day, offices, printed_on=timezone.localdate())
    return _file(written, "application/pdf", chosen, "pdf")


@require_safe
@requires("reservations.list")
def list_xlsx(request: StaffRequest) -> HttpResponse:
    chosen, offices = _taken_out(request, "xlsx")
    return _file(day_list_xlsx(chosen.day, offices), XLSX, chosen, "xlsx")


def _taken_out(request: StaffRequest, form: str) -> tuple[Chosen, list[OfficeDay]]:
    chosen = chosen_from(request.user, request.GET)
    offices = list(by_office(bookings(request.user, chosen)))
    list_take_out(
        about=chosen.office or request.user,
        day=chosen.day,
        form="pdf" if form == "pdf" else "xlsx",
        rows=sum(len(held.rows) for held in offices),
        by=actor_of(request),
    )
    return chosen, offices


def _file(written: bytes, media_type: str, chosen: Chosen, ending: str) -> HttpResponse:
    """A download that no browser or proxy keeps: it holds names."""
    office = f"-{chosen.office.code}" if chosen.office else ""
    name = f"yoyaku-{chosen.day:%Y%m%d}{office}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(written, content_type=media_type, headers=headers)


@require_safe
@requires("reservations.list")
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """One booking with its messages and what happened to it."""
    reservation = reservation_for_staff(request.user, number)
    context = {
        "reservation": reservation,
        "messages_sent": Message.objects.about(reservation),
        "history": history(reservation),
        "may_book_for": request.user.may("reservations.book_for"),
    }
    return render(request, "reservations/detail.html", context)
