"""People who wait for a seat at an office, or anywhere in a ward, on certain days."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from postoffices.models import Office, Procedure, Ward
from writing.languages import JAPANESE

if TYPE_CHECKING:
    from reservations.models import Slot


class WaitState(models.TextChoices):
    """Waiting, then offered, then booked; or one of the three ends without a booking."""

    WAITING = "waiting", _("空きを待っています")
    OFFERED = "offered", _("空きをお取りしています")
    BOOKED = "booked", _("予約しました")
    LAPSED = "lapsed", _("お取りした時間が過ぎました")
    WITHDRAWN = "withdrawn", _("取りやめました")
    OVER = "over", _("希望の期間が過ぎました")


LIVE = (WaitState.WAITING, WaitState.OFFERED)


class WaiterQuerySet(models.QuerySet["Waiter"]):
    def in_turn(self) -> "WaiterQuerySet":
        """Who still waits, the first to register first."""
        return self.filter(state=WaitState.WAITING).order_by("registered_at", "pk")

    def served_by(self, slot: "Slot", day: date) -> "WaiterQuerySet":
        """Who would take the slot, which lies on the local `day`."""
        place = Q(office_id=slot.office_id) | Q(ward_id=slot.office.ward_id)
        return self.filter(place, procedure__offices=slot.office_id, first_day__lte=day, last_day__gte=day)


class Waiter(models.Model):
    """A place in the queue. `offer_hash` is that of the hold which keeps the offered seat."""

    token_hash = models.CharField("合い言葉のハッシュ", max_length=64, unique=True)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+", verbose_name="手続き")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, related_name="+", verbose_name="区")
    first_day = models.DateField("この日から")
    last_day = models.DateField("この日まで")
    email = models.EmailField("メールアドレス", blank=True)
    phone = models.CharField("電話番号", max_length=15, blank=True)
    contact_key = models.CharField("連絡先のハッシュ", max_length=32)
    language = models.CharField("言語", max_length=10, default=JAPANESE)
    state = models.CharField("状態", max_length=10, choices=WaitState, default=WaitState.WAITING)
    registered_at = models.DateTimeField("登録日時", auto_now_add=True)
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
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=True, ward__isnull=False) | Q(office__isnull=False, ward__isnull=True),
                name="waiter_office_or_ward",
            ),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="waiter_days_in_order"),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="waiter_has_contact"),
            models.UniqueConstraint(
                fields=["contact_key", "procedure"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waiter_once_per_contact_and_procedure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def place(self) -> Office | Ward:
        found = self.office or self.ward
        assert found is not None, "waiter_office_or_ward"  # noqa: S101 (a constraint of the database)
        return found
