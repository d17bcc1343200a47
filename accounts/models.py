"""Staff. One person, one login; a role per person; never shared (fukutsu-16)."""

from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import ROLE_PERMISSIONS, Role, allows


class StaffQuerySet(models.QuerySet["User"]):
    def listed(self) -> "StaffQuerySet":
        """For the list of staff: active people first, with `has_second_factor`."""
        devices = TOTPDevice.objects.filter(user=models.OuterRef("pk"), confirmed=True)
        return self.annotate(has_second_factor=models.Exists(devices)).order_by("-is_active", "role", "username")


class User(AbstractUser):
    """A member of staff. Which office a clerk belongs to stands in `postoffices.Posting`."""

    role = models.CharField("役割", max_length=30, choices=Role)
    display_name = models.CharField("表示名", max_length=60)
    must_change_password = models.BooleanField("パスワードの変更が必要", default=False)

    # Named first, so that it stays the manager that sign-in asks.
    objects: ClassVar[UserManager[Self]] = UserManager()
    staff = StaffQuerySet.as_manager()

    REQUIRED_FIELDS = ["email", "display_name", "role"]

    class Meta:
        verbose_name = "職員"
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def may(self, permission: str) -> bool:
        """Whether this person's role holds the permission (see `accounts.roles`)."""
        return self.is_active and allows(self.role, permission)

    def has_work(self) -> bool:
        """Whether this person's role holds any permission."""
        return self.is_active and bool(ROLE_PERMISSIONS[Role(self.role)])


class ChangeCode(models.Model):
    """A worker's code for one shared tablet, until the day ends (decision 0083).

    It goes with the authenticator, and counts only while the password is the one it was made under.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="change_codes", verbose_name="職員")
    tablet_hash = models.CharField("端末のハッシュ", max_length=64)
    code = models.CharField("交替コード", max_length=200)
    device = models.ForeignKey(TOTPDevice, models.CASCADE, related_name="+", verbose_name="認証アプリ")
    session_hash = models.CharField("パスワードの印", max_length=128)
    made_at = models.DateTimeField("作成日時", auto_now=True)
    ends_at = models.DateTimeField("期限")
    failures = models.PositiveSmallIntegerField("誤りの回数", default=0)

    class Meta:
        verbose_name = "交替コード"
        constraints = [models.UniqueConstraint(fields=["user", "tablet_hash"], name="change_code_once_per_tablet")]

    def __str__(self) -> str:
        return f"{self.user_id}"
