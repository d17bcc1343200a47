"""Existence checks by the city and the application form with its signature."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from accounts.models import User
from postoffices.models import Office
from reservations.models import Reservation
from vault.models import VaultObject


class CheckState(models.TextChoices):
    WAITING = "waiting", "確認待ち"
    CONFIRMED = "confirmed", "確認済み"
    DEFECT = "defect", "不備あり"
    RESOLVED = "resolved", "不備を解消"
    GIVEN_UP = "given_up", "確認できず終了"


# resolved goes back to the city, who confirms or finds a further defect.
CHECK_MOVES: dict[CheckState, frozenset[CheckState]] = {
    CheckState.WAITING: frozenset({CheckState.CONFIRMED, CheckState.DEFECT, CheckState.GIVEN_UP}),
    CheckState.DEFECT: frozenset({CheckState.RESOLVED, CheckState.GIVEN_UP}),
    CheckState.RESOLVED: frozenset({CheckState.CONFIRMED, CheckState.DEFECT, CheckState.GIVEN_UP}),
    # Back to waiting: what the city had confirmed was corrected.
    CheckState.CONFIRMED: frozenset({CheckState.DEFECT, CheckState.WAITING}),
    CheckState.GIVEN_UP: frozenset(),
}


class DefectReason(models.TextChoices):
    NOT_FOUND = "not_found", "住民記録に見つからない"
    NAME_DIFFERS = "name_differs", "氏名が異なる"
    BIRTH_DATE_DIFFERS = "birth_date_differs", "生年月日が異なる"
    ADDRESS_DIFFERS = "address_differs", "住所が異なる"
    MOVED_OUT = "moved_out", "転出している"
    NOT_ELIGIBLE = "not_eligible", "手続きの対象ではない"
    OTHER = "other", "その他"


class EndReason(models.TextChoices):
    """How a defect ended that was not corrected; either way the seat is given back."""

    WITHDRAWN = "withdrawn", "申請者が取り消しを希望した"
    NOT_REACHED = "not_reached", "申請者に連絡がつかなかった"


class ExistenceCheck(models.Model):
    """The city's answer whether the person stands in its register.

    A booking without a row here waits for its first answer: absence reads as `waiting`
    (docs/decisions), so that no booking can fall out of the worklist.
    """

    reservation = models.OneToOneField(Reservation, models.CASCADE, related_name="existence_check", verbose_name="予約")
    state = models.CharField("状態", max_length=10, choices=CheckState, default=CheckState.WAITING)
    defect_reason = models.CharField("不備の理由", max_length=20, choices=DefectReason, blank=True)
    note = models.CharField("連絡事項", max_length=300, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="回答者")
    answered_at = models.DateTimeField("回答日時", null=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="対応者")
    handled_at = models.DateTimeField("対応日時", null=True)
    # While the state is `defect`: from when on it is the bureau's turn. Never empty, so that no defect lies still.
    next_step_at = models.DateTimeField("次の対応", default=timezone.now, db_default=Now())
    end_reason = models.CharField("終了の理由", max_length=12, choices=EndReason, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "実在性確認"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="defect") | ~Q(defect_reason=""), name="existence_defect_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.state}"


def with_check_state(reservations: "models.QuerySet[Reservation]") -> "models.QuerySet[Reservation]":
    """Annotate bookings with `check_state` (absence of a check reads as waiting)."""
    return reservations.annotate(check_state=Coalesce(F("existence_check__state"), Value(CheckState.WAITING.value)))


def check_state_of(reservation: Reservation) -> CheckState:
    """The state of one booking's check (absence reads as waiting)."""
    check: ExistenceCheck | None = getattr(reservation, "existence_check", None)
    return CheckState(check.state) if check is not None else CheckState.WAITING


class ApplicationState(models.TextChoices):
    DRAFTED = "drafted", "作成済み"
    SIGNED = "signed", "署名済み"
    PAPER_SIGNED = "paper_signed", "紙に署名"
    ARCHIVED = "archived", "保存済み"
    HANDED_OVER = "handed_over", "引き渡し済み"


