"""People who wait for a seat at an office, or anywhere in a ward, on certain days."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from postoffices.models import Office, Procedure, Ward
from reservations.seating import Party
from writing.languages import JAPANESE

if TYPE_CHECKING:
    from reservations.models import Slot


class WaitState(models.TextChoices):
    """Asked to confirm the mail address, waiting, offered, booked; or one of the four ends without a booking."""

    ASKED = "asked", _("メールアドレスの確認を待っています")
    WAITING = "waiting", _("空きを待っています")
    OFFERED = "offered", _("空きをお取りしています")
    BOOKED = "booked", _("予約しました")
    LAPSED = "lapsed", _("お取りした時間が過ぎました")
    WITHDRAWN = "withdrawn", _("取りやめました")
    OVER = "over", _("希望の期間が過ぎました")
    UNPROVEN = "unproven", _("メールアドレスの確認がないまま終わりました")


LIVE = (WaitState.ASKED, WaitState.WAITING, WaitState.OFFERED)


class WaiterQuerySet(models.QuerySet["Waiter"]):
    def in_turn(self) -> "WaiterQuerySet":
        """Who still waits, the first to register first."""
        return self.filter(state=WaitState.WAITING).order_by("registered_at", "pk")

    def served_by(self, slot: "Slot", day: date) -> "WaiterQuerySet":
        """Who would take the slot, which lies on the local `day`."""
        place = Q(office_id=slot.office_id) | Q(ward_id=slot.office.ward_id)
        served = self.filter(place, procedure__offices=slot.office_id, first_day__lte=day, last_day__gte=day)
        return served.exclude(procedure__code__in=slot.barred)


class Waiter(models.Model):
    """A place in the queue.

    Three tokens open something: `token_hash` is of the link that was sent on registering (it proves the mail
    address), `link_hash` of the offer's link, `offer_hash` of the hold that keeps the offered seat. The link of an
    offer outlives its hold, so it can say what became of the seat.
    """

    token_hash = models.CharField("合い言葉のハッシュ", max_length=64, unique=True)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+", verbose_name="手続き")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, related_name="+", verbose_name="区")
    first_day = models.DateField("この日から")
    last_day = models.DateField("この日まで")
    # How many come together: they are offered a time at which all of them can begin, or none.
    people = models.PositiveSmallIntegerField("人数", default=1, db_default=1)
    email = models.EmailField("メールアドレス", blank=True)
    phone = models.CharField("電話番号", max_length=15, blank=True)
    contact_key = models.CharField("連絡先のハッシュ", max_length=32)
    # Where it was registered, as a keyed hash; forgotten with the end of the waiting.
    network_key = models.CharField("ネットワークのハッシュ", max_length=32, blank=True)
    # Of the page that was sent: the same page, sent twice, registers once.
    form_key = models.UUIDField("送信の鍵", null=True, unique=True)
    language = models.CharField("言語", max_length=10, default=JAPANESE)
    state = models.CharField("状態", max_length=10, choices=WaitState, default=WaitState.WAITING)
    registered_at = models.DateTimeField("登録日時", auto_now_add=True)
    confirm_until = models.DateTimeField("確認の期限", null=True)
    link_hash = models.CharField("案内のリンクのハッシュ", max_length=64, null=True, unique=True)  # noqa: DJ001
    offer_hash = models.CharField("案内した枠の合い言葉のハッシュ", max_length=64, null=True, unique=True)  # noqa: DJ001
    slot = models.ForeignKey(
        "reservations.Slot", models.PROTECT, null=True, related_name="+", verbose_name="案内した枠"
    )
    offered_at = models.DateTimeField("案内した日時", null=True)
    answer_until = models.DateTimeField("案内の期限", null=True)
    called_at = models.DateTimeField("電話で知らせた日時", null=True)

    objects = WaiterQuerySet.as_manager()

    class Meta:
        verbose_name = "空き待ち"
        indexes = [
            models.Index(fields=["registered_at"], name="waiter_in_turn", condition=Q(state="waiting")),
            models.Index(fields=["answer_until"], name="waiter_offered", condition=Q(state="offered")),
            models.Index(fields=["confirm_until"], name="waiter_asked", condition=Q(state="asked")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=True, ward__isnull=False) | Q(office__isnull=False, ward__isnull=True),
                name="waiter_office_or_ward",
            ),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="waiter_days_in_order"),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="waiter_has_contact"),
            models.CheckConstraint(condition=Q(people__gte=1), name="waiter_at_least_one"),
            models.UniqueConstraint(
                fields=["contact_key", "procedure"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waiter_once_per_contact_and_procedure",
            ),
            # So nobody is sent a second mail before they have answered the first.
            models.UniqueConstraint(
                fields=["contact_key", "procedure"],
                condition=Q(state="asked"),
                name="waiter_asked_once_per_contact_and_procedure",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(confirm_until__isnull=False), name="waiter_asked_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def end(self, state: WaitState) -> None:
        """Save one of the ends; the actions of this list call it for a row they have locked."""
        self.state, self.network_key = state, ""
        self.save(update_fields=["state", "network_key"])

    @property
    def party(self) -> Party:
        return Party(self.people, self.procedure.units)

    @property
    def place(self) -> Office | Ward:
        found = self.office or self.ward
        assert found is not None, "waiter_office_or_ward"  # noqa: S101 (a constraint of the database)
        return found
