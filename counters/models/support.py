"""Work beside the procedure that is counted by itself, and people sent on to another place."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from counters.models.visits import Visit
from postoffices.models import Office


class SupportKind(models.TextChoices):
    INSURANCE = "insurance", "健康保険証の利用登録"
    ACCOUNT = "account", "公金受取口座の登録"
    CARD_APPLICATION = "card_application", "カードの申請"
    PORTAL = "portal", "マイナポータルの操作"


class SupportWork(models.Model):
    """One person helped with one thing (yatsushiro-06, kurume-06), during a visit or without one."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="拠点")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="supports", verbose_name="来局")
    kind = models.CharField("支援の種類", max_length=20, choices=SupportKind)
    key = models.UUIDField("記録の鍵", unique=True, editable=False)
    done_at = models.DateTimeField("日時", auto_now_add=True, db_index=True)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="担当者")
    taken_back_at = models.DateTimeField("取り消し日時", null=True)

    class Meta:
        verbose_name = "手続き支援"
        ordering = ["done_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "kind"],
                condition=Q(visit__isnull=False, taken_back_at__isnull=True),
                name="support_once_per_visit_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.kind}"


class Referral(models.Model):
    """Where somebody was sent, as the printed slip says it: the profile may change later, the slip does not."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="referral", verbose_name="来局")
    number = models.PositiveIntegerField("番号")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    place_code = models.SlugField("案内先のコード")
    place_name = models.CharField("案内先", max_length=60)
    place_address = models.CharField("案内先の所在地", max_length=120, blank=True)
    place_phone = models.CharField("案内先の電話番号", max_length=20, blank=True)
    place_hours = models.CharField("案内先の受付時間", max_length=120, blank=True)
    things = models.JSONField("持ち物", default=list)
    made_at = models.DateTimeField("作成日時", auto_now_add=True)

    class Meta:
        verbose_name = "案内票"

    def __str__(self) -> str:
        return f"{self.fiscal_year}-{self.number:05d}"
