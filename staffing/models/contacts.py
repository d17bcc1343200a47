"""The emergency contact tree: who calls whom, by day and by night."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from staffing.models.workers import Worker


class Contact(models.Model):
    """One box of the tree: a worker, or somebody outside the roster by `name`. `above` calls them.

    `confirmed_on` is the day on which somebody last made sure that the numbers are right.
    """

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    above = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="below", verbose_name="電話をかけてくる人"
    )
    position = models.PositiveSmallIntegerField("並び順", default=1)
    title = models.CharField("役割", max_length=40)
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="contacts", verbose_name="従事者")
    name = models.CharField("氏名・部署", max_length=80, blank=True)
    day_phone = models.CharField("昼の電話番号", max_length=11)
    night_phone = models.CharField("夜間・休日の電話番号", max_length=11, blank=True)
    deputy_name = models.CharField("つながらないときの代理", max_length=80, blank=True)
    deputy_phone = models.CharField("代理の電話番号", max_length=11, blank=True)
    confirmed_on = models.DateField("確認日")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="確認した人")

    class Meta:
        verbose_name = "緊急連絡先"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(worker__isnull=True) & ~Q(name="")) | Q(worker__isnull=False, name=""),
                name="contact_is_worker_or_named",
            ),
            models.CheckConstraint(
                condition=Q(deputy_name="", deputy_phone="") | (~Q(deputy_name="") & ~Q(deputy_phone="")),
                name="contact_deputy_can_be_called",
            ),
            models.CheckConstraint(
                condition=Q(above__isnull=True) | ~Q(above=F("id")), name="contact_calls_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.worker.name if self.worker else self.name
