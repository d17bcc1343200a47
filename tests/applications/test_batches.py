"""Large batches of forms: made by a worker some at a time, watched on screen, and gone after a day."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from applications.batches import actions
from applications.batches.actions import (
    MOST_ATTEMPTS,
    form_batch_claim,
    form_batch_make,
    form_batch_request,
    form_batches_forget,
)
from applications.batches.errors import ClaimLost
from applications.batches.records import FORM_BATCH_MOVES, FormBatchState
from applications.models import Application, FormBatch
from applications.papers import forms_pdf
from applications.tasks import PRINTER, make_form_batches_due
from applications.views import papers
from audit.actors import Actor
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed, refuse_unless_allowed
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation
from tests.applications.test_forms_paper import batch_address, pages_of, text_of
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN
from vault.actions import object_read
from vault.errors import ObjectErased

B = FormBatchState
ALLOWED = {
    (B.REQUESTED, B.MAKING),
    (B.REQUESTED, B.FAILED),
    (B.MAKING, B.MAKING),
    (B.MAKING, B.MADE),
    (B.MAKING, B.FAILED),
    (B.MADE, B.REQUESTED),
    (B.FAILED, B.REQUESTED),
}


@pytest.mark.parametrize(("old", "new"), [*product(B, B)])
def test_every_pair_of_states(old: B, new: B) -> None:
    if (old, new) in ALLOWED:
        refuse_unless_allowed(FORM_BATCH_MOVES, old, new)
        return
    with pytest.raises(MoveNotAllowed):
        refuse_unless_allowed(FORM_BATCH_MOVES, old, new)


@pytest.fixture
def day(desk: Desk) -> list[Reservation]:
    return [desk.booking(days=7, hour=hour) for hour in (9, 11, 13)]


@pytest.fixture
def asked(desk: Desk, day: list[Reservation], bureau: Client) -> FormBatch:
    return form_batch_request(office=desk.town.office, day=day[0].slot.starts_at.date(), by=bureau_actor())


def bureau_actor() -> Actor:
    return Actor.staff(User.objects.get(username="bureau"))


def read(batch: FormBatch) -> bytes:
    assert batch.content is not None
    return object_read(held=batch.content, by=PRINTER, purpose="test")


@pytest.mark.requirement("fukuoka-14", "fukuoka-21")
def test_a_large_day_is_made_by_a_worker_while_the_screen_shows_how_far(
    bureau: Client, desk: Desk, day: list[Reservation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(actions, "FORMS_AT_ONCE", 2)
    page = bureau.post(batch_address(desk, day[0]), follow=True)
    assert "順番を待っています" in page.content.decode()
    address = f"/staff/applications/batches/{FormBatch.objects.get().pk}"
    assert bureau.get(f"{address}.pdf").status_code == 404
    seen: list[str] = []
    watched = actions._advance

    def advance(*args: Any) -> None:
        watched(*args)
        seen.append(bureau.get(f"{address}/progress/").content.decode())

    monkeypatch.setattr(actions, "_advance", advance)
    make_form_batches_due()
    assert ["2 / 3件" in seen[0], "3 / 3件" in seen[1]] == [True, True]
    assert bureau.get(f"{address}/progress/")["HX-Refresh"] == "true"
    assert "3件を開く（PDF）" in bureau.get(f"{address}/").content.decode()
    opened = bureau.get(f"{address}.pdf")
    assert opened["Content-Disposition"].startswith("inline")
    assert opened["Cache-Control"] == "no-store, private"
    assert pages_of(opened.content) == 3
    assert text_of(opened.content).count("1／1") == 3
    event = AuditEvent.objects.get(action="application.taken_out")
    assert (event.actor_label, len(event.detail["numbers"])) == ("bureau", 3)


def test_a_booking_that_changes_while_it_is_made_shows_as_changed(
    bureau: Client, desk: Desk, asked: FormBatch, day: list[Reservation], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = forms_pdf

    def draw_and_change(*args: Any, **kwargs: Any) -> bytes:
        made = drawn(*args, **kwargs)
        Reservation.objects.filter(pk=day[0].pk).update(address="見本市架空区9-9-9")
        return made

    monkeypatch.setattr(actions, "forms_pdf", draw_and_change)
    make_form_batches_due()
    shown = bureau.get(f"/staff/applications/forms/?day={asked.day}").content.decode()
    assert shown.count("印刷後に予約の内容が変わりました") == 1


def test_a_dead_maker_is_replaced_and_a_late_one_writes_nothing(asked: FormBatch) -> None:
    late = form_batch_claim(by=PRINTER)
    assert late is not None
    assert form_batch_claim(by=PRINTER) is None
    FormBatch.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    make_form_batches_due()
    asked.refresh_from_db()
    assert asked.state == B.MADE
    before = asked.content_id
    with pytest.raises(ClaimLost):
        form_batch_make(batch=late, by=PRINTER)
    asked.refresh_from_db()
    assert asked.content_id == before


def test_what_kills_its_makers_is_given_up_and_can_be_asked_for_again(asked: FormBatch, bureau: Client) -> None:
    FormBatch.objects.update(
        state=B.MAKING, attempts=MOST_ATTEMPTS, claimed_until=timezone.now() - timedelta(seconds=1)
    )
    make_form_batches_due()
    address = f"/staff/applications/batches/{asked.pk}/"
    assert "3回続けて" in bureau.get(address).content.decode()
    bureau.post(f"{address}again/")
    make_form_batches_due()
    assert "3件を開く" in bureau.get(address).content.decode()


def test_a_day_that_became_empty_says_so(asked: FormBatch, day: list[Reservation]) -> None:
    for booking in day:
        reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    make_form_batches_due()
    asked.refresh_from_db()
    assert (asked.state, "予約がなくなった" in asked.trouble) == (B.FAILED, True)


def test_made_anew_the_old_file_is_erased_and_after_a_day_the_new_one(asked: FormBatch, desk: Desk) -> None:
    make_form_batches_due()
    asked.refresh_from_db()
    old = asked.content
    form_batch_request(office=asked.office, day=asked.day, by=bureau_actor())
    # Asked for twice, it waits once.
    form_batch_request(office=asked.office, day=asked.day, by=bureau_actor())
    assert AuditEvent.objects.filter(action="form_batch.requested").count() == 2
    make_form_batches_due()
    assert old is not None
    with pytest.raises(ObjectErased):
        object_read(held=old, by=PRINTER, purpose="test")
    asked.refresh_from_db()
    assert pages_of(read(asked)) == 3
    assert form_batches_forget(by=PRINTER) == 0
    assert form_batches_forget(by=PRINTER, now=timezone.now() + timedelta(hours=25)) == 1
    with pytest.raises(ObjectErased):
        read(asked)
    assert not FormBatch.objects.exists()
    assert Application.objects.count() == 3


def test_a_clerk_reaches_the_own_offices_batches_only(own: Client, other: Client, asked: FormBatch) -> None:
    address = f"/staff/applications/batches/{asked.pk}/"
    assert own.get(address).status_code == 200
    assert other.get(address).status_code == 404
    assert other.post(f"{address}again/").status_code == 404
