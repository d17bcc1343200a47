"""The demo's papers: sealed forms, one kept back, scans, originals, handovers, a closing that is only exported."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

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
from config.simulation.cast import Cast
from config.simulation.papers import papers_kept
from keeping.closing.records import ClosingState
from keeping.handover.records import HandoverState
from keeping.models import ContractClosing, HandoverList

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime.fromisoformat("2026-11-18T14:00:00+09:00")


def test_a_city_with_paper_shows_every_screen_something(own_vault: Path) -> None:
    with time_machine.travel(WEDNESDAY - timedelta(hours=5), tick=False):
        call_command("load_city", "fukuoka", stdout=StringIO())
        call_command("demo_people", stdout=StringIO())
    with time_machine.travel(WEDNESDAY, tick=True):
        cast = Cast.gather(timezone.localdate())
        kept = papers_kept(cast)
        assert papers_kept(cast) == kept
    assert kept == ArchiveEntry.objects.count() >= 2
    assert ArchiveHold.objects.filter(lifted_at__isnull=True).count() == 1
    assert set(ScanFile.objects.values_list("state", flat=True)) == {ScanState.READ, ScanState.UNREADABLE}
    assert ScanPage.objects.filter(state=PageState.OPEN).exists()
    assert OriginalBatch.objects.get().received_at is not None
    assert Original.objects.filter(state=OriginalState.RECEIVED).exists()
    states = HandoverList.objects.values_list("state", flat=True)
    assert set(states) == {HandoverState.CONFIRMED, HandoverState.SUBMITTED}
    assert ContractClosing.objects.get().state == ClosingState.EXPORTED
