"""Two loads at once: the second waits and finds nothing to do. With the guard off it fails halfway."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connections

from audit.actors import Actor
from audit.models import AuditEvent
from postoffices import actions
from postoffices.models import City
from postoffices.plan import Plan, plan_for
from postoffices.profile import Profile
from postoffices.reading import read_profile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both_plan_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each load shows its plan and waits a moment for the other's before it writes."""
    meeting = Barrier(2)

    def plan_and_wait(profile: Profile) -> Plan:
        plan = plan_for(profile)
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=1)
        return plan

    monkeypatch.setattr(actions, "plan_for", plan_and_wait)


def load_twice(path: Path) -> list[int]:
    """The number of changes each of two loads made. Raises what either raised."""

    def load(_: int) -> int:
        try:
            return len(actions.profile_load(profile=read_profile(path), by=Actor.system("test")).changes)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(load, range(2)))


def test_two_loads_at_once_write_once(edited: Callable[..., Path], both_plan_first: None) -> None:
    changes = load_twice(edited())
    assert changes[0] == 0 < changes[1]
    assert City.objects.count() == AuditEvent.objects.count() == 1


def test_without_the_guard_both_write_and_one_fails(
    edited: Callable[..., Path], both_plan_first: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "wait_for_other_loads", lambda: None)
    with pytest.raises(IntegrityError):
        load_twice(edited())
