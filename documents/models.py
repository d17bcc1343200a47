"""Documents that the city approves: a document has versions, readers see the one that is published."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from accounts.roles import Role
from documents.files import FileKind, kind_of_media
from postoffices.models import Office
from vault.malware import Malware
from vault.models import VaultObject


class DocumentKind(models.TextChoices):
    MANUAL = "manual", "業務マニュアル"
    EMERGENCY = "emergency", "緊急時の対応計画"
    MATERIAL = "material", "研修資料"
    QUESTIONS = "questions", "質問と回答集"
    PLAN = "plan", "計画書"
    PUBLICITY = "publicity", "広報物"
    OATH = "oath", "誓約書の様式"


class VersionState(models.TextChoices):
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "承認待ち"
    RETURNED = "returned", "差し戻し"
    APPROVED = "approved", "承認済み"
    PUBLISHED = "published", "公開中"
    SUPERSEDED = "superseded", "旧版"


VERSION_MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.SUBMITTED}),
    VersionState.SUBMITTED: frozenset({VersionState.RETURNED, VersionState.APPROVED}),
    VersionState.RETURNED: frozenset({VersionState.SUBMITTED}),
    VersionState.APPROVED: frozenset({VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.SUPERSEDED}),
    VersionState.SUPERSEDED: frozenset(),
}
# What is handed out at places outside, and is followed there; nothing of it before the city's approval (kitakyushu-02).
HANDED_OUT = frozenset({DocumentKind.PUBLICITY, DocumentKind.MATERIAL})
# What an author may still change.
EDITABLE = frozenset({VersionState.DRAFT, VersionState.RETURNED})
# On its way to the readers: a document has at most one such version.
OPEN = frozenset({VersionState.DRAFT, VersionState.SUBMITTED, VersionState.RETURNED, VersionState.APPROVED})


class DocumentQuerySet(models.QuerySet["Document"]):
    def published(self) -> "DocumentQuerySet":
        return self.filter(versions__state=VersionState.PUBLISHED)

    def unread_by(self, user: User) -> "DocumentQuerySet":
        """Published documents for the person's role whose reading the person has not confirmed."""
        read = Reading.objects.filter(version__document=OuterRef("pk"), version__state="published", reader=user)
        return self.published().filter(Q(audience__contains=[user.role]), ~Exists(read), must_confirm=True)

    def at_hand(self) -> "DocumentQuerySet":
        """Emergency plans in force, the newest first (fukutsu-12, kitakyushu-16)."""
        plans = self.published().filter(kind=DocumentKind.EMERGENCY)
        return plans.order_by("-versions__published_at")


class Document(models.Model):
    """What is written stands in its versions. `audience` are the roles that read it."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    kind = models.CharField("種類", max_length=12, choices=DocumentKind)
    title = models.CharField("題名", max_length=100)
    audience = ArrayField(models.CharField(max_length=30, choices=Role), verbose_name="読む人")
    must_confirm = models.BooleanField("読了の確認を求める", default=True)
    created_at = models.DateTimeField("作成日時", auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "文書"
        constraints = [
            models.CheckConstraint(condition=Q(audience__len__gt=0), name="document_has_readers"),
        ]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One version of a document: Markdown text or a file, never both.

    `text` is what the author wrote, with names of the roster as placeholders; `shown` is the text that the city
    approves and readers read: the placeholders were filled in when the version was submitted.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions", verbose_name="文書")
    number = models.PositiveSmallIntegerField("版")
    state = models.CharField("状態", max_length=10, choices=VersionState, default=VersionState.DRAFT)
    text = models.TextField("本文", blank=True)
    shown = models.TextField("掲載する本文", blank=True)
    file = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="ファイル")
    file_name = models.CharField("ファイル名", max_length=120, blank=True)
    # The file's text, page by page (`documents.files`): to search and to compare.
    pages = models.JSONField("ファイルの文字", default=list)
    malware = models.CharField("ウイルス検査", max_length=10, choices=Malware, default=Malware.UNSCANNED)
    changes = models.CharField("変更の内容", max_length=300)
    authors = models.ManyToManyField(User, related_name="+", verbose_name="作成者")
    drafted_at = models.DateTimeField("作成日時", auto_now_add=True)
    submitted_at = models.DateTimeField("提出日時", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="承認者")
    decided_at = models.DateTimeField("承認日時", null=True)
    remarks = models.TextField("差し戻しの理由", blank=True)
    published_at = models.DateTimeField("公開日時", null=True)

    class Meta:
        verbose_name = "文書の版"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(state="published"), name="version_published_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(state__in=sorted(OPEN)), name="version_open_once"),
            models.CheckConstraint(
                condition=(Q(file__isnull=True) & ~Q(text="")) | (Q(file__isnull=False) & Q(text="")),
                name="version_is_text_or_file",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "published", "superseded"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="version_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "superseded"]) | Q(published_at__isnull=False),
                name="version_published_at_some_time",
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(remarks=""), name="version_returned_with_why"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} 第{self.number}版"

    @property
    def download_words(self) -> str:
        return f"{self.file_kind.label if self.file_kind else 'PDF'}を受け取る"

    @property
    def file_kind(self) -> FileKind | None:
        """What the file is; None for a text."""
        return kind_of_media(self.file.media_type) if self.file else None


class Reading(models.Model):
    """Somebody confirmed having read a version. Never changed."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="readings", verbose_name="版")
    reader = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="読んだ人")
    confirmed_at = models.DateTimeField("確認日時", auto_now_add=True)

    class Meta:
        verbose_name = "読了の確認"
        constraints = [models.UniqueConstraint(fields=["version", "reader"], name="reading_once_per_person")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.reader_id}"


class DistributionQuerySet(models.QuerySet["Distribution"]):
    def with_total(self) -> int:
        total: int | None = self.aggregate(total=models.Sum(F("quantity")))["total"]
        return total or 0


class Distribution(models.Model):
    """Publicity or material that was handed out: where, when, how many (kitakyushu-02, kitakyushu-11)."""

    key = models.UUIDField("記録の鍵", unique=True, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="distributions", verbose_name="版")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    place = models.CharField("配布先", max_length=100, blank=True)
    day = models.DateField("配布日")
    quantity = models.PositiveIntegerField("部数")
    note = models.CharField("備考", max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="記録者")
    recorded_at = models.DateTimeField("記録日時", auto_now_add=True)

    objects = DistributionQuerySet.as_manager()

    class Meta:
        verbose_name = "配布の記録"
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="distribution_of_something"),
            models.CheckConstraint(
                condition=(Q(office__isnull=True) & ~Q(place="")) | (Q(office__isnull=False) & Q(place="")),
                name="distribution_at_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.day} {self.quantity}"
