"""The audit log: append-only rows, sealed in batches by Merkle roots.

Database triggers (see the first migration) refuse UPDATE, DELETE and TRUNCATE on events and seals,
whoever asks; `audit_unsealed` queues the ids that no seal covers yet.
"""

from typing import TYPE_CHECKING

from django.db import models

from audit.actors import ActorKind

if TYPE_CHECKING:
    from datetime import datetime


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, subject: models.Model) -> "AuditEventQuerySet":
        """The events of one object, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-id")

    def between(self, start: "datetime", end: "datetime") -> "AuditEventQuerySet":
        return self.filter(at__gte=start, at__lt=end)


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


class AuditSeal(models.Model):
    """A Merkle root over a batch of events and the seal before it (RFC 6962 hashing)."""

    made_at = models.DateTimeField("封印日時", auto_now_add=True)
    first_event_id = models.BigIntegerField("最初の記録")
    last_event_id = models.BigIntegerField("最後の記録")
    event_ids = models.JSONField("記録の番号")
    root = models.CharField("根", max_length=64)
    previous_root = models.CharField("前の根", max_length=64, blank=True)

    class Meta:
        verbose_name = "監査記録の封印"

    def __str__(self) -> str:
        return f"{self.first_event_id}-{self.last_event_id} {self.root[:12]}"
