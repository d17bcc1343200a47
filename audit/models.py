"""The audit log: append-only rows, sealed in batches by Merkle roots.

Database triggers (see the second migration) refuse UPDATE, DELETE and TRUNCATE on events and seals,
whoever asks, and put the id of every new event into `Unsealed`, until a seal covers it.
"""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Max, Min, Q
from django.utils import timezone

from audit import words
from audit.actors import ActorKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, subject: models.Model) -> "AuditEventQuerySet":
        """The events of one object, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-id")

    def about_any(self, subjects: "Iterable[models.Model]") -> "AuditEventQuerySet":
        """The events of any of these objects, newest first."""
        pairs = [Q(subject_type=one._meta.label_lower, subject_id=str(one.pk)) for one in subjects]
        return self.filter(reduce(or_, pairs)).order_by("-id") if pairs else self.none()

    def between(self, start: "datetime", end: "datetime") -> "AuditEventQuerySet":
        return self.filter(at__gte=start, at__lt=end)

    def searched(self, *, action: str = "", actor: str = "", subject: str = "") -> "AuditEventQuerySet":
        """Newest first. `action` and `actor` are parts of a name or, for actions, of the word shown for it.

        `subject` is (part of) a kind of thing, in Japanese or as in the database, or a number, or `kind:number`.
        """
        found = self
        if action:
            found = found.filter(Q(action__icontains=action) | Q(action__in=words.actions_called(action)))
        if actor:
            found = found.filter(actor_label__icontains=actor)
        if subject:
            found = found.filter(_is_subject(subject))
        return found.order_by("-id")

    def with_waiting(self) -> "AuditEventQuerySet":
        """Annotates `waiting`: no seal covers the event yet."""
        return self.annotate(waiting=models.Exists(Unsealed.objects.filter(event_id=models.OuterRef("pk"))))

    def id_range(self) -> tuple[int, int] | None:
        """The smallest and the largest id, or None when there are no events."""
        ends = self.aggregate(first=Min("id"), last=Max("id"))
        return None if ends["first"] is None else (ends["first"], ends["last"])


def _is_subject(typed: str) -> Q:
    kind, colon, number = typed.rpartition(":")
    if colon:
        return _is_kind(kind) & Q(subject_id=number)
    return _is_kind(typed) | Q(subject_id=typed)


def _is_kind(typed: str) -> Q:
    return Q(subject_type__icontains=typed) | Q(subject_type__in=words.subjects_called(typed))


class AuditEvent(models.Model):
    """One thing that happened. Holds no personal data: `detail` carries codes, counts and ids only."""

    at = models.DateTimeField("日時", auto_now_add=True, db_index=True)
    action = models.CharField("操作", max_length=60, db_index=True)
    actor_kind = models.CharField("行為者の種類", max_length=10, choices=ActorKind)
    actor_label = models.CharField("行為者", max_length=150)
    actor_user_id = models.BigIntegerField("利用者番号", null=True)
    actor_role = models.CharField("役割", max_length=30, blank=True)
    subject_type = models.CharField("対象の種類", max_length=60)
    subject_id = models.CharField("対象の番号", max_length=40)
    detail = models.JSONField("内容", default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = "監査記録"
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_event_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject_type}:{self.subject_id}"

    @property
    def action_word(self) -> str:
        return words.action_word(self.action)

    @property
    def subject_word(self) -> str:
        return words.subject_word(self.subject_type)


class Unsealed(models.Model):
    """The id of an event that no seal covers yet; written by a trigger, taken away by the sealer."""

    event_id = models.BigIntegerField("記録の番号", primary_key=True)

    class Meta:
        db_table = "audit_unsealed"
        verbose_name = "封印待ちの記録"

    def __str__(self) -> str:
        return str(self.event_id)


class AuditSealQuerySet(models.QuerySet["AuditSeal"]):
    def newest(self) -> "AuditSeal | None":
        return self.order_by("-id").first()

    def touching(self, first_id: int, last_id: int) -> "AuditSealQuerySet":
        """Seals whose span of ids meets the given one. Spans of neighbours may overlap: ids commit out of order."""
        return self.filter(first_event_id__lte=last_id, last_event_id__gte=first_id)


class AuditSeal(models.Model):
    """A Merkle root over a batch of events and the seal before it (RFC 6962 hashing)."""

    made_at = models.DateTimeField("封印日時", default=timezone.now)
    first_event_id = models.BigIntegerField("最初の記録")
    last_event_id = models.BigIntegerField("最後の記録")
    event_ids = models.JSONField("記録の番号")
    root = models.CharField("根", max_length=64)
    previous_root = models.CharField("前の根", max_length=64, blank=True)

    objects = AuditSealQuerySet.as_manager()

    class Meta:
        verbose_name = "監査記録の封印"
        indexes = [models.Index(fields=["last_event_id", "first_event_id"], name="audit_seal_span")]
        constraints = [
            # One chain: no two seals follow the same one, and only one is the first.
            models.UniqueConstraint(fields=["previous_root"], name="audit_seal_previous_root"),
        ]

    def __str__(self) -> str:
        return f"{self.first_event_id}-{self.last_event_id} {self.root[:12]}"
