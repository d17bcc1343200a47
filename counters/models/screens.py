"""Screens on a wall that show numbers and figures, without anybody signed in."""

from django.db import models

from accounts.models import User
from postoffices.models import Office


class ScreenKind(models.TextChoices):
    CALLS = "calls", "呼び出し表示"
    LEVELS = "levels", "待ち時間と審査の表示"


class WallScreen(models.Model):
    """A screen's own link. It shows no name and no booking, and opens on the staff networks only."""

    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name="拠点")
    kind = models.CharField("種類", max_length=10, choices=ScreenKind)
    name = models.CharField("名前", max_length=40)
    token_hash = models.CharField("リンクのハッシュ", max_length=64, unique=True)
    made_at = models.DateTimeField("作成日時", auto_now_add=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="作成者")
    closed_at = models.DateTimeField("停止日時", null=True)

    class Meta:
        verbose_name = "壁の画面"
        ordering = ["office", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def topics(self) -> list[str]:
        """What this screen hears of: a call at its office. Sums of minutes are early enough with the next poll."""
        return [f"calls:{self.office.code}"] if self.kind == ScreenKind.CALLS and self.office else []
