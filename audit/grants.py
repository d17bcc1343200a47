"""What the role may do that the product signs in with: work in every table, but own none.

The owner of a table can switch its triggers off. So the owner's role only migrates, and the product uses a plain role
for which the audit log is append-only by grant as well as by trigger (docs/decisions/0030).
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from audit.models import AuditEvent, AuditSeal

APPEND_ONLY = (AuditEvent, AuditSeal)
# What has been migrated is the owner's business.
READ_ONLY_TABLES = ("django_migrations",)


class NoSuchRole(Exception):
    """PostgreSQL knows no role of that name, or it owns the tables itself."""


@transaction.atomic
def grant_access(role: str) -> None:
    """Let `role` use every table and sequence of this database. Run by their owner after every migration.

    Raises NoSuchRole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolname = current_user FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise NoSuchRole(f"There is no role {role!r} in this database server: create it first.")
        if any(found):
            raise NoSuchRole(f"The role {role!r} owns the tables or is a superuser: nothing can be kept from it.")
        name = sql.Identifier(role)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=name))
        for model in APPEND_ONLY:
            _revoke(cursor, "UPDATE, DELETE", model._meta.db_table, name)
        for table in READ_ONLY_TABLES:
            _revoke(cursor, "INSERT, UPDATE, DELETE", table, name)


def _revoke(cursor: CursorWrapper, rights: str, table: str, role: sql.Identifier) -> None:
    cursor.execute(
        sql.SQL("REVOKE {rights} ON {table} FROM {role}").format(
            rights=sql.SQL(rights), table=sql.Identifier(table), role=role
        )
    )
