"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "User": classified(
        internal="id username role is_active is_staff is_superuser last_login date_joined must_change_password"
        " groups user_permissions",
        personal="display_name first_name last_name email",
        secret="password",
        retention="staff",
    ),
    "ChangeCode": classified(
        internal="id user device made_at ends_at failures",
        secret="tablet_hash code session_hash",
        retention="staff",
    ),
}
