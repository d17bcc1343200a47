"""Slots, holds and bookings.

A slot counts its taken seats itself; a seat is taken by one conditional UPDATE and given back by
another (see `actions/seats.py`), so the counters always equal holds plus live reservations.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from postoffices.models import Office, Procedure, Stop
from reservations.spelling import Packed
from writing.languages import JAPANESE


class SeatKind(models.TextChoices):
    PUBLIC = "public", "公開枠"
    INTERNAL = "internal", "内部枠"


class SlotQuerySet(models.QuerySet["Slot"]):
    def of_day(self, office: Office, day: date) -> "SlotQuerySet":
        start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        return self.filter(office=office, starts_at__gte=start, starts_at__lt=start + timedelta(days=1)).order_by(
            "starts_at"
        )

    def serving(self, procedure: Procedure) -> "SlotQuerySet":
        """Slots of offices that take bookings for the procedure, but for those that its opening rule keeps from it."""
        return self.serving_any(procedure.pk, procedure.code)

    def serving_any(self, procedure: Any, code: Any) -> "SlotQuerySet":
        """The same by the procedure's id and code, which may be told later (see `reservations.statements`)."""
        offered = self.filter(office__takes_bookings=True, office__procedures=procedure)
        return offered.exclude(barred__contains=[code])


class Slot(models.Model):
    """A bookable time at an office. `public_*` seats are citizens', `internal_*` are staff's."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="slots", verbose_name="拠点")
    starts_at = models.DateTimeField("開始")
    ends_at = models.DateTimeField("終了")
    public_seats = models.PositiveSmallIntegerField("公開枠")
    internal_seats = models.PositiveSmallIntegerField("内部枠", default=0)
    public_taken = models.PositiveSmallIntegerField("公開枠の使用数", default=0)
    internal_taken = models.PositiveSmallIntegerField("内部枠の使用数", default=0)
    # Codes of the procedures that an opening rule keeps out. On the slot's own row, so that whoever takes a seat reads
    # it under the row's lock (see docs/decisions/0110).
    barred = ArrayField(models.CharField(max_length=50), verbose_name="受け付けない手続き", default=list, db_default=[])

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = "予約枠"
        # For the next free times over all offices. Without the counters: a seat taken rewrites no index.
        indexes = [models.Index(fields=["starts_at", "office"], name="slot_starts_office")]
        constraints = [
            models.CheckConstraint(
                condition=Q(public_taken__lte=F("public_seats")), name="slot_public_taken_within_seats"
            ),
            models.CheckConstraint(
                condition=Q(internal_taken__lte=F("internal_seats")), name="slot_internal_taken_within_seats"
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_starts_before_end"),
            models.UniqueConstraint(fields=["office", "starts_at"], name="slot_once_per_office_and_time"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Hold(models.Model):
    """A seat kept for somebody who is filling in the form. Its token becomes the booking's link."""

    token_hash = models.CharField("合い言葉のハッシュ", max_length=64, unique=True)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="holds", verbose_name="予約枠")
    seat_kind = models.CharField("枠の種類", max_length=10, choices=SeatKind, default=SeatKind.PUBLIC)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="holds", verbose_name="手続き")
    # One person with one unit takes the slot's seat alone; every other seat is a row of FurtherSeat.
    people = models.PositiveSmallIntegerField("人数", default=1, db_default=1)
    units = models.PositiveSmallIntegerField("使う予約枠の数", default=1, db_default=1)
    made_at = models.DateTimeField("仮押さえ日時", auto_now_add=True)
    expires_at = models.DateTimeField("期限", db_index=True)
    extended = models.PositiveSmallIntegerField("延長回数", default=0)

    class Meta:
        verbose_name = "仮押さえ"

    def __str__(self) -> str:
        return f"{self.slot_id} until {self.expires_at:%H:%M:%S}"

    @property
    def has_further_seats(self) -> bool:
        return self.people * self.units > 1


class ReservationState(models.TextChoices):
    CONFIRMED = "confirmed", "予約済み"
    CANCELLED = "cancelled", "取り消し"
    VISITED = "visited", "来局済み"
    NO_SHOW = "no_show", "来局なし"
    ORPHANED = "orphaned", "枠なし（要対応）"


# Which state may follow which; every other move raises. cancelled and visited are final,
# no_show can be undone when the person comes after all.
RESERVATION_MOVES: dict[ReservationState, frozenset[ReservationState]] = {
    ReservationState.CONFIRMED: frozenset(
        {
            ReservationState.CANCELLED,
            ReservationState.VISITED,
            ReservationState.NO_SHOW,
            ReservationState.ORPHANED,
        }
    ),
    ReservationState.ORPHANED: frozenset({ReservationState.CONFIRMED, ReservationState.CANCELLED}),
    ReservationState.NO_SHOW: frozenset({ReservationState.CONFIRMED, ReservationState.VISITED}),
    ReservationState.CANCELLED: frozenset(),
    ReservationState.VISITED: frozenset(),
}


