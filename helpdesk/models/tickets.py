"""Inquiries: what somebody asked, where it stands, and everything that was done about it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from helpdesk.models.desks import DeskCode, Priority, TargetVersion
from postoffices.models import Office
from reservations.models import Reservation
from vault.malware import Malware
from vault.models import VaultObject


class TicketKind(models.TextChoices):
    INQUIRY = "inquiry", "問い合わせ"
    ESCALATION = "escalation", "市への報告（個別対応）"
    COMPLAINT = "complaint", "苦情"
    PRESS = "press", "報道機関"
    EQUIPMENT = "equipment", "機器・回線の不具合"
    INCIDENT = "incident", "事故（漏えい・紛失など）"


class TicketChannel(models.TextChoices):
    CALL = "call", "電話"
    MAIL = "mail", "メール"
    WEB = "web", "ホームページ"
    FORM = "form", "拠点から"
    STAFF = "staff", "職員"


class TicketState(models.TextChoices):
    NEW = "new", "新着"
    OPEN = "open", "対応中"
    WAITING = "waiting", "返事待ち"
    ESCALATED = "escalated", "市で対応中"
    RESOLVED = "resolved", "解決"
    CLOSED = "closed", "完了"


MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.NEW: frozenset(
        {TicketState.OPEN, TicketState.WAITING, TicketState.ESCALATED, TicketState.RESOLVED, TicketState.CLOSED}
    ),
    TicketState.OPEN: frozenset({TicketState.WAITING, TicketState.ESCALATED, TicketState.RESOLVED, TicketState.CLOSED}),
    TicketState.WAITING: frozenset({TicketState.OPEN, TicketState.ESCALATED, TicketState.RESOLVED, TicketState.CLOSED}),
    TicketState.ESCALATED: frozenset({TicketState.OPEN, TicketState.WAITING, TicketState.RESOLVED}),
    TicketState.RESOLVED: frozenset({TicketState.OPEN, TicketState.CLOSED}),
    # What comes back after it was closed is a new inquiry, related to this one.
    TicketState.CLOSED: frozenset(),
}
# While it waits for the other side, or is solved, the clock stands still.
RUNNING = frozenset({TicketState.NEW, TicketState.OPEN, TicketState.ESCALATED})
LIVE = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING, TicketState.ESCALATED)
# Kinds that the city is told of the moment they are written down.
AT_ONCE = frozenset(
    {
        TicketKind.ESCALATION,
        TicketKind.PRESS,
        TicketKind.EQUIPMENT,
        TicketKind.INCIDENT,
        TicketKind.COMPLAINT,
    }
)
# Those of them that the city itself answers.
CITYS_OWN = frozenset({TicketKind.ESCALATION, TicketKind.PRESS})
# Those with a fixed course, an analysis and a report.
WITH_STEPS = frozenset({TicketKind.COMPLAINT, TicketKind.INCIDENT})


class TicketQuerySet(models.QuerySet["Ticket"]):
    def live(self) -> "TicketQuerySet":
        return self.filter(state__in=LIVE)

    def of_office(self, office: Office) -> "TicketQuerySet":
        """What the office's own people asked."""
        return self.filter(office=office, channel=TicketChannel.FORM)

    def unread_by_office(self) -> "TicketQuerySet":
        """Answered since the office last looked."""
        unread = Q(office_read_at__isnull=True) | Q(office_read_at__lt=F("answered_at"))
        return self.filter(unread, answered_at__isnull=False)

    def unseen_by_city(self) -> "TicketQuerySet":
        """Reported, and nobody of the city has taken note yet."""
        return self.filter(reported_at__isnull=False, seen_at__isnull=True)

    def for_list(self) -> "TicketQuerySet":
        return self.select_related("owner", "office").order_by("-opened_at", "-pk")


