"""Cases: pictures taken at a counter, decided by the city while the citizen waits."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from counters.models import Visit
from postoffices.city import current_city
from postoffices.models import Office
from vault.models import VaultObject


class CaseState(models.TextChoices):
    CAPTURING = "capturing", "撮影中"
    SUBMITTED = "submitted", "審査待ち"
    CLAIMED = "claimed", "審査中"
    APPROVED = "approved", "承認"
    RESHOOT = "reshoot", "撮り直し"
    REJECTED = "rejected", "不可"
    WITHDRAWN = "withdrawn", "取り下げ"


CASE_MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.CAPTURING: frozenset({CaseState.SUBMITTED, CaseState.WITHDRAWN}),
    CaseState.SUBMITTED: frozenset({CaseState.CLAIMED, CaseState.WITHDRAWN}),
    CaseState.CLAIMED: frozenset(
        {
            CaseState.SUBMITTED,  # released, or the lease ran out
            CaseState.APPROVED,
            CaseState.RESHOOT,
            CaseState.REJECTED,
            CaseState.WITHDRAWN,
        }
    ),
    CaseState.RESHOOT: frozenset({CaseState.SUBMITTED, CaseState.WITHDRAWN}),
    CaseState.APPROVED: frozenset(),
    CaseState.REJECTED: frozenset(),
    CaseState.WITHDRAWN: frozenset(),
}


class ReasonCode(models.TextChoices):
    BLURRED = "blurred", "ぼやけている"
    GLARE = "glare", "光が反射している"
    CUT_OFF = "cut_off", "一部が写っていない"
    WRONG_DOCUMENT = "wrong_document", "書類が違う"
    MISSING_DOCUMENT = "missing_document", "書類が足りない"
    EXPIRED_DOCUMENT = "expired_document", "有効期限が切れている"
    NOT_SAME_PERSON = "not_same_person", "本人と確認できない"
    SIGNATURE_UNCLEAR = "signature_unclear", "署名が読み取れない"
    OTHER = "other", "その他"


class CaseQuerySet(models.QuerySet["Case"]):
    def waiting(self) -> "CaseQuerySet":
        """What reviewers see: waiting or in somebody's hands, most urgent first."""
        return self.filter(state__in=[CaseState.SUBMITTED, CaseState.CLAIMED]).order_by("due_at", "id")

    def claimable_by(self, user_id: int, now: datetime | None = None) -> "CaseQuerySet":
        """What this reviewer may take on: not what they photographed or looked at first, nor what a colleague
        was asked to take while that time runs."""
        now = now or timezone.now()
        open_to_all = Q(meant_for__isnull=True) | Q(meant_until__lte=now) | Q(meant_for_id=user_id)
        theirs = Q(captured_by_id=user_id) | Q(first_look_by_id=user_id, first_look_by__isnull=False)
        return self.claimable(now).filter(open_to_all).exclude(theirs)

    def claimable(self, now: datetime | None = None) -> "CaseQuerySet":
        """Waiting cases, and claimed ones whose lease ran out; most urgent first."""
        now = now or timezone.now()
        return self.filter(Q(state=CaseState.SUBMITTED) | Q(state=CaseState.CLAIMED, lease_until__lt=now)).order_by(
            "due_at", "id"
        )