WITHOUT_SEAT = (ReservationState.CANCELLED, ReservationState.ORPHANED)
ACTIVE = (ReservationState.CONFIRMED, ReservationState.ORPHANED)


class BookingChannel(models.TextChoices):
    WEB = "web", "インターネット"
    PHONE = "phone", "電話"
    COUNTER = "counter", "窓口"


class CancelReason(models.TextChoices):
    SCHEDULE = "schedule", _("都合が悪くなった")
    DONE_ELSEWHERE = "done_elsewhere", _("ほかの窓口で済ませた")
    NOT_NEEDED = "not_needed", _("手続きが不要になった")
    DEFECT = "defect", "不備が解消しなかった"
    OTHER = "other", _("その他")


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def live(self) -> "ReservationQuerySet":
        """Bookings that keep a seat (see the counters' invariant)."""
        return self.exclude(state__in=WITHOUT_SEAT)

    def active(self) -> "ReservationQuerySet":
        """Bookings of visits to come: with a time, or waiting for another one."""
        return self.filter(state__in=ACTIVE)

    def together_with(self, reservation: "Reservation") -> "ReservationQuerySet":
        """The bookings of a party, this one among them, in the order of its people."""
        if reservation.party is None:
            return self.filter(pk=reservation.pk)
        return self.filter(party=reservation.party).order_by("place")

    def of_day(self, day: date) -> "ReservationQuerySet":
        """Bookings whose slot starts on the local day, in reading order: time, then number."""
        start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
        return (
            self.filter(slot__starts_at__gte=start, slot__starts_at__lt=start + timedelta(days=1))
            .select_related("slot", "office", "procedure")
            .order_by("slot__starts_at", "number")
        )


class Reservation(models.Model):
    """A booking by one person for one procedure: a seat of the slot, and one of each further slot it takes.

    People who book together have a booking each, so that each is checked, received and reviewed alone; `party` ties
    them, and one of them `speaks`: messages to their contact go out once, about that one.
    """

    number = models.CharField("予約番号", max_length=9, unique=True)
    token_hash = models.CharField("合い言葉のハッシュ", max_length=64, unique=True)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="reservations", verbose_name="予約枠")
    office = models.ForeignKey(Office, models.PROTECT, related_name="reservations", verbose_name="拠点")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="reservations", verbose_name="手続き")
    seat_kind = models.CharField("枠の種類", max_length=10, choices=SeatKind)
    state = models.CharField("状態", max_length=10, choices=ReservationState, default=ReservationState.CONFIRMED)
    channel = models.CharField("受付方法", max_length=10, choices=BookingChannel, default=BookingChannel.WEB)
    cancel_reason = models.CharField("取り消しの理由", max_length=20, choices=CancelReason, blank=True)
    booked_at = models.DateTimeField("予約日時", auto_now_add=True)
    changed_at = models.DateTimeField("変更日時", auto_now=True)
    cancelled_at = models.DateTimeField("取り消し日時", null=True)
    changes = models.PositiveSmallIntegerField("変更回数", default=0)
    # Of the hold that the last change used: the same change, sent again, is recognised by it.
    moved_token_hash = models.CharField("変更の合い言葉のハッシュ", max_length=64, blank=True)
    name = models.CharField("氏名", max_length=100)
    reading = models.CharField("フリガナ", max_length=100, blank=True)
    birth_date = models.DateField("生年月日")
    address = models.CharField("住所", max_length=200)
    phone = models.CharField("電話番号", max_length=15)
    email = models.EmailField("メールアドレス", blank=True)
    # In which this person reads pages and mails: see writing/languages.py.
    language = models.CharField("言語", max_length=10, default=JAPANESE, db_default=JAPANESE)
    # Whose it is as a keyed hash (fairness/keys.py), and whether it counts as this person's one booking.
    person_key = models.CharField("本人のハッシュ", max_length=64, blank=True, default="", db_default="")
    exclusive = models.BooleanField("本人の予約として数える", default=True, db_default=True)
    units = models.PositiveSmallIntegerField("使う予約枠の数", default=1, db_default=1)
    party = models.UUIDField("いっしょの予約", null=True)
    place = models.PositiveSmallIntegerField("何人目（0から）", default=0, db_default=0)
    speaks = models.BooleanField("いっしょの予約の連絡を受ける", default=True, db_default=True)

    # Not stored: whether booking gave back an earlier booking, because its token was sent again.
    repeated: bool = False

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = "予約"
        indexes = [
            models.Index(fields=["slot", "state"], name="reservation_slot_state"),
            models.Index(fields=["office", "booked_at"], name="reservation_office_booked"),
            # What callers name instead of the number.
            models.Index(fields=["phone"], name="reservation_phone"),
            models.Index(fields=["birth_date"], name="reservation_birth_date"),
            models.Index(Packed("reading"), name="reservation_reading"),
            models.Index(Packed("name"), name="reservation_name"),
            models.Index(
                Lower("email"),
                condition=Q(state__in=["confirmed", "orphaned"]) & ~Q(email=""),
                name="reservation_active_email",
            ),
            models.Index(fields=["party"], condition=Q(party__isnull=False), name="reservation_party"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False) | ~Q(state="cancelled"),
                name="reservation_cancelled_has_time",
            ),
            models.UniqueConstraint(
                fields=["person_key", "procedure"],
                condition=Q(state__in=["confirmed", "orphaned"], exclusive=True) & ~Q(person_key=""),
                name="reservation_once_per_person_and_procedure",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ends_at(self) -> datetime:
        """When the visit's last unit ends. One query for a booking of several units, none for others."""
        if self.units == 1:
            return self.slot.ends_at
        last = self.further_seats.order_by("-slot__starts_at").values_list("slot__ends_at", flat=True).first()
        return last or self.slot.ends_at


class FurtherSeat(models.Model):
    """A seat beside the first one of a hold or a booking: of the party's other people, or of a later unit.

    It is of the kind that its hold or booking is. A booking that has lost its seats keeps these rows, as it keeps
    its slot: they tell which time it was.
    """

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="further_seats", verbose_name="予約枠")
    hold = models.ForeignKey(Hold, models.CASCADE, null=True, related_name="further_seats", verbose_name="仮押さえ")
    reservation = models.ForeignKey(
        Reservation, models.CASCADE, null=True, related_name="further_seats", verbose_name="予約"
    )
    # Of a hold: whose seat it is. A booking is of one person.
    place = models.PositiveSmallIntegerField("何人目（0から）", default=0)

    class Meta:
        verbose_name = "2つ目からの席"
        constraints = [
            models.CheckConstraint(
                condition=Q(hold__isnull=True, reservation__isnull=False)
                | Q(hold__isnull=False, reservation__isnull=True),
                name="furtherseat_of_hold_or_reservation",
            ),
            models.UniqueConstraint(fields=["hold", "place", "slot"], name="furtherseat_once_per_hold"),
            models.UniqueConstraint(fields=["reservation", "slot"], name="furtherseat_once_per_reservation"),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.hold_id or self.reservation_id}"


