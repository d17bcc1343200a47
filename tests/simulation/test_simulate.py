"""Made-up days: repeatable by their seed, true to every rule of the product, and never outside the demo."""

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as product
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.utils import timezone
from pytest_django import Settings

from applications.models import Application, ApplicationState, CheckState, ExistenceCheck
from audit.models import AuditEvent
from config.simulation import play
from config.simulation.stories import Chances
from counters.models import Visit, VisitState
from helpdesk.models import Attachment, Mail, MailState
from notifications.models import Message
from reservations.handover.balance import wrong_counters
from reservations.models import Hold, Reservation, ReservationState, Slot
from review.models import Case, CaseState, Decision, Verdict

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime.fromisoformat("2026-11-18T14:00:00+09:00")
# Moments that are plans, not events.
PLANNED = {
    "respond_due",
    "resolve_due",
    "window_from",
    "window_until",
    "next_at",
    "starts_at",
    "ends_at",
    "expires_at",
    "due_at",
    "lease_until",
    "not_before",
    "not_after",
    "Patrol.at",
}


@pytest.fixture
def city(own_vault: Path) -> None:
    with time_machine.travel(WEDNESDAY - timedelta(hours=5), tick=False):
        call_command("load_city", "kitakyushu", stdout=StringIO())
        call_command("demo_people", stdout=StringIO())


@pytest.fixture
def eventful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that seldom happens happens often, so that few days show it all."""
    often = partial(Chances, cancels=0.2, no_show=0.4, reshoot=0.3, rejected=0.3, leaves=0.15)
    monkeypatch.setattr(play, "Chances", often)
    monkeypatch.setattr(play, "DEFECT_SHARE", 0.3)


def simulate(seed: int = 1, days: int = 2, per_day: int = 20) -> str:
    said = StringIO()
    with time_machine.travel(WEDNESDAY, tick=False):
        call_command("simulate", days=days, seed=seed, per_day=per_day, stdout=said)
    return said.getvalue()


def numbers() -> dict[str, Counter[str]]:
    """How much of everything there is, and who the people are."""
    return {
        "events": Counter(AuditEvent.objects.values_list("action", flat=True)),
        "people": Counter(Reservation.objects.values_list("name", flat=True)),
        "times": Counter(str(at) for at in Reservation.objects.values_list("slot__starts_at", flat=True)),
        "outcomes": Counter(Visit.objects.values_list("outcome", flat=True)),
    }


def played_and_undone(seed: int) -> dict[str, Counter[str]]:
    with transaction.atomic():
        simulate(seed)
        made = numbers()
        transaction.set_rollback(True)
    return made


def test_the_same_seed_plays_the_same_days(city: None) -> None:
    first, again, other = (played_and_undone(seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert first["people"].total() > 20


def test_every_state_appears(city: None, eventful: None) -> None:
    simulate()
    assert states(Reservation) == {*ReservationState} - {ReservationState.ORPHANED}
    assert states(ExistenceCheck) >= {CheckState.CONFIRMED, CheckState.RESOLVED}
    assert states(Application) == {ApplicationState.DRAFTED, ApplicationState.SIGNED}
    assert states(Visit) >= {VisitState.AWAITING_REVIEW, VisitState.FINISHED, VisitState.LEFT, VisitState.MISSED}
    assert states(Case) >= {CaseState.SUBMITTED, CaseState.APPROVED, CaseState.REJECTED, CaseState.WITHDRAWN}
    assert set(Decision.objects.values_list("verdict", flat=True)) == {*Verdict}
    assert states(Mail) == {*MailState} - {MailState.SETTLED}
    automatic = Message.objects.filter(purpose="inquiry_received")
    assert "受付時間外" in automatic.get(recipient="mihon0022@example.jp").body
    assert not Message.objects.filter(recipient="mihon0025@example.jp").exists(), "no machine is answered"
    assert Attachment.objects.get().ticket.email == "mihon0023@example.jp"


def states(model: type[models.Model]) -> set[str]:
    return set(model._default_manager.values_list("state", flat=True))


def test_counters_of_slots_equal_holds_and_live_bookings(city: None, eventful: None) -> None:
    simulate()
    assert Slot.objects.filter(public_taken__gt=0).exists()
    assert Hold.objects.count() == 0
    assert not wrong_counters().exists()


def test_the_rooms_agree_with_each_other(city: None, eventful: None) -> None:
    simulate()
    for visit in Visit.objects.select_related("reservation", "case", "application"):
        case = getattr(visit, "case", None)
        if visit.state == VisitState.LEFT:
            assert case is None or case.state == CaseState.WITHDRAWN
        if visit.outcome == "completed":
            assert case is not None
            assert case.state == CaseState.APPROVED
        if visit.reservation is not None:
            missed = visit.state == VisitState.MISSED
            assert visit.reservation.state == (ReservationState.NO_SHOW if missed else ReservationState.VISITED)


def test_nothing_is_dated_in_the_future(city: None) -> None:
    simulate()
    ours = [room for room in apps.get_app_configs() if Path(room.path).parent == Path(product.BASE_DIR)]
    for model in (model for room in ours for model in room.get_models()):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField) and not {field.name, f"{model.__name__}.{field.name}"} & PLANNED:
                late = model._default_manager.filter(**{f"{field.name}__gt": WEDNESDAY})
                assert not late.exists(), f"{model.__name__}.{field.name}"


def test_the_demos_own_people_find_work(city: None) -> None:
    simulate()
    today = timezone.localdate(WEDNESDAY)
    assert Reservation.objects.of_day(today).filter(state=ReservationState.CONFIRMED).exists()
    waiting = Case.objects.filter(state=CaseState.SUBMITTED)
    assert waiting.count() >= 2
    assert all(case.submitted_at and WEDNESDAY - case.submitted_at < timedelta(hours=1) for case in waiting)


def test_it_refuses_outside_the_demo(city: None, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DATABASE_URL"):
        simulate()
    assert not Reservation.objects.exists()


@pytest.mark.parametrize(("command", "missing"), [("load_city", "load_city"), ("demo_people", "demo_people")])
def test_it_says_what_has_to_be_run_first(command: str, missing: str) -> None:
    if command == "demo_people":
        call_command("load_city", "kitakyushu", stdout=StringIO())
    with pytest.raises(CommandError, match=missing):
        simulate()
