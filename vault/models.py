"""Encrypted objects: an object's key is wrapped by its bucket's key, and that by the root key.

Erasing a bucket's wrapped key makes all its objects unreadable at once (cryptographic erase,
NIST SP 800-88 Rev. 2), erasing an object's wrapped key just that one.
"""

import uuid
from datetime import date

from django.db import models
from django.utils import timezone


class ObjectKind(models.TextChoices):
    IMAGE = "image", "画像"
    SIGNATURE = "signature", "署名"
    DOCUMENT = "document", "書類"
    REPORT = "report", "報告書"


class Bucket(models.Model):
    """Objects that are erased together: same rule of the profile's `retention`, same month."""

    name = models.CharField("名称", max_length=60, unique=True)
    erase_on = models.DateField("消去予定日")
    wrapped_key = models.BinaryField("包まれた鍵", null=True)
    erased_at = models.DateTimeField("消去日時", null=True)

    class Meta:
        verbose_name = "保管区分"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(wrapped_key__isnull=True),
                name="bucket_erased_has_no_key",
            )
        ]

    def __str__(self) -> str:
        return self.name


class VaultObjectQuerySet(models.QuerySet["VaultObject"]):
    def readable(self) -> "VaultObjectQuerySet":
        return self.filter(erased_at__isnull=True, bucket__erased_at__isnull=True)

    def due_for_erasure(self, today: date | None = None) -> "VaultObjectQuerySet":
        return self.readable().filter(bucket__erase_on__lte=today or timezone.localdate(), legal_hold=False)


class VaultObject(models.Model):
    """One encrypted object; its ciphertext lies in the storage `vault` under `storage_name`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("種類", max_length=20, choices=ObjectKind)
    bucket = models.ForeignKey(Bucket, models.PROTECT, related_name="objects_held", verbose_name="保管区分")
    media_type = models.CharField("形式", max_length=100)
    size = models.PositiveBigIntegerField("大きさ（バイト）")
    sha256 = models.CharField("SHA-256", max_length=64)
    storage_name = models.CharField("保管名", max_length=120, unique=True)
    wrapped_key = models.BinaryField("包まれた鍵", null=True)
    stored_at = models.DateTimeField("保管日時", auto_now_add=True)
    legal_hold = models.BooleanField("消去の保留", default=False)
    erased_at = models.DateTimeField("消去日時", null=True)

    objects = VaultObjectQuerySet.as_manager()

    class Meta:
        verbose_name = "保管物"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(wrapped_key__isnull=True),
                name="vault_object_erased_has_no_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
