"""Scanned files with their pages, and the originals on their way to the wards' sections."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from postoffices.models import Ward
from vault.malware import Malware
from vault.models import VaultObject

if TYPE_CHECKING:
    from applications.models import Application as Application


class ScanState(models.TextChoices):
    WAITING = "waiting", "読み取り待ち"
    READ = "read", "読み取り済み"
    UNREADABLE = "unreadable", "読み取れない"
    INFECTED = "infected", "ウイルスの疑い"


class ScanFileQuerySet(models.QuerySet["ScanFile"]):
    def due(self, now: datetime | None = None) -> "ScanFileQuerySet":
        """What a worker should read now."""
        return self.filter(state=ScanState.WAITING, due_at__lte=now or timezone.now()).order_by("due_at", "pk")


class ScanFile(models.Model):
    """A file as it was sent in. Its bytes lie in the vault untouched, whatever they turn out to be."""

    received_at = models.DateTimeField("受け取り日時", auto_now_add=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送信者")
    filename = models.CharField("ファイル名", max_length=200)
    content = models.OneToOneField(VaultObject, models.PROTECT, related_name="+", verbose_name="ファイル")
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    state = models.CharField("状態", max_length=12, choices=ScanState, default=ScanState.WAITING)
    malware = models.CharField("ウイルス検査", max_length=10, choices=Malware, default=Malware.UNSCANNED)
    trouble = models.CharField("問題", max_length=200, blank=True)
    due_at = models.DateTimeField("次に試す日時", default=timezone.now)
    tries = models.PositiveSmallIntegerField("試した回数", default=0)
    # How a browser knows a file again without its SHA-256, which it could compute only with all of it in memory.
    fingerprint = models.CharField("各部分のSHA-256から作る値", max_length=64, blank=True, default="", db_default="")
    # What has been read so far: a reader that is stopped goes on behind it. The rows of the pages are made at the end.
    pages_total = models.PositiveIntegerField("全ページ数", null=True)
    pages_found = models.JSONField("読み取ったページ", default=list)

    objects = ScanFileQuerySet.as_manager()

    class Meta:
        verbose_name = "スキャンファイル"
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="scan_file_due"),
            models.Index(fields=["fingerprint"], condition=~Q(fingerprint=""), name="scan_file_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def read_so_far(self) -> int:
        return len(self.pages_found)


class ScanUpload(models.Model):
    """A file on its way in, piece by piece. Gone once the file is kept, refused or given up.

    The pieces are sealed with a key of their own: without this row nobody can read them. `digests` is the SHA-256 of
    each piece that has arrived, one after the other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    begun_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送信者")
    filename = models.CharField("ファイル名", max_length=200)
    fingerprint = models.CharField("各部分のSHA-256から作る値", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("大きさ（バイト）")
    received = models.PositiveBigIntegerField("届いた大きさ（バイト）", default=0)
    digests = models.BinaryField("各部分のSHA-256", default=bytes)
    wrapped_key = models.BinaryField("包まれた鍵")
    begun_at = models.DateTimeField("開始日時", auto_now_add=True)
    touched_at = models.DateTimeField("最後に届いた日時", auto_now=True)

    class Meta:
        verbose_name = "送信中のスキャン"
        ordering = ["begun_at"]
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=models.F("size")), name="scan_upload_within_size"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.received}/{self.size}"


class ScanUploadPiece(models.Model):
    """Some bytes of a file on its way, sealed."""

    upload = models.ForeignKey(ScanUpload, models.CASCADE, related_name="pieces", verbose_name="送信中のスキャン")
    offset = models.PositiveBigIntegerField("位置（バイト）")
    sealed = models.BinaryField("暗号文")

    class Meta:
        verbose_name = "スキャンの一部"
        ordering = ["offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="scan_upload_piece_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.offset}"


class PageState(models.TextChoices):
    OPEN = "open", "手作業待ち"
    MATCHED = "matched", "申請書に割り当て済み"
    SET_ASIDE = "set_aside", "使わない"


class PageReason(models.TextChoices):
    """Why a page found no application by itself."""

    NONE = "", ""
    NO_CODE = "no_code", "QRコードがありません"
    TWO_CODES = "two_codes", "QRコードが二つあり、どちらの申請書か決められません"
    UNKNOWN = "unknown", "QRコードの番号の申請書がありません"
    NOT_PAPER = "not_paper", "紙の署名として記録されていない申請書です"
    KEPT = "kept", "すでに保存した申請書です（二重のスキャン）"


class ScanPage(models.Model):
    """One page of a file. `turned`: by how many degrees it has to be turned to stand upright."""

    file = models.ForeignKey(ScanFile, models.CASCADE, related_name="pages", verbose_name="ファイル")
    number = models.PositiveSmallIntegerField("ページ")
    state = models.CharField("状態", max_length=10, choices=PageState, default=PageState.OPEN)
    reason = models.CharField("理由", max_length=10, choices=PageReason, blank=True)
    found = models.JSONField("読み取った申請書番号", default=list)
    turned = models.PositiveSmallIntegerField("回転", default=0)
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, null=True, related_name="scan_pages", verbose_name="申請書"
    )
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="割り当てた人")
    decided_at = models.DateTimeField("割り当て日時", null=True)

    class Meta:
        verbose_name = "スキャンのページ"
        ordering = ["file", "number"]
        indexes = [models.Index(fields=["file", "number"], condition=Q(state="open"), name="scan_page_open")]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="scan_page_once"),
            models.CheckConstraint(
                condition=Q(state="matched", application__isnull=False)
                | Q(application__isnull=True) & ~Q(state="matched"),
                name="scan_page_matched_has_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class OriginalBatch(models.Model):
    """Paper originals that go to a ward's section together, with a cover list."""

    ward = models.ForeignKey(Ward, models.PROTECT, related_name="+", verbose_name="送付先")
    made_at = models.DateTimeField("作成日時", auto_now_add=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="作成者")
    sent_at = models.DateTimeField("発送日時", null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="発送者")
    received_at = models.DateTimeField("受領日時", null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="受領者")

    class Meta:
        verbose_name = "原本の送付"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(sent_at__isnull=False), name="originals_received_were_sent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def state_label(self) -> str:
        """Where the batch is, in words."""
        return "受領済み" if self.received_at else "発送済み" if self.sent_at else "発送前"


class OriginalState(models.TextChoices):
    PACKED = "packed", "送付に入れた"
    RECEIVED = "received", "受領"
    MISSING = "missing", "届いていない"


class Original(models.Model):
    """The paper of one application, in its batch. A missing one is received when it turns up."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, primary_key=True, related_name="original", verbose_name="申請書"
    )
    batch = models.ForeignKey(OriginalBatch, models.PROTECT, related_name="originals", verbose_name="送付")
    state = models.CharField("状態", max_length=10, choices=OriginalState, default=OriginalState.PACKED)

    class Meta:
        verbose_name = "原本"
        ordering = ["application"]
        indexes = [models.Index(fields=["batch"], condition=Q(state="missing"), name="original_missing")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
