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
    "SecurityKey": classified(
        internal="id user name confirmed transports added_at last_used_at sign_count",
        secret="credential_id public_key",
        retention="staff",
    ),
    "ChangeCode": classified(
        internal="id user factor made_at ends_at failures",
        secret="tablet_hash code session_hash",
        retention="staff",
    ),
}
