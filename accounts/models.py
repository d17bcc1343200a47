"""Staff. One person, one login; a role per person; never shared (fukutsu-16)."""

from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import ROLE_PERMISSIONS, Role, allows


class StaffQuerySet(models.QuerySet["User"]):
    def listed(self) -> "StaffQuerySet":
        """For the list of staff: active people first, with `has_authenticator` and `key_count`."""
        devices = TOTPDevice.objects.filter(user=models.OuterRef("pk"), confirmed=True)
        keys = SecurityKey.objects.filter(user=models.OuterRef("pk"), confirmed=True).order_by().values("user")
        count = models.Subquery(keys.annotate(count=models.Count("pk")).values("count"))
        listed = self.annotate(has_authenticator=models.Exists(devices), key_count=count)
        return listed.order_by("-is_active", "role", "username")


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


class SecurityKey(Device):
    """A key on a key ring, or the iPad itself, that signs in as a second factor (WebAuthn; decision 0144).

    `name` (the person's own word for it) and `confirmed` come from django-otp.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="職員")
    credential_id = models.CharField("キーの識別子", max_length=1400)
    public_key = models.BinaryField("公開鍵")
    sign_count = models.PositiveBigIntegerField("署名の回数", default=0)
    transports = models.JSONField("接続のしかた", default=list)
    added_at = models.DateTimeField("登録日時", auto_now_add=True)
    last_used_at = models.DateTimeField("最後に使った日時", null=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        verbose_name = "セキュリティキー"
        ordering = ("added_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["credential_id"], name="security_key_is_registered_once"),
            models.UniqueConstraint(fields=["user", "name"], name="security_key_name_once_per_person"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class ChangeCode(models.Model):
    """A worker's code for one shared tablet, until the day ends (decision 0083).

    It goes with the second factor of that sign-in, and counts only while the password is the one it was made under.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="change_codes", verbose_name="職員")
    tablet_hash = models.CharField("端末のハッシュ", max_length=64)
    code = models.CharField("交替コード", max_length=200)
    # Of an authenticator or a key (django-otp's `persistent_id`); without it the code opens nothing.
    factor = models.CharField("認証手段", max_length=100)
    session_hash = models.CharField("パスワードの印", max_length=128)
    made_at = models.DateTimeField("作成日時", auto_now=True)
    ends_at = models.DateTimeField("期限")
    failures = models.PositiveSmallIntegerField("誤りの回数", default=0)

    class Meta:
        verbose_name = "交替コード"
        constraints = [models.UniqueConstraint(fields=["user", "tablet_hash"], name="change_code_once_per_tablet")]

    def __str__(self) -> str:
        return f"{self.user_id}"
