"""Rows with personal data: emptied when their rule is over, not a day before, and each round recorded."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from accounts.roles import Role
from audit.classification import Sensitivity
from audit.models import AuditEvent
from counters.models import Visit
from keeping.models import RowErasure
from keeping.rows import plans as planning
from keeping.rows.plans import (
    BY_HAND,
    ELSEWHERE,
    ERASED_NAME,
    NO_FREE_TEXT,
    our_models,
    plan_of,
    planned_models,
    plans,
)
from keeping.rows.sweeping import last_day_over, rows_sweep
from notifications.models import Message, MessageState, Receipt
from postoffices.rules import Keep
from reservations.models import Reservation, Waiter
from tests.counters.desk import Desk
from tests.people import staff_member
from tests.reservations.town import HANAKO, SYSTEM, TARO

# The neutral rules keep everything for a year.
A_YEAR = timedelta(days=365)


@pytest.mark.parametrize("model", list(planned_models()), ids=lambda model: model._meta.label)
def test_every_model_with_personal_fields_has_a_plan(model: type[models.Model]) -> None:
    assert plan_of(model).label == model._meta.label_lower


def test_what_is_emptied_elsewhere_exists() -> None:
    assert {model._meta.label_lower for model in our_models()} >= ELSEWHERE | NO_FREE_TEXT | set(BY_HAND)


def test_no_plan_leaves_a_personal_field_as_it_is() -> None:
    for plan in plans():
        table = planning._classified(plan.model)
        assert table is not None
        assert plan.delete or set(table.of(Sensitivity.PERSONAL)) <= set(plan.values), plan.label


@pytest.mark.parametrize(
    ("keep", "today", "over"),
    [
        (Keep(years=1), date(2027, 11, 19), date(2026, 11, 18)),
        (Keep(months=6), date(2026, 9, 1), date(2026, 2, 28)),
        (Keep(months=1), date(2026, 3, 29), date(2026, 2, 28)),
        (Keep(years=0), date(2026, 3, 29), date(2026, 3, 28)),
    ],
)
def test_the_last_day_that_is_over(keep: Keep, today: date, over: date) -> None:
    assert last_day_over(keep, today) == over
    assert keep.until(over) < today <= keep.until(over + timedelta(days=1))


def swept(desk: Desk, days: int) -> dict[str, int]:
    return rows_sweep(by=SYSTEM, today=timezone.localdate() + timedelta(days=days))


def test_a_booking_is_kept_to_its_last_day_and_then_says_nothing(desk: Desk) -> None:
    booking, later = desk.booking(days=1), desk.booking(days=2, person=TARO)
    assert "reservations.reservation" not in swept(desk, 1 + 365)
    assert swept(desk, 2 + 365)["reservations.reservation"] == 1
    booking.refresh_from_db()
    later.refresh_from_db()
    assert (booking.name, booking.phone, booking.address, booking.email) == (ERASED_NAME, "", "", "")
    assert booking.number == f"E{booking.pk}"
    assert booking.person_key == ""
    assert later.name == TARO.name
    # Nothing left for a second round.
    assert "reservations.reservation" not in swept(desk, 2 + 365)


def test_the_number_of_bookings_stays(desk: Desk) -> None:
    for day in range(1, 4):
        desk.booking(days=day)
    before = list(Reservation.objects.order_by("pk").values("pk", "office", "slot", "state", "procedure"))
    swept(desk, 900)
    assert list(Reservation.objects.order_by("pk").values("pk", "office", "slot", "state", "procedure")) == before
    assert Reservation.objects.filter(name=ERASED_NAME).count() == 3


def test_messages_lose_their_texts_but_not_while_they_may_go_out(desk: Desk) -> None:
    desk.booking(days=7)
    waiting = Message.objects.filter(state=MessageState.QUEUED)
    assert waiting.exists()
    one = waiting.first()
    assert one is not None
    Receipt.objects.create(message=one, state=MessageState.FAILED, reason=f"{HANAKO.email} は届きません")
    Message.objects.filter(pk=one.pk).update(state=MessageState.FAILED)
    swept(desk, 900)
    one.refresh_from_db()
    assert (one.recipient, one.title, one.body) == ("", "", "")
    assert HANAKO.email not in one.key
    assert Receipt.objects.get().reason == ""
    assert not Message.objects.filter(state=MessageState.QUEUED, recipient="").exists()


def test_people_who_wait_are_deleted(desk: Desk) -> None:
    today = timezone.localdate()
    Waiter.objects.create(
        token_hash="x",
        contact_key="y",
        procedure=desk.town.renewal,
        office=desk.town.office,
        first_day=today,
        last_day=today,
        email="hanako@example.jp",
        state="lapsed",
    )
    assert "reservations.waiter" not in swept(desk, 365)
    assert swept(desk, 366)["reservations.waiter"] == 1
    assert not Waiter.objects.exists()


def test_notes_of_visits_and_of_persons_who_left(desk: Desk) -> None:
    visit = desk.walk_in()
    Visit.objects.filter(pk=visit.pk).update(note="見本の話")
    gone = staff_member(Role.CLERK, "gone", is_active=False)
    swept(desk, 900)
    visit.refresh_from_db()
    gone.refresh_from_db()
    desk.clerk.refresh_from_db()
    assert visit.note == ""
    assert gone.display_name == ERASED_NAME
    assert desk.clerk.display_name != ERASED_NAME


def test_each_round_is_recorded_with_its_rule_and_without_data(desk: Desk) -> None:
    desk.booking(days=1)
    swept(desk, 900)
    erasure = RowErasure.objects.get(table="reservations.reservation")
    event = AuditEvent.objects.about(erasure).get()
    assert (event.action, event.detail["rows"], event.detail["rule"]) == ("keeping.rows_erased", 1, "reservation")
    assert HANAKO.name not in str(event.detail)


def test_without_its_event_nothing_is_erased(
    desk: Desk, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    booking = desk.booking(days=1)
    with audit_cannot_be_written():
        swept(desk, 900)
    booking.refresh_from_db()
    assert booking.name == HANAKO.name


def test_more_rows_than_a_round_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from keeping.rows import sweeping

    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 2)
    for day in range(1, 6):
        desk.booking(days=day)
    assert swept(desk, 900)["reservations.reservation"] == 5
    assert RowErasure.objects.filter(table="reservations.reservation").count() == 3


def test_sessions_that_are_over_are_cleared(desk: Desk) -> None:
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="x", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="open", session_data="x", expire_date=now + timedelta(days=1))
    swept(desk, 0)
    assert set(Session.objects.values_list("session_key", flat=True)) == {"open"}
