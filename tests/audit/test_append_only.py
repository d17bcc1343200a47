"""The database refuses every change of what was written, and an action stands or falls with its event."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from audit.actions import record, seal
from audit.actors import Actor, ActorKind
from audit.models import AuditEvent, AuditSeal, Unsealed
from vault.models import Bucket

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")


def write_event(action: str = "test.happened") -> AuditEvent:
    with transaction.atomic():
        return record(action=action, subject=Bucket(pk=7), by=SYSTEM, detail={"count": 1})


def test_an_event_says_who_did_what_to_which_object() -> None:
    event = AuditEvent.objects.get(pk=write_event().pk)
    assert (event.action, event.actor_kind, event.actor_label) == ("test.happened", ActorKind.SYSTEM, "tests")
    assert (event.subject_type, event.subject_id, event.detail) == ("vault.bucket", "7", {"count": 1})


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"test\.happened"):
        record(action="test.happened", subject=Bucket(pk=7), by=SYSTEM)


@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_events_and_seals_cannot_be_changed(model: type[AuditEvent | AuditSeal], change: str) -> None:
    write_event()
    seal(by=SYSTEM)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        # Only tests switch this one off, to empty tables between them.
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_no_truncate")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(change.format(table))
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_no_truncate")
    assert model.objects.count() == 1


def test_without_the_trigger_a_change_would_pass(
    audit_unguarded: Callable[[], AbstractContextManager[None]],
) -> None:
    write_event()
    with audit_unguarded():
        assert AuditEvent.objects.update(action="test.other") == 1


def test_every_new_event_waits_for_its_seal() -> None:
    event = write_event()
    assert list(Unsealed.objects.values_list("event_id", flat=True)) == [event.pk]


@transaction.atomic
def bucket_open(*, name: str, by: Actor) -> Bucket:
    bucket = Bucket.objects.create(name=name, erase_on="2030-04-01")
    record(action="test.bucket_opened", subject=bucket, by=by)
    return bucket


def test_an_action_whose_event_cannot_be_written_saves_nothing(
    audit_cannot_be_written: Callable[[], AbstractContextManager[None]],
) -> None:
    with audit_cannot_be_written():
        bucket_open(name="image 2030-04", by=SYSTEM)
    assert not Bucket.objects.exists()


def test_the_same_action_saves_when_its_event_can_be_written() -> None:
    bucket_open(name="image 2030-04", by=SYSTEM)
    assert Bucket.objects.get().name == "image 2030-04"


def test_search_by_action_actor_and_subject(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    write_event("test.happened")
    write_event("test.other")
    found = AuditEvent.objects.searched(action="other", actor="tes", subject="vault.bucket:7")
    with django_assert_num_queries(1):
        assert [event.action for event in found] == ["test.other"]
    assert AuditEvent.objects.searched(subject="7").count() == 2
    assert AuditEvent.objects.searched(subject="vault.bucket:8").count() == 0