APPLICATION_MOVES: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.DRAFTED: frozenset({ApplicationState.SIGNED, ApplicationState.PAPER_SIGNED}),
    ApplicationState.SIGNED: frozenset({ApplicationState.ARCHIVED}),
    ApplicationState.PAPER_SIGNED: frozenset({ApplicationState.ARCHIVED}),
    ApplicationState.ARCHIVED: frozenset({ApplicationState.HANDED_OVER}),
    ApplicationState.HANDED_OVER: frozenset(),
}


class SignKind(models.TextChoices):
    """How the applicant stood by the form."""

    NONE = "", "まだ"
    PEN = "pen", "電子ペン"
    PAPER = "paper", "紙に自署"
    ASSISTED = "assisted", "署名に代わる記録"


class Application(models.Model):
    """An application form (申請書). Made from the booking without the name (fukuoka-14).

    `signature` holds the pen strokes (JSON) in the vault; the signed form is drawn from them. `document` is what the
    archive keeps: the sealed PDF of the signed form, or of the scanned paper.
    """

    number = models.CharField("申請書番号", max_length=12, unique=True)
    reservation = models.OneToOneField(
        Reservation, models.PROTECT, null=True, related_name="application", verbose_name="予約"
    )
    state = models.CharField("状態", max_length=12, choices=ApplicationState, default=ApplicationState.DRAFTED)
    drafted_at = models.DateTimeField("作成日時", auto_now_add=True)
    signature = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="署名")
    signed_at = models.DateTimeField("署名日時", null=True)
    signed_before = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="立会者")
    sign_kind = models.CharField("署名の方法", max_length=10, choices=SignKind, blank=True, default="", db_default="")
    document = models.OneToOneField(
        VaultObject, models.PROTECT, null=True, related_name="application", verbose_name="保存した申請書"
    )
    archived_at = models.DateTimeField("保存日時", null=True)
    # When it was last printed, and what stood on it, as a keyed hash (printing.py).
    printed_at = models.DateTimeField("印刷日時", null=True)
    printed_for = models.DateField("印刷したときの来局日", null=True)
    printed_office = models.ForeignKey(
        Office, models.PROTECT, null=True, related_name="+", verbose_name="印刷したときの拠点"
    )
    printed_mark = models.CharField("印刷内容のハッシュ", max_length=64, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "申請書"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="signed")
                | Q(signed_at__isnull=False) & (Q(signature__isnull=False) | Q(sign_kind="assisted")),
                name="application_signed_has_signature",
            ),
            models.CheckConstraint(
                condition=~Q(state="archived") | Q(document__isnull=False, archived_at__isnull=False),
                name="application_archived_has_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number


# Tables of this room's sub-packages: Django looks for models here.
from applications.archive.records import ArchiveEntry as ArchiveEntry  # noqa: E402
from applications.archive.records import ArchiveHold as ArchiveHold  # noqa: E402
from applications.archive.records import IntegrityRun as IntegrityRun  # noqa: E402
from applications.batches.records import FormBatch as FormBatch  # noqa: E402
from applications.checkfiles.records import CheckAnswer as CheckAnswer  # noqa: E402
from applications.checkfiles.records import CheckBatch as CheckBatch  # noqa: E402
from applications.checkfiles.records import CheckBatchRow as CheckBatchRow  # noqa: E402
from applications.checkfiles.records import CheckReturn as CheckReturn  # noqa: E402
from applications.contacts.records import DefectContact as DefectContact  # noqa: E402
from applications.scans.records import Original as Original  # noqa: E402
from applications.scans.records import OriginalBatch as OriginalBatch  # noqa: E402
from applications.scans.records import OriginalState as OriginalState  # noqa: E402
from applications.scans.records import PageReason as PageReason  # noqa: E402
from applications.scans.records import PageState as PageState  # noqa: E402
from applications.scans.records import ScanFile as ScanFile  # noqa: E402
from applications.scans.records import ScanPage as ScanPage  # noqa: E402
from applications.scans.records import ScanState as ScanState  # noqa: E402
from applications.scans.records import ScanUpload as ScanUpload  # noqa: E402
from applications.scans.records import ScanUploadPiece as ScanUploadPiece  # noqa: E402
from applications.signing.records import Applicant as Applicant  # noqa: E402
from applications.signing.records import Assistance as Assistance  # noqa: E402
from applications.signing.records import AssistanceReason as AssistanceReason  # noqa: E402
from applications.signing.records import Sealing as Sealing  # noqa: E402
