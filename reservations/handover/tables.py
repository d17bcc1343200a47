"""Which rows are handed over, and in which order they can be taken over."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable

from notifications.models import Message, MessageState, Receipt
from postoffices.models import (
    Calendar,
    CapacityPeriod,
    City,
    Closure,
    DatedOpening,
    DayRange,
    DayRule,
    DayRulePeriod,
    DeadlineRule,
    Holiday,
    HolidayDecision,
    HorizonRule,
    Office,
    Procedure,
    ProcedureDay,
    ProcedureHours,
    ProcedureWeek,
    Stop,
    Ward,
    WeeklyHours,
)
from reservations.handover.balance import kept_by_bookings
from reservations.handover.columns import Column, columns_of
from reservations.handover.past import past_rows
from reservations.handover.waiting import of_taken_back_offer, own_contact_key, shown_values
from reservations.models import FurtherSeat, Orphaning, PastEvent, Reservation, SeatKind, Slot, Waiter
from reservations.numbers import is_number

ROWS_AT_ONCE = 2000
Rows = Iterator[tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """One kind of rows, written as `<name>.csv` and `<name>.jsonl`.

    `key` are the columns that name a row; with `by_id` rows are named by their id, which they keep. `left_out`
    gives the reason for every field that stays behind. `shown` gives another value than the field's own. `complete`
    gives a row that was read what the new installation makes itself.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...] = ("id",)
    by_id: bool = True
    left_out: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Combinable] = field(default_factory=dict)
    only: Q = field(default_factory=Q)
    other_rows: Callable[[], Rows] | None = None
    rule: Callable[[Any], str] | None = None
    complete: Callable[[Any], None] | None = None
    called: str = ""

    @cached_property
    def columns(self) -> list[Column]:
        without_id = frozenset() if self.by_id else frozenset({"id"})
        return list(columns_of(self.model, left_out=without_id | frozenset(self.left_out)))

    @property
    def title(self) -> str:
        return self.called or str(self.model._meta.verbose_name)

    def rows(self) -> Rows:
        """The rows in their files' order, read through a cursor of the server: memory does not grow with them."""
        if self.other_rows:
            return self.other_rows()
        query = self._query()
        if self.by_id:
            return query.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE)
        # Few rows; sorted here, because two servers may sort text differently.
        places = [[column.name for column in self.columns].index(name) for name in self.key]
        return iter(sorted(query, key=lambda row: [row[place] for place in places]))

    def _query(self) -> QuerySet[Any, tuple[Any, ...]]:
        shown = {f"shown_{name}": expression for name, expression in self.shown.items()}
        lookups = (f"shown_{column.name}" if column.name in self.shown else column.lookup for column in self.columns)
        rows = self.model._default_manager.order_by().filter(self.only)
        chosen: QuerySet[Any, tuple[Any, ...]] = rows.annotate(**shown).values_list(*lookups)
        return chosen


def number_fault(reservation: Reservation) -> str:
    return "" if is_number(reservation.number) else "予約番号の検査数字が合いません。"


# What may still be sent needs its text; the text of the others holds links, and nobody needs it.
STILL_TO_SEND = ~Q(state__in=[MessageState.SENT, MessageState.WITHDRAWN])
ABOUT_BOOKINGS = "reservations."
MESSAGES = Q(subject_type__startswith=ABOUT_BOOKINGS) & ~of_taken_back_offer()
RECEIPTS = Q(message__subject_type__startswith=ABOUT_BOOKINGS) & ~of_taken_back_offer("message__")
CLAIM = "belongs to a worker of the old installation"
OWN_KEY = "made with a key of the old installation; the new one makes its own"

TABLES = (
    Table("city", City, left_out={"loaded_at": "when this installation read its profile"}),
    Table("wards", Ward, ("code",), by_id=False),
    Table("calendars", Calendar, ("code",), by_id=False),
    Table("weekly_hours", WeeklyHours, ("calendar", "weekday", "opens"), by_id=False),
    Table("closures", Closure, ("calendar", "first_day", "last_day", "yearly", "reason"), by_id=False),
    Table("dated_openings", DatedOpening, ("calendar", "day", "opens"), by_id=False),
    Table("holidays", Holiday, ("day",), by_id=False),
    Table("procedures", Procedure, ("code",), by_id=False),
    Table("offices", Office, ("code",), by_id=False),
    Table("office_procedures", Office.procedures.through, ("office", "procedure"), by_id=False, called="拠点の手続き"),
    Table("capacity_periods", CapacityPeriod, ("office", "first_day"), by_id=False),
    Table("procedure_hours", ProcedureHours, ("office", "procedure"), by_id=False),
    Table("holiday_decisions", HolidayDecision),
    Table("day_rules", DayRule),
    Table("day_rule_periods", DayRulePeriod),
    Table("day_ranges", DayRange),
    Table("procedure_weeks", ProcedureWeek),
    Table("procedure_days", ProcedureDay),
    Table("deadline_rules", DeadlineRule),
    Table("horizon_rules", HorizonRule),
    Table("stops", Stop),
    Table(
        "slots",
        Slot,
        # Holds are not handed over, so their seats are not counted either.
        shown={f"{kind}_taken": kept_by_bookings(kind) for kind in SeatKind},
    ),
    Table(
        "reservations",
        Reservation,
        left_out={
            "moved_token_hash": "recognises a form sent twice, for minutes",
            "person_key": OWN_KEY,
        },
        rule=number_fault,
    ),
    # Those of holds stay behind with them.
    Table(
        "further_seats",
        FurtherSeat,
        left_out={"hold": "a hold stays behind, and its seats with it", "place": "tells people of one hold apart"},
        only=Q(reservation__isnull=False),
    ),
    Table("orphanings", Orphaning),
    Table(
        "waiting",
        Waiter,
        left_out={
            "contact_key": OWN_KEY,
            "network_key": "made with a key of the old installation, from an address that nobody keeps",
            "form_key": "recognises a form sent twice, for minutes",
        },
        shown=shown_values(),
        complete=own_contact_key,
    ),
    Table("events", PastEvent, ("reservation_id", "position"), by_id=False, other_rows=past_rows),
    Table(
        "messages",
        Message,
        left_out={"claim_token": CLAIM, "claimed_until": CLAIM},
        shown={
            "state": Case(
                When(state=MessageState.CLAIMED, then=Value(MessageState.QUEUED)),
                When(state=MessageState.TRANSMITTING, then=Value(MessageState.UNCERTAIN)),
                default=F("state"),
                output_field=CharField(),
            ),
            "title": Case(When(STILL_TO_SEND, then=F("title")), default=Value(""), output_field=CharField()),
            "body": Case(When(STILL_TO_SEND, then=F("body")), default=Value(""), output_field=TextField()),
        },
        only=MESSAGES,
    ),
    Table("message_receipts", Receipt, only=RECEIPTS),
)
# Rows that an installation may already have from `load_city`; then they must be the same.
MASTER = frozenset(table.name for table in TABLES if table.model._meta.app_label == "postoffices")
# Models that stay behind, and why.
LEFT_BEHIND = {
    "Hold": "a seat kept for some minutes for a form that only the old installation has",
    "Posting": "staff of the old operator",
    "Bucket": "how often somebody tried lately, under hashes that only the old installation can make",
    "SupplyGap": "how slots stood to the rules when they were last compared; the next comparison says it anew",
    "Shield": "whether the old installation is under attack right now",
}