class Ticket(models.Model):
    """An inquiry. Due times are moments; what was used up of the working time is kept in seconds as it was counted,
    so that a later calendar or target changes no old figure."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    kind = models.CharField("種別", max_length=10, choices=TicketKind, default=TicketKind.INQUIRY)
    channel = models.CharField("受付方法", max_length=5, choices=TicketChannel)
    state = models.CharField("状態", max_length=9, choices=TicketState, default=TicketState.NEW)
    priority = models.CharField("優先度", max_length=6, choices=Priority, default=Priority.NORMAL)
    category = models.CharField("分類", max_length=50)
    title = models.CharField("件名", max_length=120)
    body = models.TextField("内容", blank=True)
    language = models.CharField("言語", max_length=8, default="ja")
    contact_name = models.CharField("連絡先の名前", max_length=80, blank=True)
    phone = models.CharField("電話番号", max_length=11, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="tickets", verbose_name="拠点")
    reservation = models.ForeignKey(
        Reservation, models.SET_NULL, null=True, related_name="tickets", verbose_name="予約"
    )
    device_label = models.CharField("機器", max_length=60, blank=True)
    # Who asked at the post office; their office sees the answer. `office_read_at` says until when it has looked.
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="asked_tickets", verbose_name="尋ねた人")
    answered_at = models.DateTimeField("最後に回答した日時", null=True)
    office_read_at = models.DateTimeField("拠点が最後に見た日時", null=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="tickets", verbose_name="担当者")
    watchers = models.ManyToManyField(User, related_name="watched_tickets", verbose_name="見守る人")
    related = models.ManyToManyField("self", verbose_name="関連する問い合わせ")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="まとめた先")
    target = models.ForeignKey(TargetVersion, models.PROTECT, related_name="tickets", verbose_name="目標時間")
    opened_at = models.DateTimeField("受付日時")
    respond_due = models.DateTimeField("初回回答の期限")
    resolve_due = models.DateTimeField("解決の期限")
    responded_at = models.DateTimeField("初回回答日時", null=True)
    responded_in_time = models.BooleanField("初回回答が期限内", null=True)
    running_since = models.DateTimeField("時計が動き始めた日時", null=True)
    worked_seconds = models.PositiveIntegerField("使った営業時間（秒）", default=0)
    left_seconds = models.PositiveIntegerField("残りの営業時間（秒）", null=True)
    resolved_at = models.DateTimeField("解決日時", null=True)
    resolved_in_time = models.BooleanField("解決が期限内", null=True)
    closed_at = models.DateTimeField("完了日時", null=True)
    known_at = models.DateTimeField("知った日時")
    reported_at = models.DateTimeField("市へ報告した日時", null=True)
    seen_at = models.DateTimeField("市が確認した日時", null=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認した人")
    analysis = models.TextField("原因・分析", blank=True)
    measures = models.TextField("対応・再発防止", blank=True)
    key = models.CharField("重ね押しの鍵", max_length=120, unique=True, default=uuid.uuid4)
    grams = ArrayField(models.CharField(max_length=2), verbose_name="検索語", default=list)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = "問い合わせ"
        indexes = [
            # What lists are counted and figures are made by stands in it: the rows are twenty times as wide.
            models.Index(
                fields=["desk", "-opened_at", "-id"],
                include=[
                    "state",
                    "kind",
                    "category",
                    "responded_in_time",
                    "resolved_in_time",
                    "known_at",
                    "reported_at",
                    "seen_at",
                ],
                name="ticket_of_desk",
            ),
            models.Index(
                fields=["desk", "resolve_due"],
                condition=Q(state__in=["new", "open", "waiting", "escalated"]),
                name="ticket_live",
            ),
            models.Index(fields=["kind", "-opened_at"], condition=~Q(kind="inquiry"), name="ticket_of_special_kind"),
            models.Index(fields=["owner", "-opened_at"], name="ticket_of_owner"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="ticket_of_phone"),
            models.Index(fields=["office", "-opened_at"], condition=Q(channel="form"), name="ticket_of_office"),
            GinIndex(fields=["grams"], name="ticket_grams"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "resolved", "closed"]) | Q(running_since__isnull=True),
                name="ticket_clock_stands_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(state="closed"), name="ticket_merged_is_closed"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | Q(reported_at__isnull=False), name="ticket_seen_was_reported"
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("known_at")),
                name="ticket_known_before_reported",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As people say it."""
        return f"Q-{self.pk:06d}"

    @property
    def reported_after_seconds(self) -> int | None:
        """From knowing of it to telling the city; None while the city has not been told."""
        return int((self.reported_at - self.known_at).total_seconds()) if self.reported_at else None

    @property
    def seen_after_seconds(self) -> int | None:
        if self.reported_at is None or self.seen_at is None:
            return None
        return int((self.seen_at - self.reported_at).total_seconds())


class NoteKind(models.TextChoices):
    INTERNAL = "internal", "内部メモ"
    OUTSIDE = "outside", "相手への回答"
    RECEIVED = "received", "相手から"
    CITY = "city", "市から"


class Note(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="notes", verbose_name="問い合わせ")
    kind = models.CharField("種類", max_length=8, choices=NoteKind)
    text = models.TextField("内容")
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="記入者")
    mailed = models.BooleanField("メールで送信", default=False)
    key = models.UUIDField("重ね押しの鍵", unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = "問い合わせのメモ"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class Attachment(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments", verbose_name="問い合わせ")
    held = models.OneToOneField(VaultObject, models.PROTECT, related_name="+", verbose_name="保管物")
    name = models.CharField("ファイル名", max_length=120)
    malware = models.CharField("ウイルス検査", max_length=10, choices=Malware, default=Malware.UNSCANNED)
    at = models.DateTimeField("追加日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="追加した人")

    class Meta:
        verbose_name = "添付"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.pk}"


class Step(models.Model):
    """A step of the course that complaints and incidents take, as it stood when the inquiry came in."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="steps", verbose_name="問い合わせ")
    position = models.PositiveSmallIntegerField("並び順")
    text = models.CharField("すること", max_length=120)
    done_at = models.DateTimeField("済んだ日時", null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="行った人")

    class Meta:
        verbose_name = "対応の手順"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["ticket", "position"], name="step_once")]

    def __str__(self) -> str:
        return self.text


class Moment(models.Model):
    """One line of an incident's time line: what happened when, which is not when it was written down."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="moments", verbose_name="問い合わせ")
    at = models.DateTimeField("起きた日時")
    text = models.CharField("できごと", max_length=300)
    written_at = models.DateTimeField("記入日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="記入者")

    class Meta:
        verbose_name = "経過"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.at:%H:%M}"
