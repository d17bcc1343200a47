"""The archive's index: one row per kept application, with all it is searched by (fukuoka-24).

Everything stands in one row, so that a search over hundreds of thousands reads one index; and it outlives the
booking, whose data is erased years before.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from postoffices.models import Office, Procedure, Ward

if TYPE_CHECKING:
    from applications.models import Application as Application


class ArchiveEntry(models.Model):
    """What a kept application is found by. `name_key` and `reading_key` are the names without spaces."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, primary_key=True, related_name="entry", verbose_name="申請書"
    )
    number = models.CharField("申請書番号", max_length=12, unique=True)
    reservation_number = models.CharField("予約番号", max_length=9, blank=True)
    signed_on = models.DateField("署名日")
    sign_kind = models.CharField("署名の方法", max_length=10)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="拠点")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="区")
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="手続き"
    )
    name = models.CharField("氏名", max_length=100, blank=True)
    reading = models.CharField("フリガナ", max_length=100, blank=True)
    name_key = models.CharField("氏名（検索用）", max_length=100, blank=True, db_collation="C")
    reading_key = models.CharField("フリガナ（検索用）", max_length=100, blank=True, db_collation="C")
    forgotten_at = models.DateTimeField("消去日時", null=True)

    class Meta:
        verbose_name = "保存した申請書の索引"
        # The newest first, the number breaking ties: a page goes on where the last one ended.
        ordering = ["-signed_on", "-number"]
        indexes = [
            models.Index(F("signed_on").desc(), F("number").desc(), name="archive_newest"),
            models.Index(F("office"), F("signed_on").desc(), F("number").desc(), name="archive_office"),
            models.Index(F("ward"), F("signed_on").desc(), F("number").desc(), name="archive_ward"),
            models.Index(F("procedure"), F("signed_on").desc(), F("number").desc(), name="archive_procedure"),
            models.Index(F("sign_kind"), F("signed_on").desc(), F("number").desc(), name="archive_kind"),
            models.Index(fields=["name_key"], name="archive_name"),
            models.Index(fields=["reading_key"], name="archive_reading"),
            models.Index(
                fields=["reservation_number"], condition=~Q(reservation_number=""), name="archive_reservation"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sign_kind_label(self) -> str:
        """How it was signed, in words."""
        from applications.models import SignKind

        return str(SignKind(self.sign_kind).label)


class ArchiveHold(models.Model):
    """A kept application is not erased on its day while one of these is open: who wanted it, and why."""

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="holds", verbose_name="申請書"
    )
    reason = models.CharField("理由", max_length=200)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="保留した人")
    held_at = models.DateTimeField("保留日時", auto_now_add=True)
    lifted_reason = models.CharField("解除の理由", max_length=200, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="解除した人")
    lifted_at = models.DateTimeField("解除日時", null=True)

    class Meta:
        verbose_name = "消去の保留"
        ordering = ["-held_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(lifted_at__isnull=True), name="archive_held_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"


class IntegrityRun(models.Model):
    """One check of the whole archive against its seals. It goes on after `cursor` when it was interrupted."""

    started_at = models.DateTimeField("開始日時", auto_now_add=True)
    finished_at = models.DateTimeField("終了日時", null=True)
    # Of what was there at the start: what is archived meanwhile is the next run's.
    last_application = models.BigIntegerField("最後の申請書")
    cursor = models.BigIntegerField("ここまで確認済み", default=0)
    claimed_until = models.DateTimeField("作業中", null=True)
    checked = models.PositiveIntegerField("確認した件数", default=0)
    erased = models.PositiveIntegerField("保存期間が終わった件数", default=0)
    failed = models.PositiveIntegerField("問題のある件数", default=0)
    failures = models.JSONField("問題のある申請書", default=list)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="依頼した人")

    class Meta:
        verbose_name = "封印の確認"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["finished_at"], nulls_distinct=False, name="integrity_one_run_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
