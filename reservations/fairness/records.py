"""What fairness keeps: how often somebody may still act, and whether the proof of work is asked for.

No address and no contact stands here, only keyed hashes of them (see keys.py), for two days.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q

KEPT = timedelta(days=2)


class Step(models.TextChoices):
    """What is counted. `contact` counts tries to book with one telephone number or mail address."""

    HOLD = "hold", "仮押さえ"
    BOOK = "book", "予約"
    CONTACT = "contact", "同じ連絡先での予約"
    WAIT = "wait", "空き待ちの登録"
    PATIENT = "patient", "待って進む確認"


class Bucket(models.Model):
    """A token bucket: `tokens` as of `refilled_at`, up to `burst`, growing by `per_minute`.

    `allowed` and `refused` count the local `day` only. The table is unlogged: after a crash everybody starts anew.
    """

    key = models.CharField("鍵", max_length=48, primary_key=True)
    step = models.CharField("対象", max_length=10, choices=Step)
    subject = models.CharField("相手のハッシュ", max_length=32)
    tokens = models.FloatField("残り")
    burst = models.PositiveIntegerField("上限")
    per_minute = models.FloatField("1分あたりの回復")
    # No index here: a token taken then changes no index and stays within its page (a heap-only tuple).
    refilled_at = models.DateTimeField("更新日時")
    day = models.DateField("日")
    allowed = models.PositiveIntegerField("当日の件数")
    refused = models.PositiveIntegerField("当日のお断り")
    passed = models.BooleanField("直近の結果")

    class Meta:
        verbose_name = "回数の制限"

    def __str__(self) -> str:
        return self.key


class Shield(models.Model):
    """The one switch of the proof of work."""

    on = models.BooleanField("確認を求める", default=False)
    changed_at = models.DateTimeField("変更日時", auto_now=True)

    class Meta:
        verbose_name = "機械的な予約への備え"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="shield_is_single")]

    def __str__(self) -> str:
        return "on" if self.on else "off"
