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
