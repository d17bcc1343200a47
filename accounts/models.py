"""Staff. One person, one login; a role per person; never shared (fukutsu-16)."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from accounts.roles import Role, allows


class User(AbstractUser):
    """A member of staff. Which office a clerk belongs to stands in `postoffices.Posting`."""

    role = models.CharField("役割", max_length=30, choices=Role)
    display_name = models.CharField("表示名", max_length=60)
    must_change_password = models.BooleanField("パスワードの変更が必要", default=False)

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
