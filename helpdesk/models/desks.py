"""The two desks, and the targets that an inquiry was taken in under."""

from django.db import models
from django.db.models import Q


class DeskCode(models.TextChoices):
    """The names under `rules.desks` of the profile, and in addresses."""

    CITIZEN = "citizen", "コールセンター"
    HELPDESK = "helpdesk", "郵便局ヘルプデスク"


class Priority(models.TextChoices):
    URGENT = "urgent", "至急"
    HIGH = "high", "急ぎ"
    NORMAL = "normal", "通常"


class TargetVersion(models.Model):
    """Targets as they stood once. Never changed: a profile with other values makes a new row."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    priority = models.CharField("優先度", max_length=10, choices=Priority)
    respond_minutes = models.PositiveIntegerField("初回回答の目標（営業時間の分）")
    resolve_minutes = models.PositiveIntegerField("解決の目標（営業時間の分）")
    first_used_at = models.DateTimeField("使い始めた日時", auto_now_add=True)

    class Meta:
        verbose_name = "目標時間"
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "priority", "respond_minutes", "resolve_minutes"], name="target_version_once"
            ),
            models.CheckConstraint(
                condition=Q(respond_minutes__gte=1, resolve_minutes__gte=1), name="target_version_some_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.priority} {self.respond_minutes}/{self.resolve_minutes}"