class Case(models.Model):
    """The review of one visit. Reshoots keep the case and raise `attempt`.

    A claim is a lease: `lease_token` and `lease_until` say whose it is and how long; a decision is an
    UPDATE that checks token, version and expiry.
    """

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="case", verbose_name="来局")
    office = models.ForeignKey(Office, models.PROTECT, related_name="cases", verbose_name="拠点")
    state = models.CharField("状態", max_length=12, choices=CaseState, default=CaseState.CAPTURING)
    attempt = models.PositiveSmallIntegerField("回", default=1)
    version = models.PositiveIntegerField("版", default=1)
    captured_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="撮影者")
    opened_at = models.DateTimeField("開始日時", auto_now_add=True)
    submitted_at = models.DateTimeField("依頼日時", null=True)
    due_at = models.DateTimeField("回答期限", null=True)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="審査者")
    lease_token = models.UUIDField("受け持ち", null=True)
    lease_until = models.DateTimeField("受け持ちの期限", null=True)
    meant_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="引き継ぎ先")
    meant_until = models.DateTimeField("引き継ぎの期限", null=True)
    first_look_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="一人目の審査者")
    decided_at = models.DateTimeField("決定日時", null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "審査"
        indexes = [
            models.Index(fields=["due_at"], name="case_waiting", condition=Q(state__in=["submitted", "claimed"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="claimed")
                | Q(claimed_by__isnull=False, lease_token__isnull=False, lease_until__isnull=False),
                name="case_claimed_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state="capturing")
                | Q(state="withdrawn")
                | Q(submitted_at__isnull=False, due_at__isnull=False),
                name="case_submitted_has_due_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class DocumentKind(models.TextChoices):
    CARD_FRONT = "card_front", "マイナンバーカード（表面）"
    IDENTITY = "identity", "本人確認書類"
    FACE = "face", "ご本人の顔"
    APPLICATION_FORM = "application_form", "申請書"
    OTHER = "other", "その他"


class CaseImage(models.Model):
    """One picture. The tablet gives it its id and SHA-256, so that sending it twice is one picture."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="images", verbose_name="審査")
    kind = models.CharField("書類の種類", max_length=20, choices=DocumentKind)
    document = models.CharField("本人確認書類", max_length=50, blank=True)
    boxes = models.PositiveSmallIntegerField("黒塗りの数", default=0)
    attempt = models.PositiveSmallIntegerField("回")
    sent_sha256 = models.CharField("送信時のSHA-256", max_length=64)
    picture = models.OneToOneField(VaultObject, models.PROTECT, related_name="+", verbose_name="画像")
    uploaded_at = models.DateTimeField("送信日時", auto_now_add=True)
    removed_at = models.DateTimeField("取り消し日時", null=True)

    class Meta:
        verbose_name = "撮影画像"
        ordering = ["uploaded_at"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def label(self) -> str:
        """What is on it: the identity document's name where the tablet said which, otherwise its kind."""
        named = current_city().rules.capture.chosen([self.document])
        return named[0].name if named else self.get_kind_display()


class CapturePlan(models.Model):
    """Which identity documents a person brought: the counter photographs these. `documents`: codes of the profile."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="plan", verbose_name="審査")
    documents = models.JSONField("本人確認書類", default=list)
    pin_forgotten = models.BooleanField("暗証番号をお忘れ", default=False)
    chosen_at = models.DateTimeField("選択日時", auto_now=True)

    class Meta:
        verbose_name = "撮影する書類"

    def __str__(self) -> str:
        return f"{self.case_id}"


class PendingUpload(models.Model):
    """A picture on its way, under the number the tablet gave it. Gone once the picture is kept, refused or too old.

    The pieces are sealed with a key of their own: without this row nobody can read them.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="uploads", verbose_name="審査")
    kind = models.CharField("書類の種類", max_length=20, choices=DocumentKind)
    document = models.CharField("本人確認書類", max_length=50, blank=True)
    boxes = models.PositiveSmallIntegerField("黒塗りの数", default=0)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("大きさ（バイト）")
    received = models.PositiveIntegerField("届いた大きさ（バイト）", default=0)
    wrapped_key = models.BinaryField("包まれた鍵")
    begun_at = models.DateTimeField("開始日時", auto_now_add=True)
    touched_at = models.DateTimeField("最後に届いた日時", auto_now=True)

    class Meta:
        verbose_name = "送信中の写真"
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=models.F("size")), name="upload_received_within_size"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.received}/{self.size}"


class UploadPiece(models.Model):
    """Some bytes of a picture on its way, sealed."""

    upload = models.ForeignKey(PendingUpload, models.CASCADE, related_name="pieces", verbose_name="送信中の写真")
    offset = models.PositiveIntegerField("位置（バイト）")
    sealed = models.BinaryField("暗号文")

    class Meta:
        verbose_name = "写真の一部"
        ordering = ["offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="upload_piece_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.offset}"


class TabletKey(models.Model):
    """Seals the pictures that wait on a tablet: one key for each visit and worker, given to that worker only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="+", verbose_name="来局")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="従事者")
    wrapped_key = models.BinaryField("包まれた鍵")
    made_at = models.DateTimeField("作成日時", auto_now_add=True)

    class Meta:
        verbose_name = "タブレットの鍵"
        constraints = [models.UniqueConstraint(fields=["visit", "user"], name="tablet_key_once_per_visit_and_user")]

    def __str__(self) -> str:
        return str(self.pk)


class Verdict(models.TextChoices):
    APPROVED = "approved", "承認"
    RESHOOT = "reshoot", "撮り直し"
    REJECTED = "rejected", "不可"


class NextStep(models.TextChoices):
    """Where somebody goes whose application cannot be accepted here today."""

    COME_AGAIN = "come_again", "書類をそろえて、もう一度予約していただく"
    WARD_OFFICE = "ward_office", "区役所などの窓口を案内する"
    CARD_OFFICE = "card_office", "カードの再発行の窓口を案内する"
    CALL_CENTRE = "call_centre", "コールセンターを案内する"
    NOTHING = "nothing", "案内なし（本日は終了）"


class Decision(models.Model):
    """The city's answer to one attempt of a case, with when that attempt was sent. Append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions", verbose_name="審査")
    attempt = models.PositiveSmallIntegerField("回")
    verdict = models.CharField("結果", max_length=10, choices=Verdict)
    reason = models.CharField("理由", max_length=20, choices=ReasonCode, blank=True)
    remarks = models.CharField("窓口への連絡", max_length=300, blank=True)
    say = models.CharField("窓口で伝える言葉", max_length=300, blank=True)
    next_step = models.CharField("次の案内", max_length=20, choices=NextStep, blank=True)
    checks = models.JSONField("確かめたこと", default=list)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="審査者")
    submitted_at = models.DateTimeField("依頼日時")
    decided_at = models.DateTimeField("決定日時", auto_now_add=True)

    class Meta:
        verbose_name = "審査結果"
        ordering = ["decided_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "attempt"], name="decision_once_per_attempt"),
            models.CheckConstraint(condition=Q(verdict="approved") | ~Q(reason=""), name="decision_refusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verdict}"


class ImageRemark(models.Model):
    """Why one picture is to be taken again: part of a decision. Append-only."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="image_remarks", verbose_name="審査結果")
    image = models.ForeignKey(CaseImage, models.PROTECT, related_name="remarks", verbose_name="撮影画像")
    reason = models.CharField("理由", max_length=20, choices=ReasonCode)
    note = models.CharField("撮り方の案内", max_length=200, blank=True)

    class Meta:
        verbose_name = "画像ごとの指摘"
        constraints = [models.UniqueConstraint(fields=["decision", "image"], name="image_remark_once_per_decision")]

    def __str__(self) -> str:
        return f"{self.image_id} {self.reason}"


class LookRule(models.TextChoices):
    """Why a second person looks at a case."""

    PROCEDURE = "procedure", "手続きの決まり"
    NEWCOMER = "newcomer", "審査を始めたばかりの担当"
    SAMPLE = "sample", "抜き取り"


class FirstLookQuerySet(models.QuerySet["FirstLook"]):
    def that_differed(self) -> "FirstLookQuerySet":
        """Where the second person answered otherwise; each with `answer_verdict` and `answer_by`."""
        answers = Decision.objects.filter(case=OuterRef("case"), attempt=OuterRef("attempt"))
        told = self.annotate(
            answer_verdict=Subquery(answers.values("verdict")[:1]),
            answer_by=Subquery(answers.values("decided_by__display_name")[:1]),
        )
        return told.filter(answer_verdict__isnull=False).exclude(answer_verdict=F("verdict"))


class FirstLook(models.Model):
    """What the first of two reviewers found; the second one's answer counts. Append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="first_looks", verbose_name="審査")
    attempt = models.PositiveSmallIntegerField("回")
    rule = models.CharField("二人目が見る理由", max_length=10, choices=LookRule)
    verdict = models.CharField("結果", max_length=10, choices=Verdict)
    reason = models.CharField("理由", max_length=20, choices=ReasonCode, blank=True)
    remarks = models.CharField("窓口への連絡", max_length=300, blank=True)
    checks = models.JSONField("確かめたこと", default=list)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="一人目の審査者")
    decided_at = models.DateTimeField("確認日時", auto_now_add=True)

    objects = FirstLookQuerySet.as_manager()

    class Meta:
        verbose_name = "一人目の確認"
        ordering = ["decided_at"]
        constraints = [models.UniqueConstraint(fields=["case", "attempt"], name="first_look_once_per_attempt")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verdict}"


class MessageKind(models.TextChoices):
    QUESTION = "question", "市からの質問"
    ANSWER = "answer", "窓口の返事"
    HANDOVER = "handover", "引き継ぎのメモ"  # among reviewers only


class CaseMessage(models.Model):
    """A line between the reviewer and the counter while a case is open. Append-only.

    `key` is the form's: sending it twice is one message.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages", verbose_name="審査")
    attempt = models.PositiveSmallIntegerField("回")
    kind = models.CharField("種類", max_length=10, choices=MessageKind)
    text = models.CharField("内容", max_length=300)
    key = models.UUIDField("送信の鍵", unique=True, default=uuid.uuid4, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="書いた人")
    written_at = models.DateTimeField("日時", auto_now_add=True)

    class Meta:
        verbose_name = "審査のやり取り"
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


PRESENT_SECONDS = 60  # a screen gives a sign every 20 seconds: two may get lost


class PresenceQuerySet(models.QuerySet["Presence"]):
    def at_desk(self, now: datetime | None = None) -> "PresenceQuerySet":
        """Reviewers whose screen gave a sign within the last minute and who did not step out."""
        since = (now or timezone.now()) - timedelta(seconds=PRESENT_SECONDS)
        return self.filter(seen_at__gte=since, away=False, user__is_active=True)


class Presence(models.Model):
    """Whether a reviewer is at the desk: an open screen says so every few seconds."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+", verbose_name="審査担当")
    came_at = models.DateTimeField("着席日時")
    seen_at = models.DateTimeField("最後の合図", db_index=True)
    away = models.BooleanField("席を外している", default=False)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "審査担当の在席"

    def __str__(self) -> str:
        return f"{self.user_id}"
