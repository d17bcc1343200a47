"""Staff's booking lists: on screen, on paper, as a workbook and as CSV. Long ones are sent while they are read."""

from collections.abc import Callable, Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, actor_of, requires
from live.grants import grant
from reservations.access import offices_in_scope
from reservations.actions import list_take_out
from reservations.actions.lists import ListForm as FileForm
from reservations.forms import ListForm
from reservations.lists.chosen import ORDERS, Chosen, chosen_from, narrowings
from reservations.lists.columns import Column
from reservations.lists.rows import Streamed, Totals, bookings, by_office, state_chips, state_counts
from reservations.models import Reservation
from reservations.papers import MOST_ON_PAPER, list_pdf, list_table
from writing.papers import Value
from writing.spreadsheets import MOST_ROWS, Table, csv_pieces, xlsx_pieces

PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TOO_MANY_ON_PAPER = (
    f"印刷できるのは{MOST_ON_PAPER:,}件までです。期間や拠点をせばめるか、表（Excel、CSV）で取り出してください。"
)
TOO_MANY_ROWS = f"Excelの表は{MOST_ROWS:,}行までです。期間をせばめるか、CSVで取り出してください。"


@require_safe
@requires("reservations.list")
def booking_list(request: StaffRequest) -> HttpResponse:
    """The bookings of a day or of some days. Choices are read from the address."""
    return _page(request)


def _page(request: StaffRequest, refusal: str = "") -> HttpResponse:
    typed = ListForm(request.GET, user=request.user) if "on_year" in request.GET else None
    chosen = chosen_from(request.user, request.GET, typed.typed_period() if typed else None)
    live_grant = grant(request, _topics(request, chosen))
    page = Paginator(bookings(request.user, chosen), PER_PAGE).get_page(request.GET.get("page"))
    counts = state_counts(request.user, chosen)
    columns = chosen.shown_columns()
    context = {
        "live_grant": live_grant,
        "form": typed or ListForm(initial=_initial(chosen), user=request.user),
        "chosen": chosen,
        "columns": columns,
        "rows": [_cells(reservation, columns) for reservation in page],
        "page": page,
        "totals": Totals.of(counts, chosen),
        "chips": state_chips(counts, chosen),
        "orders": [(words, chosen.address(order=order), chosen.order == order) for order, words in ORDERS.items()],
        "narrowings": narrowings(chosen),
        "refusal": refusal,
    }
    return render(request, "reservations/list.html", context, status=422 if refusal else 200)


def _cells(reservation: Reservation, columns: list[Column]) -> tuple[Reservation, list[tuple[str, Value]]]:
    return reservation, [(column.code, column.of(reservation)) for column in columns]


def _initial(chosen: Chosen) -> dict[str, object]:
    return {
        "on": chosen.period.first,
        "until": None if chosen.period.is_one_day else chosen.period.last,
        "office": chosen.office.code if chosen.office else "",
        "procedure": chosen.procedure.code if chosen.procedure else "",
        "column": [column.code for column in chosen.shown_columns()],
    }


def _topics(request: StaffRequest, chosen: Chosen) -> list[str]:
    """The streams of the offices on the page."""
    codes = [chosen.office.code] if chosen.office else offices_in_scope(request.user).values_list("code", flat=True)
    return [f"office:{code}" for code in codes]


@require_safe
@requires("reservations.list")
def list_as_pdf(request: StaffRequest) -> HttpResponse:
    chosen = chosen_from(request.user, request.GET)
    count = bookings(request.user, chosen).count()
    if count > MOST_ON_PAPER:
        return _page(request, TOO_MANY_ON_PAPER)
    _taken_out(request, chosen, "pdf", count)
    written = list_pdf(chosen, list(by_office(bookings(request.user, chosen))), printed_on=timezone.localdate())
    return HttpResponse(written, headers=_headers(chosen, "application/pdf", "pdf"))


@require_safe
@requires("reservations.list")
def list_as_xlsx(request: StaffRequest) -> HttpResponseBase:
    return _streamed(request, "xlsx", XLSX, xlsx_pieces)


@require_safe
@requires("reservations.list")
def list_as_csv(request: StaffRequest) -> HttpResponseBase:
    return _streamed(request, "csv", CSV, csv_pieces)


def _streamed(
    request: StaffRequest, form: FileForm, media_type: str, pieces: Callable[[Table], Iterator[bytes]]
) -> HttpResponseBase:
    """The trace is written before the first name leaves. HEAD reads nothing and takes nothing."""
    chosen = chosen_from(request.user, request.GET)
    headers = _headers(chosen, media_type, form)
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    rows = bookings(request.user, chosen)
    count = rows.count()
    if form == "xlsx" and count > MOST_ROWS:
        return _page(request, TOO_MANY_ROWS)
    _taken_out(request, chosen, form, count)
    table = list_table(chosen.period, Streamed(rows, chosen.shown_columns()))
    return StreamingHttpResponse(pieces(table), headers=headers)


def _taken_out(request: StaffRequest, chosen: Chosen, form: FileForm, rows: int) -> None:
    period, about = chosen.period, chosen.office or request.user
    list_take_out(about=about, first=period.first, last=period.last, form=form, rows=rows, by=actor_of(request))


def _headers(chosen: Chosen, media_type: str, ending: str) -> dict[str, str]:
    """A download that no browser or proxy keeps: it holds names."""
    period = chosen.period
    until = "" if period.is_one_day else f"-{period.last:%Y%m%d}"
    office = f"-{chosen.office.code}" if chosen.office else ""
    name = f"yoyaku-{period.first:%Y%m%d}{until}{office}.{ending}"
    disposition = f'attachment; filename="{name}"'
    return {"Content-Type": media_type, "Content-Disposition": disposition, "Cache-Control": "no-store"}