class PastEvent(models.Model):
    """What happened to a booking before it was taken over from another installation (see `handover/`).

    The audit log tells of this installation only and takes no events of another; they stand here instead.
    """

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="past_events", verbose_name="予約")
    position = models.PositiveIntegerField("順番")
    at = models.DateTimeField("日時")
    action = models.CharField("操作", max_length=60)
    actor_kind = models.CharField("行為者の種類", max_length=10)
    actor_role = models.CharField("役割", max_length=30, blank=True)
    detail = models.JSONField("内容", default=dict, blank=True)

    class Meta:
        verbose_name = "引き継いだ経過"
        constraints = [models.UniqueConstraint(fields=["reservation", "position"], name="past_event_once")]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.position} {self.action}"


class OrphaningQuerySet(models.QuerySet["Orphaning"]):
    def open(self) -> "OrphaningQuerySet":
        """Bookings that still have no time: neither moved nor cancelled since, and their day has not come."""
        return self.filter(
            reservation__state=ReservationState.ORPHANED, reservation__slot__starts_at__gte=timezone.now()
        )


class Orphaning(models.Model):
    """A booking lost its seat through the bureau. `link_hash` is of the link that the message offered."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="orphanings", verbose_name="予約")
    at = models.DateTimeField("枠がなくなった日時", auto_now_add=True)
    reason = models.CharField("理由", max_length=100, blank=True)
    stop = models.ForeignKey(Stop, models.PROTECT, null=True, related_name="orphanings", verbose_name="緊急停止")
    link_hash = models.CharField("案内リンクのハッシュ", max_length=64, null=True, unique=True)  # noqa: DJ001
    told_at = models.DateTimeField("案内メールの作成日時", null=True)
    called_at = models.DateTimeField("電話で案内した日時", null=True)

    objects = OrphaningQuerySet.as_manager()

    class Meta:
        verbose_name = "枠がなくなった記録"
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.at:%Y-%m-%d %H:%M}"


class SupplyGap(models.Model):
    """How many slots differ from the rules, when they were last compared, and how many bookings would lose theirs."""

    slots = models.PositiveIntegerField("設定と違う枠")
    bookings = models.PositiveIntegerField("枠がなくなる予約")
    checked_at = models.DateTimeField("確かめた日時", auto_now=True)

    class Meta:
        verbose_name = "設定との違い"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="supply_gap_is_single")]

    def __str__(self) -> str:
        return f"{self.slots} {self.bookings}"


# Tables of this room's sub-packages: Django looks for models here.
from reservations.fairness.records import Bucket as Bucket  # noqa: E402
from reservations.fairness.records import Shield as Shield  # noqa: E402
from reservations.waiting_list.records import Waiter as Waiter  # noqa: E402
from reservations.waiting_list.records import WaitState as WaitState  # noqa: E402
