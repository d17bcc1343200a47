"""The demo's papers: sealed forms, one kept back, scans, originals, handovers, a closing that is only exported."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from applications.actions import application_sign
from applications.models import (
    ArchiveEntry,
    ArchiveHold,
    Original,
    OriginalBatch,
    OriginalState,
    PageState,
    ScanFile,
    ScanPage,
    ScanState,
)
from applications.scans.originals import originals_waiting
from config.simulation.cast import Cast
from config.simulation.papers import PAPER_WARDS, SEALED, papers_kept
from config.simulation.pictures import signature_strokes
from counters.actions import visit_serve, visit_walk_in
from keeping.closing.records import ClosingState
from keeping.handover.records import HandoverState
from keeping.models import ContractClosing, HandoverList

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime.fromisoformat("2026-11-18T14:00:00+09:00")


def sign_on_screens(cast: Cast, count: int) -> None:
    """As many days do: these wait for their seals since before anybody signed on paper."""
    for number in range(count):
        visit = visit_walk_in(office=cast.offices[0], procedure=cast.procedures[0], by=cast.clerk)
        visit = visit_serve(visit=visit, by=cast.clerk)
        assert visit.application is not None
        strokes = signature_strokes(Random(number))
        application_sign(application=visit.application, strokes=strokes, by=cast.clerk)


def test_a_city_with_paper_shows_every_screen_something(own_vault: Path) -> None:
    with time_machine.travel(WEDNESDAY - timedelta(hours=5), tick=False):
        call_command("load_city", "fukuoka", stdout=StringIO())
        call_command("demo_people", stdout=StringIO())
    with time_machine.travel(WEDNESDAY, tick=True):
        cast = Cast.gather(timezone.localdate())
        with time_machine.travel(WEDNESDAY - timedelta(hours=2), tick=True):
            sign_on_screens(cast, SEALED + len(PAPER_WARDS))
        kept = papers_kept(cast)
        assert papers_kept(cast) == kept
    assert kept == ArchiveEntry.objects.count() >= 2
    assert ArchiveHold.objects.filter(lifted_at__isnull=True).count() == 1
    assert set(ScanFile.objects.values_list("state", flat=True)) == {ScanState.READ, ScanState.UNREADABLE}
    assert ScanPage.objects.filter(state=PageState.OPEN).exists()
    batches = OriginalBatch.objects.order_by("pk")
    assert [(bool(batch.sent_at), bool(batch.received_at)) for batch in batches] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert Original.objects.filter(state=OriginalState.MISSING).count() == 1
    assert Original.objects.filter(state=OriginalState.RECEIVED).exists()
    assert originals_waiting().exists()
    states = HandoverList.objects.values_list("state", flat=True)
    assert set(states) == {HandoverState.CONFIRMED, HandoverState.SUBMITTED}
    assert ContractClosing.objects.get().state == ClosingState.EXPORTED
