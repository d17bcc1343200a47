"""The bureau at work: edits and stops of the made-up town, seen in a preview and then done."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from audit.actors import Actor
from postoffices.models import Office, Procedure, Stop
from postoffices.strict import parsed_period
from postoffices.supply.edits import Edit, EditKind
from postoffices.supply.spans import spans_of
from postoffices.supply.weeks import WeekEdit, WeekKind
from reservations.actions import slots_materialise
from reservations.models import Hold, Reservation, ReservationState, SeatKind, Slot
from reservations.supply.actions import edit_plan, offices_stopped, stop_begin, stop_plan, supply_edit
from reservations.supply.plan import SupplyPlan
from tests.reservations.town import SYSTEM, Town, seats_kept

BUREAU = Actor.system("bureau of a test")


def a_monday() -> date:
    """A Monday at least a week ahead, within everybody's horizon."""
    day = timezone.localdate() + timedelta(days=7)
    return day + timedelta(days=-day.weekday() % 7)


def open_days(town: Town, first: date, days: int = 1) -> list[Slot]:
    """Slots of both offices as the profile says; returned are those of the first office."""
    for office in (town.office, town.elsewhere):
        slots_materialise(office=office, first_day=first, last_day=first + timedelta(days=days - 1), by=SYSTEM)
    return list(Slot.objects.filter(office=town.office).order_by("starts_at"))


def edit_of(kind: EditKind, first: date, last: date | None = None, **more: Any) -> Edit:
    return Edit(kind, first, last or first, **more)


def preview(offices: list[Office], edit: Edit | WeekEdit) -> SupplyPlan:
    return edit_plan(offices, edit)


def week_of(procedure: Procedure, **weekly: str) -> WeekEdit:
    """A week such as mon="9:00-12:00"; days that are not named are closed. Without any: whenever the office is open."""
    today = timezone.localdate()
    named = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    week = tuple(spans_of([parsed_period(weekly[name])] if name in weekly else []) for name in named)
    kind = WeekKind.OWN if weekly else WeekKind.ALWAYS
    return WeekEdit(kind, procedure, today, today + timedelta(days=30), week if weekly else None)


def assert_no_procedure_where_it_may_not_be() -> None:
    """Nobody who is still to come sits in a slot that a rule keeps from the procedure.

    Whoever was marked as not come keeps the seat, also when the mark is taken back (then not `exclusive`).
    """
    coming = Reservation.objects.filter(state=ReservationState.CONFIRMED, exclusive=True)
    for booking in coming.select_related("slot", "procedure"):
        held = [booking.slot, *(seat.slot for seat in booking.further_seats.select_related("slot"))]
        assert not [slot for slot in held if booking.procedure.code in slot.barred]
    for hold in Hold.objects.select_related("slot", "procedure"):
        held = [hold.slot, *(seat.slot for seat in hold.further_seats.select_related("slot"))]
        assert not [slot for slot in held if hold.procedure.code in slot.barred]


def apply(offices: list[Office], edit: Edit | WeekEdit, *, tell: bool = False) -> SupplyPlan:
    """As on screen: look, then save what was seen."""
    return supply_edit(offices=offices, edit=edit, seen=preview(offices, edit).digest(), tell=tell, by=BUREAU)


def stop(office: Office | None, starts_at: datetime, ends_at: datetime, reason: str = "端末の障害") -> Stop:
    wanted = Stop(office=office, starts_at=starts_at, ends_at=ends_at, reason=reason)
    seen = stop_plan(wanted, offices_stopped(wanted)).digest()
    return stop_begin(office=office, starts_at=starts_at, ends_at=ends_at, reason=reason, seen=seen, by=BUREAU)[0]


def assert_counters_tell_the_truth() -> None:
    for slot in Slot.objects.all():
        for kind in SeatKind.values:
            kept = seats_kept(slot, kind)
            assert (slot.pk, kind, getattr(slot, f"{kind}_taken")) == (slot.pk, kind, kept)
            assert kept <= getattr(slot, f"{kind}_seats")
