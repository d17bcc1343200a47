"""Oaths of secrecy: signed before work starts and at each change; they bind beyond the last day (Kitakyushu 13)."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from documents.models import Version
from staffing.models.workers import Worker, WorkerQuerySet
from vault.models import VaultObject


class OathOccasion(models.TextChoices):
    START = "start", "業務開始前"
    CHANGE = "change", "担当・氏名などの変更"
    RENEWAL = "renewal", "定期の更新"


class OathState(models.TextChoices):
    PREPARED = "prepared", "署名待ち"
    SIGNED = "signed", "署名済み（提出前）"
    HANDED_IN = "handed_in", "市へ提出済み"
    VOID = "void", "取り消し"


OATH_MOVES: dict[OathState, frozenset[OathState]] = {
    OathState.PREPARED: frozenset({OathState.SIGNED, OathState.VOID}),
    OathState.SIGNED: frozenset({OathState.HANDED_IN, OathState.VOID}),
    # What the city holds stays: another oath follows it.
    OathState.HANDED_IN: frozenset(),
    OathState.VOID: frozenset(),
}
BINDING = (OathState.SIGNED, OathState.HANDED_IN)


class OathQuerySet(models.QuerySet["Oath"]):
    def binding(self) -> "OathQuerySet":
        return self.filter(state__in=BINDING)


class Oath(models.Model):
    """`form` is the wording that the city approved, when there was one; `scan` the paper with the signature."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="oaths", verbose_name="従事者")
    occasion = models.CharField("時期", max_length=8, choices=OathOccasion)
    state = models.CharField("状態", max_length=10, choices=OathState, default=OathState.PREPARED)
    form = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+", verbose_name="様式")
    prepared_at = models.DateTimeField("作成日時", auto_now_add=True)
    signed_on = models.DateField("署名日", null=True)
    scan = models.OneToOneField(VaultObject, models.PROTECT, null=True, related_name="+", verbose_name="スキャン")
    handed_in_on = models.DateField("市への提出日", null=True)
    void_reason = models.CharField("取り消した理由", max_length=100, blank=True)

    objects = OathQuerySet.as_manager()

    class Meta:
        verbose_name = "誓約書"
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "handed_in"]) | Q(signed_on__isnull=False),
                name="oath_signed_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="handed_in") | Q(handed_in_on__isnull=False), name="oath_handed_in_on_a_day"
            ),
            models.CheckConstraint(condition=~Q(state="void") | ~Q(void_reason=""), name="oath_void_with_why"),
            models.UniqueConstraint(
                fields=["worker"], condition=Q(state="prepared"), name="oath_one_waits_for_signature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.occasion} {self.state}"


def sworn() -> Exists:
    """For querysets of workers: whether a signed oath binds them."""
    return Exists(Oath.objects.binding().filter(worker=OuterRef("pk")))


def unsworn_workers() -> WorkerQuerySet:
    return Worker.objects.working().filter(~sworn())


def unsworn_accounts(roles: list[str]) -> models.QuerySet[User]:
    """Active accounts of the roles behind which no signed oath stands."""
    bound = Oath.objects.binding().filter(worker__user=OuterRef("pk"))
    return User.objects.filter(~Exists(bound), is_active=True, role__in=roles).order_by("role", "pk")
