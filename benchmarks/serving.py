"""Servers as the demo starts them, on free ports of this machine, for as long as a benchmark needs them."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

START_SECONDS = 30.0


@contextmanager
def served(
    interface: str, target: str, *options: str, settings: str, health: str, database: str | None = None
) -> Iterator[int]:
    """A granian server; yields its port once `health` answers with 200. Raises RuntimeError when it does not.

    It works on this process's database unless another is named.
    """
    from config.processes import granian

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "LOG_LEVEL": "WARNING"}
    if database is not None:
        environment["MADOGUCHI_DATABASE"] = database
    command = granian(interface, target, port, *options, "--log-level", "warning")
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}{health}")
        yield port
    finally:
        server.terminate()
        server.wait(15)


def _wait_for(url: str) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (this machine)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")
