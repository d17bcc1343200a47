"""Whatever an owner of the tables does to the log, `verify_audit` finds it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import actions
from audit.actions import record, seal, seal_all
from audit.actors import Actor
from audit.models import AuditEvent, AuditSeal, Unsealed
from audit.verification import Fault, verify
from vault.models import Bucket

pytestmark = pytest.mark.django_db

Unguarded = Callable[[], AbstractContextManager[None]]
SYSTEM = Actor.system("tests")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[AuditEvent]:
    """Six sealed events in three seals, and two that wait."""
    monkeypatch.setattr(actions, "LARGEST_BATCH", 2)
    written = write_events(6)
    seal_all(by=SYSTEM)
    return written + write_events(2)


def write_events(count: int) -> list[AuditEvent]:
    with transaction.atomic():
        return [
            record(action="test.happened", subject=Bucket(pk=n), by=SYSTEM, detail={"ratio": 1.0, "name": "見本"})
            for n in range(count)
        ]


def faults() -> set[tuple[Fault, str]]:
    return {(finding.fault, finding.where) for finding in verify().findings}


def seal_number(position: int) -> int:
    return list(AuditSeal.objects.order_by("pk").values_list("pk", flat=True))[position]


def test_an_untouched_log_is_intact(events: list[AuditEvent]) -> None:
    result = verify()
    assert result.intact, result.findings
    assert (result.events, result.seals, result.waiting) == (8, 3, 2)


def test_an_empty_log_is_intact() -> None:
    assert verify().intact


@pytest.mark.requirement("kitakyushu-29")
@pytest.mark.parametrize(
    "change",
    [
        {"action": "test.other"},
        {"actor_label": "someone"},
        {"actor_user_id": 9},
        {"actor_role": "manager"},
        {"actor_kind": "citizen"},
        {"subject_id": "99"},
        {"subject_type": "vault.other"},
        {"detail": {"ratio": 2.0, "name": "見本"}},
        {"at": "2020-01-01T00:00:00Z"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edit_of_any_column_is_found(
    events: list[AuditEvent], audit_unguarded: Unguarded, change: dict[str, object]
) -> None:
    with audit_unguarded():
        AuditEvent.objects.filter(pk=events[2].pk).update(**change)
    assert faults() == {(Fault.CHANGED, f"seal {seal_number(1)}")}


@pytest.mark.requirement("kitakyushu-29")
def test_a_deletion_is_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded():
        AuditEvent.objects.filter(pk=events[3].pk).delete()
    assert faults() == {(Fault.DELETED, f"event {events[3].pk}")}


def test_a_deletion_before_the_seal_is_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded():
        AuditEvent.objects.filter(pk=events[6].pk).delete()
    seal_all(by=SYSTEM)
    assert faults() == {(Fault.DELETED, f"event {events[6].pk}")}


def test_an_insertion_past_the_trigger_is_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded():
        (inserted,) = write_events(1)
    seal_all(by=SYSTEM)
    assert faults() == {(Fault.INSERTED, f"event {inserted.pk}")}


def test_an_event_taken_out_of_the_queue_is_found(events: list[AuditEvent]) -> None:
    Unsealed.objects.filter(event_id=events[7].pk).delete()
    assert faults() == {(Fault.INSERTED, f"event {events[7].pk}")}


def test_exchanged_events_are_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded(), connection.cursor() as cursor:
        for old, new in ((events[0].pk, -1), (events[2].pk, events[0].pk), (-1, events[2].pk)):
            cursor.execute("UPDATE audit_auditevent SET id = %s WHERE id = %s", [new, old])
    assert faults() == {(Fault.CHANGED, f"seal {seal_number(n)}") for n in (0, 1)}


def test_exchanged_seals_are_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    first, second = seal_number(0), seal_number(1)
    with audit_unguarded(), connection.cursor() as cursor:
        for old, new in ((first, -1), (second, first), (-1, second)):
            cursor.execute("UPDATE audit_auditseal SET id = %s WHERE id = %s", [new, old])
    assert {fault for fault, _where in faults()} == {Fault.CHAIN}


def test_an_edited_seal_is_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded():
        AuditSeal.objects.filter(pk=seal_number(1)).update(made_at="2020-01-01T00:00:00Z")
    assert faults() == {(Fault.CHANGED, f"seal {seal_number(1)}")}


def test_a_seal_made_anew_over_edited_events_breaks_the_chain(
    events: list[AuditEvent], audit_unguarded: Unguarded
) -> None:
    last, ids = seal_number(2), [events[2].pk, events[3].pk]
    with audit_unguarded():
        AuditEvent.objects.filter(pk=events[2].pk).update(action="test.other")
        AuditSeal.objects.filter(pk__in=[seal_number(1), last]).delete()
        Unsealed.objects.bulk_create(Unsealed(event_id=pk) for pk in ids)
    anchors = [AuditSeal.objects.get().root, "f" * 64]
    seal(by=SYSTEM)
    assert (Fault.ANCHOR, f"root {'f' * 64}") in {(found.fault, found.where) for found in verify(anchors).findings}
    assert {fault for fault, _where in faults()} == {Fault.INSERTED}  # the events of the last seal


def test_a_seal_cut_out_of_the_middle_is_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    middle, last = seal_number(1), seal_number(2)
    with audit_unguarded():
        AuditEvent.objects.filter(pk__in=[events[2].pk, events[3].pk]).delete()
        AuditSeal.objects.filter(pk=middle).delete()
    assert faults() == {(Fault.CHAIN, f"seal {last}")}


def test_a_chain_joined_again_over_a_cut_out_seal_is_found(
    events: list[AuditEvent], audit_unguarded: Unguarded
) -> None:
    first, middle, last = AuditSeal.objects.order_by("pk")
    with audit_unguarded():
        AuditEvent.objects.filter(pk__in=middle.event_ids).delete()
        middle.delete()
        AuditSeal.objects.filter(pk=last.pk).update(previous_root=first.root)
    assert faults() == {(Fault.CHANGED, f"seal {last.pk}")}


def test_cut_events_at_the_end_are_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded():
        AuditEvent.objects.filter(pk__in=[events[4].pk, events[5].pk]).delete()
    assert faults() == {(Fault.DELETED, f"event {event.pk}") for event in events[4:6]}


@pytest.mark.requirement("kitakyushu-29")
def test_a_tail_cut_with_its_seal_is_found_by_the_root_in_the_daily_report(
    events: list[AuditEvent], audit_unguarded: Unguarded
) -> None:
    printed = AuditSeal.objects.get(pk=seal_number(2)).root
    assert verify([printed.upper()]).intact
    with audit_unguarded():
        AuditEvent.objects.filter(pk__gte=events[4].pk).delete()
        AuditSeal.objects.filter(root=printed).delete()
        Unsealed.objects.all().delete()
    assert verify().intact  # inside the database nothing is left that could tell
    assert {finding.fault for finding in verify([printed]).findings} == {Fault.ANCHOR}


def test_an_event_sealed_twice_is_found(events: list[AuditEvent]) -> None:
    Unsealed.objects.create(event_id=events[0].pk)
    assert faults() == {(Fault.TWICE, f"event {events[0].pk}")}


def test_the_command_says_that_all_is_well(events: list[AuditEvent]) -> None:
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert "8 events, 3 seals, 2 waiting" in said.getvalue()
    assert "intact" in said.getvalue()


def test_the_command_fails_and_names_what_it_found(events: list[AuditEvent], audit_unguarded: Unguarded) -> None:
    with audit_unguarded():
        AuditEvent.objects.filter(pk=events[3].pk).delete()
    said = StringIO()
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_audit", stdout=said)
    assert f"deleted: event {events[3].pk}" in said.getvalue()


def test_verification_reads_each_seal_once(
    events: list[AuditEvent], django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    with django_assert_num_queries(3 + 6):  # one for each of three seals
        verify()
