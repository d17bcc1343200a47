"""Batches of events become a chain of Merkle roots."""

import hashlib
from datetime import date, datetime
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit import actions
from audit.actions import record, seal, seal_all
from audit.actors import Actor
from audit.models import AuditEvent, AuditSeal, Unsealed
from audit.sealing import day_root, merkle_root
from audit.tasks import seal as seal_task
from vault.models import Bucket

SYSTEM = Actor.system("tests")
TOKYO = ZoneInfo("Asia/Tokyo")


def write_events(count: int = 1) -> list[AuditEvent]:
    with transaction.atomic():
        return [record(action="test.happened", subject=Bucket(pk=7), by=SYSTEM) for _ in range(count)]


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_merkle_root_of_three_leaves_is_as_rfc_6962_says() -> None:
    a, b, c = (digest(b"\x00" + leaf) for leaf in (b"a", b"b", b"c"))
    assert merkle_root([b"a", b"b", b"c"]) == digest(b"\x01" + digest(b"\x01" + a + b) + c)


def test_merkle_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == digest(b"")


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=20, unique=True))
def test_another_order_of_leaves_gives_another_root(leaves: list[bytes]) -> None:
    swapped = leaves[1:] + leaves[:1]
    assert (merkle_root(swapped) == merkle_root(leaves)) == (len(leaves) == 1)


@pytest.mark.django_db
def test_a_seal_covers_what_waits_and_the_seal_before() -> None:
    first_events = write_events(3)
    first = seal(by=SYSTEM)
    second_events = write_events(2)
    second = seal(by=SYSTEM)
    assert first and second
    assert first.event_ids == [event.pk for event in first_events]
    assert second.event_ids == [event.pk for event in second_events]
    assert (first.previous_root, second.previous_root) == ("", first.root)
    assert not Unsealed.objects.exists()


@pytest.mark.django_db
def test_nothing_to_seal_makes_no_seal() -> None:
    assert seal(by=SYSTEM) is None
    assert not AuditSeal.objects.exists()


@pytest.mark.django_db
def test_a_large_backlog_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LARGEST_BATCH", 2)
    write_events(5)
    seal_task()
    sizes = [len(made.event_ids) for made in AuditSeal.objects.order_by("pk")]
    assert sizes == [2, 2, 1]


@pytest.mark.django_db
def test_two_seals_cannot_follow_the_same_one() -> None:
    write_events()
    made = seal(by=SYSTEM)
    assert made
    with pytest.raises(IntegrityError, match="audit_seal_previous_root"), transaction.atomic():
        AuditSeal.objects.create(first_event_id=1, last_event_id=1, event_ids=[1], root="0" * 64, previous_root="")


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_comes_into_a_later_seal() -> None:
    late: list[int] = []
    early: list[int] = []

    def write_early() -> None:
        early.extend(event.pk for event in write_events())
        seal(by=SYSTEM)
        connections.close_all()

    with transaction.atomic():
        late.append(record(action="test.late", subject=Bucket(pk=7), by=SYSTEM).pk)
        thread = Thread(target=write_early)
        thread.start()
        thread.join()
    seal_all(by=SYSTEM)
    first, second = AuditSeal.objects.order_by("pk")
    assert late[0] < early[0]
    assert (first.event_ids, second.event_ids) == (early, late)


@pytest.mark.django_db(transaction=True)
def test_a_second_sealer_leaves_the_work_to_the_first() -> None:
    write_events()
    answers: list[AuditSeal | None] = []

    def seal_elsewhere() -> None:
        answers.append(seal(by=SYSTEM))
        connections.close_all()

    with transaction.atomic():
        assert seal(by=SYSTEM)
        write_events()
        thread = Thread(target=seal_elsewhere)
        thread.start()
        thread.join()
    assert answers == [None]


@pytest.mark.django_db
def test_the_root_of_a_day_is_its_last_seals() -> None:
    with time_machine.travel(datetime(2026, 11, 20, 23, 59, 30, tzinfo=TOKYO), tick=False):
        write_events()
    with time_machine.travel(datetime(2026, 11, 21, 0, 0, 30, tzinfo=TOKYO), tick=False):
        of_friday = seal(by=SYSTEM)
        write_events()
        of_saturday = seal(by=SYSTEM)
    assert of_friday and of_saturday
    assert day_root(date(2026, 11, 20)) == of_friday.root
    assert day_root(date(2026, 11, 21)) == of_saturday.root
    assert day_root(date(2026, 11, 22)) == ""


@pytest.mark.django_db
def test_the_seal_reads_what_the_database_holds() -> None:
    """Canonical leaves come from the stored row: jsonb may spell a number otherwise than Python did."""
    with transaction.atomic():
        record(action="test.detail", subject=Bucket(pk=7), by=SYSTEM, detail={"b": 1.0, "a": "窓口", "c": [None, True]})
    assert seal(by=SYSTEM)
